"""The collector of policy's facts: each input turns over its own fact and no other, and a careless edit is seen."""

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agents import guardrail
from agents.guardrail import Asked, History, collect, is_trusted_origin, rest_facts
from state.evidence import Trust
from state.governance.catalogue import Scalar
from state.governance.facts import POLICY_FACTS, Facts
from state.ids import NodeKey
from tests.build import NOW, Story
from tests.unit.critic.plans import RAJ, proposal
from tests.unit.guardrail_rows import (
    CHURNED,
    FLIPS,
    RAJ_MAIL,
    Flip,
    Turn,
    blocking,
    both,
    days_ago,
    found,
    inside,
    mailing,
    story,
    suggested,
)

Collector = Callable[[Asked], Facts]
FIXED = {"agent.name": "playbook"}
"""Facts that have no input yet: one agent proposes."""
SOURCE = Path(guardrail.__file__)
NAMED = [f"{place}-{flip.fact}" for place, flip in enumerate(FLIPS)]


def turned(flip: Flip, collector: Collector) -> Mapping[str, tuple[Scalar | None, Scalar | None]]:
    """Collect before and after, and give what differs."""
    first = flip.before(mailing())
    was, now = collector(first).values, collector(flip.after(first)).values
    return {name: (was.get(name), now.get(name)) for name in {*was, *now} if was.get(name) != now.get(name)}


def is_right(flip: Flip, collector: Collector) -> bool:
    """Tell whether the fact turns as it should, and nothing else but what says the same."""
    seen = turned(flip, collector)
    others = set(seen) - {flip.fact}
    return seen.get(flip.fact) == (flip.was, flip.becomes) and others == flip.follows - {flip.fact}


@pytest.mark.parametrize("flip", FLIPS, ids=NAMED)
def test_an_input_turns_over_its_own_fact_and_no_other(flip: Flip) -> None:
    assert is_right(flip, collect), turned(flip, collect)


def careless(flip: Flip, folder: Path) -> Collector:
    """Load the collector with one place of it edited."""
    right, wrong = flip.fault
    text = SOURCE.read_text(encoding="utf-8")
    assert text.count(right) == 1, right
    path = folder / "careless.py"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("careless", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    edited: Collector = module.collect
    return edited


@pytest.mark.parametrize("flip", FLIPS, ids=NAMED)
def test_a_careless_edit_of_the_collector_is_seen(flip: Flip, tmp_path: Path) -> None:
    assert not is_right(flip, careless(flip, tmp_path))


def test_a_leak_into_another_fact_is_seen() -> None:
    def leaking(asked: Asked) -> Facts:
        facts = collect(asked)
        return Facts.of({**facts.values, "owner.away": facts.values["action.type"] == "schedule_meeting"})

    assert [flip.fact for flip in FLIPS if not is_right(flip, leaking)] == ["action.type", "owner.away"]


def test_every_fact_of_the_catalogue_has_an_input_or_is_named_as_fixed() -> None:
    assert {flip.fact for flip in FLIPS} | set(FIXED) == set(POLICY_FACTS.specs)
    assert {name: collect(mailing()).values[name] for name in FIXED} == FIXED
    assert set(collect(mailing()).values) == set(POLICY_FACTS.specs)


def test_what_reaches_nobody_has_no_facts_of_a_recipient() -> None:
    asked = mailing()
    alone = collect(replace(asked, effect=replace(asked.effect, recipients=()))).values
    assert {name for name in collect(asked).values if name not in alone} == {
        name for name in POLICY_FACTS.specs if name.startswith("recipient.")
    }


def to(*addresses: str) -> Turn:
    return lambda asked: replace(asked, effect=replace(asked.effect, recipients=addresses))


@pytest.mark.parametrize("addresses", [(RAJ_MAIL, "x@acme.example"), ("X@acme.example", RAJ_MAIL)])
def test_of_several_recipients_the_strictest_counts(addresses: tuple[str, ...]) -> None:
    mails = {RAJ_MAIL: [days_ago(1)], "x@acme.example": [days_ago(2), days_ago(1)]}
    asked = replace(to(*addresses)(mailing()), history=History(mails=mails))
    facts = collect(asked).values
    assert (facts["recipient.verified"], facts["recipient.touches_3bd"]) == (False, 2)
    assert facts["recipient.first_mail"] is False


def test_colleagues_need_no_consent_and_count_as_no_touch() -> None:
    asked = replace(to("maya@fieldstone.example")(mailing()), history=History(mails={}))
    facts = collect(asked).values
    assert (facts["recipient.verified"], facts["recipient.first_mail"]) == (True, False)
    assert (facts["recipient.touches_14d"], facts["recipient.quiet_now"]) == (0, False)


@pytest.mark.parametrize(
    ("until", "is_blocked"), [(NOW, True), (NOW - timedelta(days=1), False), (None, True)]
)
def test_a_block_lasts_to_its_last_day(until: datetime | None, *, is_blocked: bool) -> None:
    facts = collect(blocking("example", until)(mailing())).values
    assert facts["recipient.blocked"] is is_blocked


def test_learning_never_raises_the_confidence_policy_reads() -> None:
    lifted = replace(mailing(), calibrated=Decimal("0.99"))
    assert collect(lifted).values["confidence"] == Decimal("0.8")


def test_a_finding_about_another_proposal_says_nothing_about_this_one() -> None:
    clean = collect(mailing())
    for rule in ("price_not_listed", "critical_contradiction", "hard_stale"):
        assert collect(found(rule, is_blocking=True, subject="p2")(mailing())) == clean


def test_a_mail_counts_from_the_first_instant_of_its_window() -> None:
    history = History(mails={RAJ_MAIL: [days_ago(14)]})
    assert history.count(RAJ_MAIL.upper(), days_ago(14)) == 1
    assert history.count(RAJ_MAIL, days_ago(14) + timedelta(seconds=1)) == 0
    assert history.count("nobody@acme.example", days_ago(99)) == 0


def rest(*turns: Turn) -> Mapping[str, object]:
    return rest_facts(both(*turns)(mailing()), {"action.type": "send_email"})


def consent(told_: Story) -> Story:
    return told_.consent("raj-patel", "2026-03-01")


@pytest.mark.parametrize(
    ("turn", "names"),
    [
        (story(consent), {f"{RAJ}.mail_consent"}),
        (story(lambda s: s.contact("raj-patel", "2026-03-01", email="r@acme.example")), {f"{RAJ}.email"}),
        (story(lambda s: s.contact("raj-patel", "2026-03-01", active=False)), {f"{RAJ}.active"}),
        (story(lambda s: s.contact("raj-patel", "2026-03-01", verified=False)), {f"{RAJ}.verified"}),
        (story(lambda s: s.contact("raj-patel", "2026-03-01", roles=["legal"])), {f"{RAJ}.roles"}),
        (story(lambda s: s.account("2026-03-01", owner="tom")), {"account.owner"}),
        (CHURNED, {"account.status"}),
        (story(lambda s: s.closed("2026-03-01")), {"account.closed_deals"}),
        (story(lambda s: s.contract(ends_on="2026-04-30", annual_value="100")), {"account.contracts_to_renew"}),
        (story(lambda s: s.note("Raj likes tea.", "2026-03-01")), set()),
        (story(lambda s: s.contact("raj-patel", "2026-03-01", title="CTO")), set()),
    ],
    ids=["consent", "address", "left", "unverified", "role", "owner", "churned", "deal closed", "contract",
         "a note", "a title"],
)  # fmt: skip
def test_an_approval_rests_on_what_its_mail_needs_of_the_world(turn: Turn, names: set[str]) -> None:
    before, after = rest(), rest(turn)
    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} == names


def test_what_stays_inside_does_not_rest_on_other_deals() -> None:
    assert "account.closed_deals" in rest()
    assert not {"account.closed_deals", "account.contracts_to_renew"} & set(rest(inside))


def test_the_facts_that_rules_read_are_part_of_the_rest() -> None:
    assert rest()["fact:action.type"] == "send_email"
    assert list(rest()) == sorted(rest())


def test_a_change_of_its_own_subject_is_part_of_the_rest() -> None:
    deal = NodeKey("Opportunity/D-1")

    def rests(stage: str) -> object:
        opened = story(lambda s: s.deal(name="Acme", stage=stage, amount="100", currency="USD"))
        return rest(opened, suggested(subject=deal))[f"{deal}.stage"]

    assert (rests("Proposal"), rests("Negotiation")) == ("Proposal", "Negotiation")


def test_one_better_source_makes_an_origin_trusted_and_none_does_not() -> None:
    (email,) = mailing().about.view.contacts[0].cite("email")
    bad = email.model_copy(update={"trust": Trust.UNTRUSTED})
    assert is_trusted_origin(proposal(evidence=(bad, email)))
    assert not is_trusted_origin(proposal(evidence=(bad,)))
    assert not is_trusted_origin(proposal())
