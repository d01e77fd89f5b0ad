"""Files take effect by activation alone: what came is in force from the first day, an edit is a draft until a yes."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import update

from graphs.bootstrap import House
from graphs.governing.editing import Editing, EditsOut, standing
from graphs.keeping.filing import KINDS, FileKind
from graphs.telling.replaying import replay
from state.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from state.ids import AccountId, RunId, UserId
from state.ledger.entry import Kind
from state.principal import Principal, Role
from state.stores.autonomy_tables import files
from tests.graph.homes import TENANT, Home, principal_of
from tests.graph.nursery import ROOT
from tests.graph.test_activating import LEE, entries
from tests.graph.test_autonomy import person

EDITS: dict[FileKind, tuple[str, str, str]] = {
    "profile": ("prices.yaml", "confirmed_on: 2026-01-05", "confirmed_on: 2026-02-05"),
    "playbooks": ("settings.yaml", "slots_minutes: 30", "slots_minutes: 45"),
    "prompts": ("reply.md", "", "Answer in verse.\n"),
    "knowledge": ("tone-guide.md", "kind: tone", "kind: other"),
}
DECIDES = ("company.yaml", "deal_desk: lee", "deal_desk: dana")
ADMIN = "  - {id: kim, name: Kim Roe, email: kim@fieldstone.example, role: admin}\nqueues:"


def edited(place: Path, kind: str, name: str, old: str, new: str) -> None:
    """Write a shipped file into the home, something in it said otherwise."""
    shipped, folder = ROOT / kind / name, place / kind
    folder.mkdir(mode=0o700, exist_ok=True)
    text = (folder / name if (folder / name).exists() else shipped).read_text(encoding="utf-8")
    assert old in text, f"{name} says {old!r} no more"
    (folder / name).write_text(text.replace(old, new) if old else new + text, encoding="utf-8")


def board(house: House, who: Principal = LEE) -> Editing:
    return Editing(house.parts, house.parts.tenancy.refresh(TENANT), who)


def activated(house: House, *kinds: FileKind, who: Principal = LEE) -> EditsOut:
    """Look, then say yes to exactly that."""
    shown = board(house, who).activate(kinds, "test", None)
    return board(house, who).activate(kinds, "test", shown.code)


def drafts(house: House) -> Sequence[str]:
    return [one.kind for one in standing(house.parts, house.parts.tenancy(TENANT)) if one.is_edited]


def test_what_came_is_in_force_from_the_first_day_with_an_entry(house: House) -> None:
    first = [one for one in entries(house, Kind.CONFIG) if one["act"] == "first"]
    assert len(first) == 1
    assert {kind: first[0][kind] for kind in KINDS} == dict(house.parts.tenancy(TENANT).tenant.files)
    assert not drafts(house)


def test_an_edited_file_of_any_kind_changes_nothing_not_even_after_a_new_start(home: Home) -> None:
    house = home.house()
    before = house.parts.tenancy(TENANT).hashes
    house.close()
    for kind, (name, old, new) in EDITS.items():
        edited(home.path, kind, name, old, new)
    (home.path / "playbooks" / "extra.yaml").write_text("not a playbook", encoding="utf-8")
    house = home.house()
    assert house.parts.tenancy(TENANT).hashes == before
    assert drafts(house) == [*KINDS]
    house.close()


@pytest.mark.parametrize("kind", KINDS)
def test_with_an_admins_yes_it_counts_in_every_process_at_its_next_command(
    home: Home, kind: FileKind
) -> None:
    edited(home.path, kind, *EDITS[kind])
    house, other = home.house(), home.house()
    was = other.parts.tenancy(TENANT).hashes
    told = activated(house, kind)
    assert (told.done, told.wider, len(told.changes)) == (True, False, 1)
    now = other.parts.tenancy.refresh(TENANT).hashes
    assert {name for name in was if was[name] != now[name]} == {kind}
    last = [one for one in entries(other, Kind.CONFIG) if one["act"] == "activated"]
    assert [(one[kind], one["changes"]) for one in last] == [(now[kind], [*told.changes])]
    house.close()
    other.close()


def test_only_an_admin_in_person_who_saw_it_puts_files_in_force(home: Home, house: House) -> None:
    edited(home.path, "playbooks", *EDITS["playbooks"])
    code = board(house).activate(["playbooks"], "", None).code
    for who in (person("maya"), person("lee", Role.ADMIN, channel="chat"), person("lee", Role.AGENT)):
        with pytest.raises(Forbidden):
            board(house, who).activate(["playbooks"], "", code)
    with pytest.raises(Forbidden):
        board(house, person("lee", Role.ADMIN, method="session", channel="web")).activate(
            ["playbooks"], "", code
        )
    edited(home.path, "playbooks", "settings.yaml", "slots_minutes: 45", "slots_minutes: 50")
    with pytest.raises(Conflict):
        board(house).activate(["playbooks"], "", code)
    assert drafts(house) == ["playbooks"]


def test_who_decides_is_for_two_admins_and_people_follow_the_profile(home: Home, house: House) -> None:
    edited(home.path, "profile", "company.yaml", "queues:", ADMIN)
    assert activated(house, "profile").done, "one admin alone names the second"
    edited(home.path, "profile", *DECIDES)
    first = activated(house, "profile")
    assert (first.wider, first.done, first.agreed) == (True, False, ("lee",))
    assert not activated(house, "profile").done
    assert house.parts.tenancy.refresh(TENANT).profile.company.queues.deal_desk == "lee"
    assert activated(house, "profile", who=person("kim", Role.ADMIN)).done
    assert {user.id for user in house.parts.tenancy(TENANT).users} >= {UserId("kim"), UserId("maya")}


def test_a_company_keeps_an_admin_and_whom_its_home_acts_as(home: Home, house: House) -> None:
    edited(home.path, "profile", "company.yaml", "role: admin", "role: manager")
    with pytest.raises(InvalidInput, match="no admin"):
        activated(house, "profile")
    with pytest.raises(InvalidInput, match="in force already"):
        activated(house, "knowledge")


def test_what_is_kept_is_read_only_as_what_was_put_in_force(home: Home) -> None:
    house = home.house()
    with house.database.begin(TENANT) as unit:
        unit.connection.execute(update(files).where(files.c.kind == "prompts").values(body="{}"))
    house.close()
    house = home.house()
    with pytest.raises(Unavailable, match="prompts is not what was put in force"):
        house.parts.tenancy(TENANT)
    house.close()


def test_a_decision_is_replayed_by_the_files_it_was_made_under(home: Home, house: House) -> None:
    run = house.runner.start(principal_of(house), AccountId("oakhaven-hotels"), "prep").run
    for path in (ROOT / "playbooks").glob("*.yaml"):
        if 'description: "' in path.read_text(encoding="utf-8"):
            edited(home.path, "playbooks", path.name, 'description: "', 'description: "Now ')
    assert activated(house, "playbooks").done
    tenancy = house.parts.tenancy(TENANT)
    assert replay(house.runner, tenancy, run).is_equal
    with house.parts.stores.read(TENANT) as unit:
        kept = unit.runs.get(RunId(run))
    assert kept is not None
    assert kept.files != tenancy.tenant.files


def test_a_document_is_searched_as_it_is_in_force(home: Home, house: House) -> None:
    edited(home.path, "knowledge", "tone-guide.md", "# ", "# Zanzibar ")
    with house.parts.stores.read(TENANT) as unit:
        before = json.dumps([one.title for one in unit.memory.unembedded("none", 500)])
    assert activated(house, "knowledge").done
    with house.parts.stores.read(TENANT) as unit:
        after = json.dumps([one.title for one in unit.memory.unembedded("none", 500)])
    assert ("Zanzibar" in before, "Zanzibar" in after) == (False, True)


def test_a_version_that_was_forgotten_is_said_to_be_gone(house: House) -> None:
    with house.parts.stores.read(TENANT) as unit, pytest.raises(NotFound):
        unit.files.get({"profile": "0" * 64})
