"""Briefs, drafted mails and quotes: laid before the owner, priced by the list, reaching nobody."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.errors import InvalidInput
from state.governance.effect import Effect, effect_hash
from state.ports.deciding import Deliberating, Draft
from tests.build import NOW, PROFILE
from tests.fakes.tooling import ACTION, SARAH, acme, carrying, cited, gateway, looking_at, proposal, words

GATE = gateway(Path("home"))
ABOUT = looking_at(acme())


@pytest.fixture(scope="module")
def about() -> Deliberating:
    return ABOUT


def render(
    about: Deliberating,
    kind: str,
    draft: Draft | None = None,
    arguments: dict[str, str] | None = None,
    **changes: object,
) -> Effect:
    return GATE.prepare(proposal(kind, arguments=arguments or {}, **changes), ACTION, draft, about)


def test_a_brief_is_the_same_until_a_cited_value_changes(about: Deliberating) -> None:
    first = render(about, "brief", subject="Meeting/M-1")
    again = render(about, "brief", subject="Meeting/M-1", id="pr_2", evidence=(cited(), cited()))
    other = render(about, "brief", subject="Meeting/M-1", evidence=(cited("134"),))
    assert effect_hash(first) == effect_hash(again) != effect_hash(other)
    assert first.arguments["meeting"] == "Meeting/M-1"
    (record,) = GATE.inside(carrying(first), NOW).records
    assert (record.kind, record.subject) == ("draft", "Meeting/M-1")
    assert render(about, "brief").arguments["meeting"] is None


def test_a_drafted_mail_reaches_nobody(about: Deliberating) -> None:
    arguments = {"in_reply_to": "ML-7", "document": "soc2-summary", "template": "document_reply"}
    effect = render(about, "draft_email", words(), arguments, recipient=SARAH)
    assert (effect.recipients, effect.external) == ((), False)
    assert (effect.arguments["to"], effect.arguments["in_reply_to"]) == ("sarah@acme.example", "ML-7")
    inside = GATE.inside(carrying(effect), NOW)
    assert [record.kind for record in inside.records] == ["draft"]
    assert inside.events == ()


@pytest.mark.parametrize(
    ("draft", "recipient", "arguments"),
    [
        (None, SARAH, {}), (words(), None, {}), (words(), "Contact/nora-blake", {}),
        (words(), "Contact/daniel-kim", {}),
        (words(), SARAH, {"document": "battle-card"}), (words(), SARAH, {"in_reply_to": "ML-99"}),
        (words("A\nB"), SARAH, {}), (words("A", "\x1b[2J"), SARAH, {}), (words(), SARAH, {"cc": "x@evil.example"}),
    ],
)  # fmt: skip
def test_a_draft_without_words_or_a_verified_person_is_refused(
    about: Deliberating, draft: Draft | None, recipient: str | None, arguments: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        render(about, "draft_email", draft, arguments, recipient=recipient)


def test_a_quote_is_priced_by_the_list(about: Deliberating) -> None:
    effect = render(about, "draft_quote", None, {"product": "Dispatch", "units": "60"})
    assert (effect.arguments["amount"], effect.arguments["currency"]) == ("48000", "USD")
    assert effect.arguments["arithmetic"] == "60 × $800 = $48,000"
    assert effect.arguments["discount_percent"] == "0"
    assert GATE.inside(carrying(effect), NOW).records[0].kind == "quote"
    two_years = render(about, "draft_quote", words(), {"product": "dispatch", "seats": "60", "years": "2"})
    assert Decimal(str(two_years.arguments["amount"])) == 45600


def test_a_quote_on_a_deal_takes_off_what_was_asked_for(about: Deliberating) -> None:
    effect = render(about, "draft_quote", None, {"percent": "18"}, subject="Opportunity/D-1", recipient=SARAH)
    assert Decimal(str(effect.arguments["amount"])) == Decimal(52480)
    assert (effect.arguments["discount_percent"], effect.arguments["recipient"]) == ("18", SARAH)


@pytest.mark.parametrize(
    "arguments",
    [
        {"product": "Dispatch", "units": "60", "amount": "1"}, {"product": "Teleport", "units": "60"},
        {"product": "Dispatch", "units": "0"}, {"product": "Dispatch"}, {}, {"deal": "D-2"},
        {"deal": "D-1", "percent": "18.01"}, {"deal": "D-1", "percent": "101"}, {"deal": "D-1", "percent": "-5"},
        {"product": "Dispatch", "units": "60", "percent": "5"},
    ],
)  # fmt: skip
def test_a_price_that_no_list_or_record_states_is_refused(
    about: Deliberating, arguments: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        render(about, "draft_quote", None, arguments)


def test_without_a_price_list_there_is_no_quote(about: Deliberating) -> None:
    bare = gateway(Path("home"), profile=PROFILE.model_copy(update={"prices": None}))
    wanted = proposal("draft_quote", arguments={"product": "Dispatch", "units": "60"})
    with pytest.raises(InvalidInput, match="price list"):
        bare.prepare(wanted, ACTION, None, about)


@given(units=st.integers(1, 100_000), percent=st.decimals(0, 100, places=2))
def test_no_quote_is_above_list_or_below_what_was_asked(units: int, percent: Decimal) -> None:
    arguments = {"product": "Dispatch", "units": str(units), "deal": "D-1", "percent": format(percent, "f")}
    try:
        effect = render(ABOUT, "draft_quote", None, arguments)
    except InvalidInput:
        assert percent > 18
        return
    amount, full = Decimal(str(effect.arguments["amount"])), Decimal(800) * units
    assert full * Decimal("0.82") <= amount <= full
