"""A person is forgotten, and no byte of the home still names them; what was done stays provable."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graphs.bootstrap import House
from graphs.governing.suppressing import suppression
from graphs.keeping.forgetting import find_person, forget_account, record_of
from graphs.keeping.forgetting_files import named_in_force
from graphs.perceiving.intake import take_events
from graphs.perceiving.sourcing import open_source
from graphs.planning.finding import plans
from graphs.telling.replaying import replay
from state.errors import Erased, NotFound
from state.governance.plan import PlanId
from state.ids import EventId, NodeKey, TenantId
from state.ledger.chain import bundle
from state.ledger.entry import Kind
from state.ledger.verify import verify
from state.world.erasure import ERASED, Marks
from state.world.record import NodeKind
from tests.graph.canary import (
    ACME,
    ADDRESS,
    ADMIN,
    CANARIES,
    CONTACT,
    FJORD,
    LONG,
    NAME,
    SECRET,
    After,
    again,
    canary,
    files_with,
    forgotten,
    hits,
    vectors_of_the_person,
)
from tests.graph.homes import TENANT, Home, copied, principal_of
from tools.keys import tenant_ring


@pytest.fixture(scope="module")
def after(lived_in: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[After]:
    """Forget once; what only looks shares it."""
    home = copied(lived_in, tmp_path_factory.mktemp("after") / "home")
    house = home.house()
    with house.parts.stores.read(TENANT) as unit:
        before = unit.situations.load(ACME)
    entries = len(ledger(house))
    yield After(house, home, forgotten(house), before, entries)
    house.close()


def test_before_the_person_stands_in_the_databases_and_the_files(place: Home) -> None:
    found = hits(place.path)
    assert {one.partition(":")[0] for one in found} >= {"revloop.db", "c.eml", "rejects.csv", "page.html"}
    assert {one.partition(": ")[2] for one in found} == {*CANARIES}


def test_the_whole_of_a_cut_text_can_be_opened_until_it_is_forgotten(lived: House, after: After) -> None:
    opened = [open_source(lived.parts, lived.parts.tenancy(TENANT), name) for name in ("q-long", "q-in")]
    assert [[one.text for one in source.wholes] for source in opened] == [[LONG], []], "only its own is kept"
    with pytest.raises(NotFound):
        open_source(after.house.parts, after.house.parts.tenancy(TENANT), "q-long")


def test_no_vector_of_their_texts_is_left(lived_in: Home, after: After) -> None:
    vectors = vectors_of_the_person(lived_in.path)
    assert files_with(lived_in.path, vectors) > {"revloop.db"}, "the index holds them as well"
    assert files_with(after.home.path, vectors) == set()
    assert not (after.home.path / "tenants" / TENANT / "chroma").exists()


def test_after_no_byte_of_the_home_names_the_person(after: After) -> None:
    assert (after.done.left, after.done.files) == ((), 4)
    assert hits(after.home.path) == []
    assert {path.name for path in after.home.path.rglob("*.eml")} == {"b.eml"}
    assert "b.csv" in (after.home.path / "tenants" / TENANT / "rejects.csv").read_text()


def test_files_in_force_that_name_the_person_are_told_to_an_admin() -> None:
    marks = Marks("person-1", addresses=frozenset({ADDRESS}), names=frozenset({NAME}))
    told = named_in_force({"knowledge": f"as {NAME.upper()} said", "profile": "nobody"}, marks)
    assert told == ("knowledge in force",)


def test_a_plan_says_what_happened_and_of_whom_it_spoke_no_more(after: After) -> None:
    (plan,) = plans(after.house.parts, after.house.parts.tenancy(TENANT), ACME)
    with after.house.parts.stores.read(TENANT) as unit:
        moves = unit.plans.history(PlanId(plan.id))
    said = [move.reason for move in moves if move.event in {"pause", "cancel_step"}]
    assert (plan.status, len(said)) == ("ACTIVE", 2)
    assert all("Quill" not in one for one in said)
    assert plan.steps[-1].state == "cancelled"


def test_a_person_is_the_same_by_address_name_and_id(lived: House) -> None:
    tenancy = lived.parts.tenancy(TENANT)
    found = [find_person(lived, tenancy, words) for words in (ADDRESS, NAME, CONTACT, f"Contact/{CONTACT}")]
    assert len({one.pseudonym for one in found}) == 1
    assert found[0] == found[1] == found[2] == found[3]


def test_deleting_rows_alone_is_seen_to_leave_bytes(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    house = place.house()
    monkeypatch.setattr(type(house.database), "compact", lambda _: None)
    forgotten(house)
    house.close()
    assert hits(place.path) != []


def test_the_ledger_still_verifies_and_says_who_forgot_what(after: After) -> None:
    with after.house.parts.stores.read(TENANT) as unit:
        sealed = unit.ledger.sealed(limit=100_000)
    is_sound, lines = verify(json.loads(json.dumps(bundle(TENANT, sealed))))
    assert is_sound, lines
    assert sealed[-1].entry.kind is Kind.ERASED
    assert after.done.pseudonym in str(sealed[-1].payload)
    assert [one.entry.kind for one in sealed if one.payload is None] == [
        Kind.TRUST_RAISED,
        Kind.VALIDATION,
        Kind.PLAN,
        Kind.PLAN,
        Kind.CONFIG,
        Kind.CONFIG,
    ]
    assert len(sealed) > after.entries_before


def ledger(house: House) -> list[Kind]:
    with house.parts.stores.read(TENANT) as unit:
        return [entry.kind for entry in unit.ledger.entries(limit=100_000)]


def test_versions_and_digests_keep_their_place_and_the_others_stay(after: After) -> None:
    with after.house.parts.stores.read(TENANT) as unit:
        now, before = unit.situations.load(ACME), after.before
    assert (now.version, now.digest) == (before.version, before.digest)
    assert {*before.nodes(NodeKind.CONTACT)} - {*now.nodes(NodeKind.CONTACT)} == {f"Contact/{CONTACT}"}


def test_of_what_only_names_the_person_the_rest_stays(after: After) -> None:
    with after.house.parts.stores.read(TENANT) as unit:
        assert unit.events.get(EventId("q-in")) is None
        note, meeting = unit.events.get(EventId("q-note")), unit.events.get(EventId("q-meet"))
    assert note is not None
    assert note.data.model_dump()["text"] == "Calm day. [erased] Raj was there."
    assert meeting is not None
    people = meeting.data.model_dump()["attendees"]
    assert people[1]["email"] == "raj.patel@acme.example"
    assert people[0]["email"].endswith("@erased.invalid")


def test_replay_of_what_rested_on_the_person_answers_erased_and_of_the_rest_goes_on(after: After) -> None:
    house = after.house
    with house.parts.stores.read(TENANT) as unit:
        runs = {run.account: run.id for run in unit.runs.newest(10)}
    house.parts.documents.clear()
    with pytest.raises(Erased):
        replay(house.runner, house.parts.tenancy(TENANT), runs[ACME])
    assert replay(house.runner, house.parts.tenancy(TENANT), runs[FJORD]).is_equal


@pytest.fixture
def later(after: After, tmp_path: Path) -> Iterator[After]:
    """Give a copy of the home after forgetting, for what goes on there."""
    home = copied(after.home, tmp_path / "later")
    house = home.house()
    yield replace(after, house=house, home=home)
    house.close()


def test_the_account_can_still_be_prepared_afterwards(later: After) -> None:
    report = later.house.runner.start(principal_of(later.house), ACME, "prep")
    assert report.proposals
    assert not any(word in report.model_dump_json().lower() for word in CANARIES)


def test_that_the_person_wanted_no_mail_survives_as_a_keyed_hash(later: After) -> None:
    house, tenancy = later.house, later.house.parts.tenancy(TENANT)
    seal = suppression(house.parts, tenancy, ADDRESS.upper())
    other = suppression(house.parts, tenancy, "raj.patel@acme.example")
    with house.parts.stores.read(TENANT) as unit:
        assert unit.addresses.suppressed([seal, other]) == {seal}
    take_events(house.parts, tenancy, principal_of(house), [again()], "crm")
    with house.parts.stores.read(TENANT) as unit:
        assert unit.situations.load(ACME).value(NodeKey("Contact/back"), "mail_consent") == "opted_out"


def test_who_was_forgotten_under_an_older_key_still_gets_no_mail(later: After) -> None:
    house, tenancy = later.house, later.house.parts.tenancy(TENANT)
    before = suppression(house.parts, tenancy, ADDRESS)
    ring = tenant_ring(house.settings.tenant_folder(TENANT))
    ring.turned(ring.newest())
    assert suppression(house.parts, tenancy, ADDRESS) != before
    take_events(house.parts, tenancy, principal_of(house), [again()], "crm")
    with house.parts.stores.read(TENANT) as unit:
        assert unit.situations.load(ACME).value(NodeKey("Contact/back"), "mail_consent") == "opted_out"


def test_the_same_events_delivered_again_bring_nobody_back(later: After) -> None:
    house, tenancy = later.house, later.house.parts.tenancy(TENANT)
    counted = take_events(house.parts, tenancy, principal_of(house), canary()[:4], "canary").counts
    assert (counted.new, counted.conflict, counted.duplicate) == (0, 0, 4)
    house.database.compact()
    assert hits(later.home.path) == []


def test_the_record_holds_everything_with_its_source(lived: House) -> None:
    tenancy = lived.parts.tenancy(TENANT)
    record = record_of(lived, tenancy, ADMIN, find_person(lived, tenancy, NAME))
    text = json.dumps(record)
    assert {one.id for one in canary() if f'"{one.id}"' not in text} == set()
    claims = json.loads(text)["claims"]
    assert {(one["attribute"], one["source"]) for one in claims} >= {("email", "crm"), ("title", "user")}
    assert "Calm day" not in text
    assert ledger(lived)[-1] is Kind.EXPORT


def test_an_account_is_forgotten_with_everything_that_happened_there(lived: House, place: Home) -> None:
    tenancy = lived.parts.tenancy(TENANT)
    done = forget_account(lived, tenancy, ADMIN, ACME)
    assert done.counts["events"] > 20
    with lived.parts.stores.read(TENANT) as unit:
        assert unit.situations.account(ACME) is None
        assert unit.memory.search("seats", ACME, 5) == ()
        assert unit.situations.load(FJORD).deltas
    assert hits(place.path, (SECRET, "raj.patel", "sup-4412")) == []
    assert [one.title for one in plans(lived.parts, tenancy, ACME)] == [ERASED]


def test_another_tenant_is_not_touched(lived: House) -> None:
    with lived.parts.stores.begin(TenantId("other")) as unit:
        unit.events.receive([one.model_copy(update={"tenant": TenantId("other")}) for one in canary()])
    forgotten(lived)
    with lived.parts.stores.read(TenantId("other")) as unit:
        assert unit.events.get(EventId("q-in")) is not None
