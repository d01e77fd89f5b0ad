"""Grounding: a value stands in what a statement cites, or it is missing; words alone never are."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from state.decision.brief import Operation, Statement
from state.decision.grounding import Names, is_grounded, missing_values
from state.decision.mention import values_of
from state.evidence import Evidence, Trust
from state.ids import EventId, EvidenceId, stable_id

LONG_AGO = datetime(2019, 7, 9, 12, tzinfo=UTC)
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def cited(
    value: str, field: str = "amount", quote: str | None = None, record: str = "R-A", at: datetime = LONG_AGO
) -> Evidence:
    return Evidence(
        id=EvidenceId(stable_id("ev", field, value, quote or "", record)), source="crm", record=record, field=field,
        value=value, quote=quote, observed_at=at, hash="0" * 64, trust=Trust.SYSTEM_OF_RECORD, event=EventId("E"),
    )  # fmt: skip


def said(text: str, *evidence: Evidence, operations: Sequence[Operation] = ()) -> Statement:
    return Statement(id="s", text=text, kind="fact", evidence=evidence, operations=tuple(operations))


def missing(text: str, *evidence: Evidence, names: Names | None = None) -> tuple[str, ...]:
    return missing_values(said(text, *evidence), names or Names())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The contract is worth $184,000.", "184000"),
        ("The contract is worth $184,000.", "184000.00"),
        ("The contract is worth $184k.", "184000"),
        ("They want about 80 seats.", "80"),
        ("They want the 80-seat expansion.", "80"),
        ("It is the 3rd slip.", "3"),
        ("A share of 22 % and of 22%.", "22"),
        ("A share of 22%.", "0.22"),
        ("It ends on 30 April.", "2026-04-30"),
        ("It ends on 30th April 2026.", "2026-04-30"),
        ("It ends on April 30, 2026.", "2026-04-30"),
        ("It ends on Thu 30 Apr.", "2026-04-30"),
        ("It starts in July.", "2026-07-01"),
        ("It starts in July 2026.", "2026-07-01"),
        ("It ended in 2025.", "2025-11-30"),
        ("SUP-4412 is open.", "SUP-4412"),
        ("The budget moved to Q3.", "The budget moved to Q3, not before July."),
        ("Two regions follow.", "we plan two new regions"),
        ("2 regions follow.", "we plan two new regions"),
        ("Write to ann.lee@acme.example.", "ann.lee@acme.example"),
        ("The mail bounced with 5.1.1.", "5.1.1"),
        ("Usage was 171, then 133.", "171, 168, 133"),
    ],
)
def test_a_value_is_held_in_whatever_form_it_is_written(text: str, value: str) -> None:
    assert missing(text, cited(value)) == ()
    assert missing(text) != ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The contract is worth $148,000.", "184000"),
        ("The contract is worth EUR 184,000.", "$184,000"),
        ("They want 81 seats.", "80"),
        ("A share of 23%.", "22%"),
        ("It ends on 30 April 2025.", "2026-04-30"),
        ("It ends on 29 April.", "2026-04-30"),
        ("It ends on Fri 30 Apr.", "2026-04-30"),
        ("It starts in August.", "2026-07-01"),
        ("SUP-4413 is open.", "SUP-4412"),
        ("The budget moved to Q4.", "The budget moved to Q3."),
        ("Three regions follow.", "we plan two new regions"),
        ("Write to ann.lee@acne.example.", "ann.lee@acme.example"),
        ("It starts at 10:30.", "2026-03-11T10:00:00Z"),
    ],
)
def test_a_value_that_differs_is_missing(text: str, value: str) -> None:
    assert len(missing(text, cited(value))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Ask who signs and by which way.",
        "1. Ask first.\n2) Then answer.",
        "Nobody is against it, and one of us goes.",
        "They may come in person; march on.",
    ],
)
def test_words_and_list_numbers_carry_no_value(text: str) -> None:
    assert values_of(text) == ()
    assert missing(text) == ()


def test_the_days_of_an_instant_are_cut_in_the_given_zones() -> None:
    late = cited("2026-03-12T01:30:00Z", "starts_at")
    assert missing("It starts on 11 March at 21:30.", late, names=Names(zones=("America/New_York",))) == ()
    assert missing("It starts on 13 March.", late, names=Names(zones=("America/New_York",))) == ("13 march",)


def test_the_day_a_record_is_from_is_part_of_the_record() -> None:
    mail = cited("hello", "subject", at=datetime(2026, 2, 24, 16, tzinfo=UTC))
    assert missing("Raj wrote on 24 February.", mail) == ()
    assert missing("Raj wrote on 25 February.", mail) == ("25 february",)


def test_an_amount_must_be_in_the_currency_that_is_cited() -> None:
    amount, currency = cited("184000"), cited("EUR", "currency")
    assert missing("It is EUR 184,000.", amount, currency) == ()
    assert missing("It is $184,000.", amount, currency) == ("$184,000",)


def test_an_operation_counts_only_beside_the_citations_it_was_computed_from() -> None:
    end = cited("2026-04-30", "ends_on")
    days = Operation(name="days", inputs=(end.id, "2026-03-10"), result="51")
    assert is_grounded(said("It ends in 51 days.", end, operations=[days]), Names())
    assert not is_grounded(said("It ends in 51 days.", operations=[days]), Names())
    alone = Operation(name="days", inputs=("2026-03-10",), result="51")
    assert not is_grounded(said("It ends in 51 days.", end, operations=[alone]), Names())


def test_a_known_name_must_be_cited_and_ours_need_not() -> None:
    names = Names(known=("Sarah Chen",), free=("Maya Ortiz", "Acme Corp"))
    assert missing("Sarah Chen is silent.", names=names) == ("Sarah Chen",)
    assert missing("Sarah Chen is silent.", cited("Sarah Chen", "name"), names=names) == ()
    assert missing("Maya Ortiz owns Acme Corp.", names=names) == ()


def test_a_name_nobody_knows_is_missing_wherever_it_stands() -> None:
    assert missing("We met John Smith there.") == ("John Smith",)
    assert missing("John Smith was there.") == ("John Smith",)
    assert missing("Ask John Smith.", cited("Call with John Smith.", "text")) == ()
    assert missing("On Tuesday March begins well.") == ()


# --- laws ---------------------------------------------------------------------------------------------------------

amounts = st.integers(min_value=11, max_value=9_999_999)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 28))
wordings = st.sampled_from(
    [
        "The figure is {}.", "{} is what the record says", "We were told {} by them; ask again.", "({})",
        "As agreed: {}, nothing else",
    ]
)  # fmt: skip


@st.composite
def held(draw: st.DrawFn) -> tuple[str, Evidence]:
    """Write a value as people do, and cite it as records do."""
    kind = draw(st.sampled_from(["number", "money", "percent", "date", "short date", "code"]))
    amount, day = draw(amounts), draw(days)
    match kind:
        case "number":
            return f"{amount:,}", cited(str(amount))
        case "money":
            return f"${amount:,}", cited(f"{amount}.00")
        case "percent":
            return f"{amount} %", cited(str(amount), "percent")
        case "date":
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}", cited(day.isoformat(), "ends_on")
        case "short date":
            return f"{day.day} {MONTHS[day.month - 1][:3]}", cited(day.isoformat(), "ends_on")
        case _:
            return f"T-{amount}", cited("open", "status", record=f"T-{amount}")


@given(held(), wordings)
def test_a_cited_value_is_grounded_and_is_not_without_the_citation(
    pair: tuple[str, Evidence], wording: str
) -> None:
    text, evidence = pair
    assert missing(wording.format(text), evidence) == ()
    assert missing(wording.format(text)) != ()


@given(held(), wordings, st.data())
def test_a_changed_digit_is_always_noticed(
    pair: tuple[str, Evidence], wording: str, data: st.DataObject
) -> None:
    text, evidence = pair
    place = data.draw(st.sampled_from([index for index, sign in enumerate(text) if sign.isdigit()]))
    digit = data.draw(st.sampled_from([sign for sign in "123456789" if sign != text[place]]))
    changed = f"{text[:place]}{digit}{text[place + 1 :]}"
    assert missing(wording.format(changed), evidence) != ()


@given(held(), wordings, st.lists(held(), max_size=3))
def test_a_further_citation_never_ungrounds(
    pair: tuple[str, Evidence], wording: str, more: list[tuple[str, Evidence]]
) -> None:
    text, evidence = pair
    assert missing(wording.format(text), evidence, *(item for _, item in more)) == ()


@given(held(), wordings, wordings)
def test_other_words_around_a_value_change_nothing(pair: tuple[str, Evidence], one: str, other: str) -> None:
    text, evidence = pair
    assert missing(one.format(text), evidence) == missing(other.format(text), evidence)
    assert missing(one.format(text)) == missing(other.format(text))


@given(st.lists(held(), min_size=2, max_size=5), st.data())
def test_taking_a_citation_away_never_grounds(pairs: list[tuple[str, Evidence]], data: st.DataObject) -> None:
    text = ", ".join(value for value, _ in pairs)
    kept = data.draw(st.lists(st.sampled_from([item for _, item in pairs]), max_size=len(pairs) - 1))
    assume(kept)
    with_all = set(missing(text, *(item for _, item in pairs)))
    assert with_all <= set(missing(text, *kept))


odd = st.text(
    alphabet=st.sampled_from("0123456789٣.,:-–/%$€@ TZkm’'\"aprilmjunfdwo\n"), max_size=60
) | st.text(max_size=60)


@given(odd, odd)
def test_no_text_however_odd_breaks_the_reading(text: str, value: str) -> None:
    assert isinstance(missing(text, cited(value or "-", quote=text or None)), tuple)


def test_an_impossible_instant_in_a_record_is_no_instant() -> None:
    assert missing("It starts at 10:00.", cited("2026-13-45T10:00:00Z", "starts_at")) == ("10:00",)


@given(days, st.integers(min_value=-400, max_value=400))
def test_a_day_is_held_by_itself_alone(day: date, away: int) -> None:
    other = day + timedelta(days=away)
    assume(other != LONG_AGO.date())
    text = f"{other.day} {MONTHS[other.month - 1]} {other.year}"
    assert (missing(text, cited(day.isoformat(), "close_on")) == ()) is (away == 0)
