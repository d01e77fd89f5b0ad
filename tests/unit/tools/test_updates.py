"""crm.write_update: only what the action type may set, only on records of the account, only when it is new."""

from pathlib import Path

import pytest

from state.errors import InvalidInput
from state.governance.effect import Effect
from state.ports.deciding import Deliberating
from state.world.records import AccountMerged, ContactUpdated, DealClosed, DealUpdated
from tests.build import NOW, PROFILE, Story, peer
from tests.fakes.tooling import ACTION, acme, carrying, gateway, looking_at, proposal

GATE = gateway(Path("home"))
DEAL = "Opportunity/D-1"


@pytest.fixture(scope="module")
def about() -> Deliberating:
    return looking_at(acme())


def render(
    about: Deliberating, kind: str, arguments: dict[str, str] | None = None, **changes: object
) -> Effect:
    return GATE.prepare(proposal(kind, arguments=arguments or {}, **changes), ACTION, None, about)


def told(
    about: Deliberating, kind: str, arguments: dict[str, str] | None = None, **changes: object
) -> dict[str, object]:
    inside = GATE.inside(carrying(render(about, kind, arguments, **changes)), NOW)
    (record,), (event,) = inside.records, inside.events
    assert (record.kind, event.source, event.time, event.account) == ("update", "crm", NOW, "acme")
    return {"type": event.type, **event.data.model_dump(mode="json", exclude_unset=True)}


def field(name: str, value: str, kind: str = "Opportunity", record: str = "D-1") -> dict[str, str]:
    return {"record": record, "kind": kind, "field": name, "value": value}


def test_closing_out_loses_the_deal_today(about: Deliberating) -> None:
    said = told(about, "close_out", {"deal": "D-1", "outcome": "lost"})
    assert said == {"type": DealClosed.type, "deal": "D-1", "outcome": "lost", "closed_on": "2026-03-10"}
    assert render(about, "close_out", subject=DEAL).arguments["reason"] == "stale"


def test_requalifying_takes_a_deal_back_and_never_forward(about: Deliberating) -> None:
    said = told(about, "requalify", {"deal": "D-1"})
    assert said == {
        "type": DealUpdated.type,
        "deal": "D-1",
        "stage": "Discovery",
        "forecast_category": "pipeline",
    }
    early = Story("acme").account(owner="maya").deal(stage="Prospecting")
    assert told(looking_at(early), "requalify", {"deal": "D-1"}) == {
        "type": DealUpdated.type, "deal": "D-1", "forecast_category": "pipeline",
    }  # fmt: skip


def test_a_deal_is_left_out_of_the_forecast_once(about: Deliberating) -> None:
    assert told(about, "forecast_omit", {"deal": "D-1"})["forecast_category"] == "omitted"
    done = acme().deal("2026-03-09", forecast_category="omitted")
    with pytest.raises(InvalidInput, match="says so already"):
        render(looking_at(done), "forecast_omit", {"deal": "D-1"})


def test_an_address_is_undeliverable_only_after_a_permanent_failure(about: Deliberating) -> None:
    said = told(about, "mark_undeliverable", {"contact": "raj-patel"})
    assert said == {"type": ContactUpdated.type, "contact": "raj-patel", "verified": False}
    with pytest.raises(InvalidInput, match="failed for good"):
        render(about, "mark_undeliverable", {"contact": "sarah-chen"})
    soft = acme().bounce("sarah@acme.example", "2026-03-09", "4.2.2")
    with pytest.raises(InvalidInput, match="failed for good"):
        render(looking_at(soft), "mark_undeliverable", {"contact": "sarah-chen"})


def test_a_merge_names_another_record_of_the_same_domain() -> None:
    about = looking_at(acme().beside(same_domain=(peer("acme-2", "Acme Limited", "acme.example"),)))
    said = told(about, "merge", {"other": "acme-2"})
    assert said.pop("merged_by")
    assert said == {
        "type": AccountMerged.type, "account": "acme", "aliases": ["Acme Limited"], "merged_with": "acme-2",
    }  # fmt: skip
    assert told(about, "merge").items() >= said.items()
    for other, around in (("globex", about), ("acme-2", looking_at(acme()))):
        with pytest.raises(InvalidInput, match="same domain"):
            render(around, "merge", {"other": other})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("close_on", "2026-07-01"),
        ("forecast_category", "best_case"),
        ("stage", "Proposal"),
        ("discount_approved_percent", "18"),
    ],
)
def test_one_listed_field_of_a_deal_is_set(about: Deliberating, name: str, value: str) -> None:
    assert told(about, "update_crm", field(name, value))[name] == value


def test_a_discount_is_read_by_policy_from_the_effect(about: Deliberating) -> None:
    arguments = {**field("discount_approved_percent", "18"), "discount_percent": "2"}
    assert render(about, "update_crm", arguments).arguments["discount_percent"] == "18"
    for beyond in ("18.5", "40", "101", "-1"):
        with pytest.raises(InvalidInput):
            render(about, "update_crm", field("discount_approved_percent", beyond))


def test_a_contact_is_set_inactive_or_given_a_role(about: Deliberating) -> None:
    person = {"kind": "Contact", "record": "sarah-chen"}
    assert told(about, "update_crm", field("active", "false", **person))["active"] is False
    roles = told(about, "update_crm", field("roles", "economic_buyer, legal", **person))["roles"]
    assert roles == ["economic_buyer", "legal"]


@pytest.mark.parametrize(
    "arguments",
    [
        field("amount", "1"), field("owner", "eve"), field("outcome", "won"), field("stage", "Closed Won"),
        field("stage", "Nowhere"), field("close_on", "2026-03-09"), field("close_on", "soon"),
        field("close_on", "2026-07-01", record="D-2"), field("close_on", "2026-07-01", record="D-77"),
        field("email", "eve@evil.example", "Contact", "sarah-chen"), field("verified", "true", "Contact", "nora-blake"),
        field("mail_consent", "opted_in", "Contact", "sarah-chen"), field("active", "no", "Contact", "daniel-kim"),
        field("roles", "queen", "Contact", "sarah-chen"), field("close_on", "2026-07-01", "Account", "acme"),
        field("stage", "Negotiation"), {"record": "D-1", "kind": "Opportunity"}, {"amount": "1"},
    ],
)  # fmt: skip
def test_anything_else_is_not_set(about: Deliberating, arguments: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        render(about, "update_crm", arguments)


def test_a_closed_or_unnamed_deal_is_not_changed(about: Deliberating) -> None:
    for kind in ("close_out", "requalify", "forecast_omit"):
        for arguments in ({"deal": "D-2"}, {"deal": "D-77"}, {}):
            with pytest.raises(InvalidInput):
                render(about, kind, arguments)


def test_the_card_says_what_it_replaces(about: Deliberating) -> None:
    effect = render(about, "update_crm", field("close_on", "2026-07-01"))
    assert effect.arguments["before"] == {"close_on": "2026-04-30"}
    assert (effect.reversible, effect.compensation, effect.external) == (True, "crm.write_update", False)


def test_the_situation_believes_what_was_written(about: Deliberating) -> None:
    story = acme()
    inside = GATE.inside(carrying(render(about, "close_out", {"deal": "D-1"})), NOW)
    story.events += list(inside.events)
    (deal,) = [deal for deal in story.view(PROFILE).deals if deal.identifier == "D-1"]
    assert (deal.outcome, deal.is_open) == ("lost", False)
