"""Which account a person means: own ones first, then the one met soon, asked once otherwise."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.clarifier.names import Candidates, Context, Match, resolve
from state.ids import AccountId, UserId
from state.ports.world import AccountRow
from state.world.resolution.spelling import plain

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def row(account: str, name: str, owner: str = "maya", *aliases: str) -> AccountRow:
    return AccountRow(account=AccountId(account), name=name, owner=UserId(owner), aliases=aliases)


ACME, MEDICAL = row("acme-corp", "Acme Corp"), row("acme-medical", "Acme Medical", "priya")
FREIGHT, HEALTH = row("meridian-freight", "Meridian Freight"), row("meridian-health", "Meridian Health")
MUELLER = row("mueller", "Müller Werke GmbH", "tom")
ROWS = (ACME, MEDICAL, FREIGHT, HEALTH, MUELLER)


def asked(name: str, rows: tuple[AccountRow, ...] = ROWS, **meetings: int) -> Match | Candidates:
    """Resolve as Maya; `meetings` are days until each account is met, hyphens written as underscores."""

    def meeting(account: AccountId) -> datetime | None:
        days = meetings.get(account.replace("-", "_"))
        return None if days is None else NOW + timedelta(days=days)

    return resolve(name, rows, Context(UserId("maya"), NOW, meeting))


def taken(found: Match | Candidates) -> str:
    assert isinstance(found, Match), found
    return found.account.account


@pytest.mark.parametrize("name", ["acme-corp", "Acme Corp", "ACME  corp", "Acme, Corp."])
def test_an_id_or_a_full_name_is_taken_without_a_word(name: str) -> None:
    assert asked(name) == Match(ACME)


def test_ones_own_account_of_a_name_is_taken_and_said() -> None:
    found = asked("Acme")
    assert taken(found) == "acme-corp"
    assert isinstance(found, Match)
    assert "Acme Medical" in found.note


def test_two_own_accounts_of_one_name_are_asked_about() -> None:
    found = asked("Meridian")
    assert found == Candidates("Meridian", (FREIGHT, HEALTH), is_known=True)


@pytest.mark.parametrize(("days", "is_taken"), [(1, True), (7, True), (8, False)])
def test_the_one_that_is_met_within_a_week_is_taken(days: int, is_taken: bool) -> None:
    found = asked("Meridian", meridian_health=days)
    assert isinstance(found, Match) is is_taken
    if isinstance(found, Match):
        assert found.account == HEALTH
        assert "Meridian Freight" in found.note


def test_a_past_meeting_decides_nothing() -> None:
    assert isinstance(asked("Meridian", meridian_health=-1), Candidates)


def test_two_that_are_both_met_soon_are_asked_about() -> None:
    assert isinstance(asked("Meridian", meridian_health=1, meridian_freight=2), Candidates)


def test_a_second_own_account_met_as_soon_turns_the_answer_into_a_question() -> None:
    both = (ACME, row("acme-medical", "Acme Medical", "maya"))
    assert isinstance(asked("Acme", both, acme_corp=1, acme_medical=1), Candidates)


def test_an_alias_names_its_account_where_none_is_ones_own() -> None:
    rows = (row("a", "Northern Lights", "tom", "NL"), row("b", "NL Holding", "priya"))
    found = asked("NL", rows)
    assert taken(found) == "a"


@pytest.mark.parametrize("name", ["Müller", "mueller", "MUELLER WERKE", "Muller Werke"])
def test_an_umlaut_is_written_in_several_ways(name: str) -> None:
    assert taken(asked(name)) == "mueller"


@pytest.mark.parametrize("name", ["Acme Copr", "Acmee Corp", "akme corp"])
def test_one_wrong_letter_is_forgiven_and_said(name: str) -> None:
    found = asked(name)
    assert taken(found) == "acme-corp"
    assert isinstance(found, Match)
    assert found.note


def test_an_unknown_name_is_answered_with_the_nearest_ones() -> None:
    found = asked("Meridion Ships")
    assert isinstance(found, Candidates)
    assert not found.is_known
    assert {HEALTH.account, FREIGHT.account} & {row.account for row in found.accounts}


@pytest.mark.parametrize("name", ["", "  ", "zq"])
def test_nothing_like_a_name_is_never_taken(name: str) -> None:
    assert asked(name) == Candidates(name, (), is_known=False)


def test_an_account_one_stands_in_for_counts_as_ones_own() -> None:
    rows = (row("a", "Pine Rail", "tom"), row("b", "Pine Air", "priya"))
    context = Context(UserId("maya"), NOW, lambda _: None, (UserId("tom"),))
    assert taken(resolve("Pine", rows, context)) == "a"


def test_names_compare_without_accents_case_or_marks() -> None:
    assert plain("  Électricité & Söhne ") == "electricite soehne"
