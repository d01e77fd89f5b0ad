"""Whose account a mail address is of: what is read from events, and which single account is named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.ids import AccountId
from state.world.event import Event
from state.world.resolution import address as law
from state.world.resolution.address import (
    KnownAddress,
    account_among,
    asked_of,
    claims_of,
    fold_claims,
    folded_address,
)
from tests.build import NOW, PROFILE, Story

OWN = PROFILE.company.verified_domains[0]


def told(story: Story, kind: str, source: str = "crm", /, **data: object) -> Event:
    """Make one event of a story."""
    return story.event(kind, NOW, source, **data)


def index_of(*events: Event) -> list[KnownAddress]:
    """Keep what events say."""
    return list(fold_claims({}, claims_of(events, PROFILE)).values())


def found(events: Sequence[Event], *addresses: str) -> str | None:
    """Name the account of some addresses."""
    return account_among(addresses, index_of(*events), lambda account: account)


ALDER, BIRCH = Story("alder"), Story("birch")
ED = told(ALDER, "contact.updated", contact="ed", email="Ed.Moss@Alder.example")
DOMAINS = [
    told(ALDER, "account.updated", account="alder", domain="alder.example"),
    told(BIRCH, "account.updated", account="birch", domain="birch.example"),
]


def test_a_known_contact_is_found_whatever_the_case_of_the_letters() -> None:
    assert found([ED], "ed.moss@alder.EXAMPLE") == "alder"


def test_an_unknown_person_is_found_by_the_one_account_of_the_domain() -> None:
    assert found(DOMAINS, "new@birch.example") == "birch"
    assert found(DOMAINS, "new@cedar.example", "also@birch.example") == "birch"


def test_a_contact_at_another_domain_outranks_the_owner_of_that_domain() -> None:
    consultant = told(ALDER, "contact.updated", contact="di", email="di@birch.example")
    assert found([*DOMAINS, consultant], "di@birch.example") == "alder"


def test_two_accounts_or_none_name_nobody() -> None:
    twin = told(Story("alder-2"), "account.updated", account="alder-2", domain="alder.example")
    assert found([*DOMAINS, twin], "new@alder.example") is None
    assert found(DOMAINS, "a@alder.example", "b@birch.example") is None
    assert found(DOMAINS, "who@nowhere.example") is None
    assert found(DOMAINS) is None


@pytest.mark.parametrize("domain", ["gmail.com", "GMX.de", OWN])
def test_free_mail_and_our_own_domain_are_no_accounts_domain(domain: str) -> None:
    claimed = told(ALDER, "account.updated", account="alder", domain=domain)
    assert found([claimed], f"somebody@{domain}") is None


def test_a_free_mail_address_that_a_contact_has_is_found_and_its_neighbours_are_not() -> None:
    person = told(ALDER, "contact.updated", contact="ed", email="ed@gmail.com")
    assert found([person], "ed@gmail.com") == "alder"
    assert found([person], "other@gmail.com") is None


def test_one_of_us_listed_as_a_contact_resolves_nothing() -> None:
    colleague = told(ALDER, "contact.updated", contact="us", email=f"maya@{OWN}")
    assert found([colleague], f"maya@{OWN}") is None


@pytest.mark.parametrize(
    ("source", "more"), [("form", {}), ("mail", {}), ("nowhere", {}), ("crm", {"verified": False})]
)
def test_a_person_known_from_a_form_or_mail_resolves_nothing(source: str, more: dict[str, object]) -> None:
    person = told(ALDER, "contact.updated", source, contact="ed", email="ed@alder.example", **more)
    assert found([person], "ed@alder.example") is None


@pytest.mark.parametrize("source", ["form", "mail", "nowhere"])
def test_a_domain_that_an_outsider_wrote_is_nobodys(source: str) -> None:
    claimed = told(ALDER, "account.updated", source, account="alder", domain="alder.example")
    assert found([claimed], "x@alder.example") is None


def test_a_from_header_and_an_attendee_add_no_address() -> None:
    mail = told(ALDER, "mail.received", "mail", mail="m", sender="ed@alder.example", sender_name="Ed Moss")
    people = [{"email": "ed@alder.example", "name": "Ed Moss", "status": "accepted"}]
    meeting = told(ALDER, "meeting.updated", "calendar", meeting="x", attendees=people)
    assert claims_of([mail, meeting], PROFILE) == ()


def test_an_outsiders_record_cannot_verify_an_address() -> None:
    person = told(ALDER, "contact.updated", "form", contact="ed", email="ed@alder.example")
    lifted = told(ALDER, "contact.updated", "form", contact="ed", verified=True)
    assert found([person, lifted], "ed@alder.example") is None
    confirmed = told(ALDER, "contact.updated", contact="ed", verified=True)
    assert found([person, confirmed], "ed@alder.example") == "alder"


def test_a_persons_word_sets_clears_and_verifies() -> None:
    def said(attribute: str, value: object, subject: str = "Contact/ed") -> Event:
        fields = {"account": "alder", "subject": subject, "attribute": attribute, "value": value}
        return told(ALDER, "fact.corrected", "user", **fields)

    assert found([ED, said("email", "ed@new.example")], "ed@new.example") == "alder"
    assert found([ED, said("email", None)], "ed.moss@alder.example") is None
    assert found([ED, said("verified", value=False)], "ed.moss@alder.example") is None
    assert found([said("domain", "fir.example", "Account/alder")], "x@fir.example") == "alder"
    assert found([said("title", "CEO")], "ed@new.example") is None


def test_an_account_record_about_another_account_says_nothing_of_this_one() -> None:
    assert claims_of([told(ALDER, "account.updated", account="birch", domain="b.example")], PROFILE) == ()


def test_the_domain_is_compared_in_its_ascii_form() -> None:
    umlaut = told(ALDER, "account.updated", account="alder", domain="www.Bäcker.example.")
    assert found([umlaut], "a@xn--bcker-gra.example") == "alder"
    assert folded_address(" Ed@BÄCKER.example ") == "ed@xn--bcker-gra.example"


def test_a_merged_account_is_found_as_its_survivor() -> None:
    rows = index_of(*DOMAINS)
    assert account_among(["a@birch.example"], rows, lambda _: AccountId("alder")) == "alder"
    both = ["a@alder.example", "b@birch.example"]
    assert account_among(both, rows, lambda _: AccountId("alder")) == "alder"


ADDRESSES = st.sampled_from(["a@x.example", "b@x.example", "c@y.example", "d@gmail.com", "e@z.example"])
ROWS = st.builds(
    KnownAddress,
    account=st.sampled_from([AccountId("alder"), AccountId("birch")]),
    contact=st.just("someone"),
    address=st.sampled_from(["a@x.example", "c@y.example", "@x.example", "@z.example", None]),
    is_verified=st.booleans(),
    since=st.just(NOW),
)


def is_lawful(addresses: Sequence[str], rows: Sequence[KnownAddress], answer: AccountId | None) -> bool:
    """Say whether every verified holder of these addresses is the one named, contacts before domains."""
    holders: set[AccountId] = set()
    for one in addresses:
        exact, domain = asked_of(one)
        people = {row.account for row in rows if row.is_verified and row.address == exact}
        holders |= people or {row.account for row in rows if row.is_verified and row.address == domain}
    return answer == (holders.pop() if len(holders) == 1 else None)


@given(st.lists(ADDRESSES, max_size=4), st.lists(ROWS, max_size=6))
def test_the_account_named_is_the_only_one_verified_rows_allow(
    addresses: list[str], rows: list[KnownAddress]
) -> None:
    assert is_lawful(addresses, rows, account_among(addresses, rows, lambda account: account))


def test_the_law_is_seen_to_catch_an_unverified_row_and_a_coin_toss() -> None:
    row = KnownAddress(AccountId("alder"), "ed", "a@x.example", is_verified=False, since=NOW)
    other = replace(row, account=AccountId("birch"))
    assert not is_lawful(["a@x.example"], [row], AccountId("alder"))
    both = [replace(row, is_verified=True), replace(other, is_verified=True)]
    assert not is_lawful(["a@x.example"], both, AccountId("alder"))


@given(st.permutations([-2, -1, 0, 1]))
def test_claims_of_any_order_leave_the_latest_address(order: list[int]) -> None:
    claims = [
        law.AddressClaim(
            AccountId("alder"), "ed", NOW + timedelta(days=day), f"ed{day}@x.example", is_verified=True
        )
        for day in order
    ]
    assert [row.address for row in fold_claims({}, claims).values()] == ["ed1@x.example"]
