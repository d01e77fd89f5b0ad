"""`revloop doctor`: is this installation sound, and what to do where it is not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from server.cli.checking import Check, Look
from server.cli.doctor_outward import mail, reasoner
from server.cli.doctor_web import pages, senders, spans
from server.cli.options import PLAIN, Options
from server.cli.session import settings_of
from state.errors import InvalidInput, RevloopError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from graphs.keeping.rotating import KeyOut
    from graphs.parts import Parts, Tenancy
    from state.governance.approval import Pace
    from state.settings import Settings


def doctor(*, common: Options = PLAIN) -> int:
    """Check home, permissions, database, checkpoints, reasoner, mail and files; changes nothing that matters."""
    from server.cli.printing import print_json, show

    settings = settings_of(common)
    found = _once([check for look in LOOKS for check in _safely(look, settings)])
    if common.json:
        print_json({"sound": all(one.is_sound for one in found), "checks": [_as_json(one) for one in found]})
    else:
        from server.render.inert import one_line
        from server.render.layout import bullet, labelled

        for one in found:
            show(bullet(f"{one.name}: {one_line(one.text)}", mark="✓" if one.is_sound else "✗"))
            show(*([] if not one.remedy else [labelled([("do", one.remedy)], indent=4)]))
    return 0 if all(one.is_sound for one in found) else 1


def _once(found: "Sequence[Check]") -> "list[Check]":
    """Keep the first of what several looks met with the same words: one cause, one line."""
    kept: list[Check] = []
    for one in found:
        if one.is_sound or one.text not in {each.text for each in kept}:
            kept.append(one)
    return kept


def _as_json(check: Check) -> dict[str, object]:
    return {"name": check.name, "sound": check.is_sound, "text": check.text, "remedy": check.remedy}


def _safely(look: Look, settings: "Settings") -> list[Check]:
    try:
        return list(look(settings))
    except RevloopError as error:
        return [Check(look.__name__.strip("_"), is_sound=False, text=error.message, remedy=error.remedy)]


def _home(settings: "Settings") -> Iterator[Check]:
    from state.settings import prepare_home

    prepare_home(settings.home)
    yield Check("home", is_sound=True, text=f"{settings.home}, for its owner alone")


def _database(settings: "Settings") -> Iterator[Check]:
    from graphs.bootstrap import bootstrap
    from state.ids import TenantId

    house = bootstrap(settings)
    try:
        with house.parts.stores.read(TenantId("*")) as unit:
            tenants = unit.tenants.listed()
        names = ", ".join(f"{one.id} ({'frozen' if one.clock else 'wall'} clock)" for one in tenants)
        yield Check("database", is_sound=True, text=f"{house.database.where}: reachable, schema up to date")
        if not house.database.is_walled:
            text = "the database's role gets past row-level security: a superuser, or one with BYPASSRLS"
            yield Check("tenants apart", is_sound=True, text=text, remedy="See docs/security.md, PostgreSQL.")
        remedy = "" if tenants else "Run `revloop demo` for the sample company, or `revloop import`."
        yield Check("companies", is_sound=True, text=names or "none yet", remedy=remedy)
        for tenant in tenants:
            tenancy = house.parts.tenancy.refresh(tenant.id)
            yield _files(house.parts, tenancy)
            yield _policy(settings, tenancy)
            yield _people(tenancy)
            with house.parts.stores.read(tenant.id) as unit:
                yield _sources(tenant.id, unit.views.watch().freshness)
                yield _switch(tenant.id, is_on=unit.actions.stop().is_on)
                yield _approvals(tenant.id, unit.actions.paces())
            with house.parts.stores.read(tenant.id) as unit:
                runs, leases = unit.runs.unfinished(), unit.events.counts()
            remedy = "Run `revloop resume`." if runs else ""
            text = f"{len(runs)} unfinished, {leases.get('parked', 0)} events parked"
            yield Check(f"runs of {tenant.id}", is_sound=not runs, text=text, remedy=remedy)
    finally:
        house.close()


def _files(parts: "Parts", tenancy: "Tenancy") -> Check:
    """Say which files are in force, and which were edited since; an edited one changes nothing until then."""
    from graphs.governing.editing import standing
    from server.cli.configuring import said

    name, found = f"files of {tenancy.id}", standing(parts, tenancy)
    text = "in force: " + ", ".join(f"{one.kind} {one.version[:12]}" for one in found)
    edited = [f"{one.kind} {said(one)}" for one in found if one.is_edited]
    if not edited:
        return Check(name, is_sound=True, text=text)
    return Check(
        name,
        is_sound=not any(one.fault for one in found),
        text=f"{text}; {'; '.join(edited)}",
        remedy="See what they would change: revloop config diff",
    )


def _policy(settings: "Settings", tenancy: "Tenancy") -> Check:
    """Say whether the files were activated; an edited one changes nothing until then."""
    from server.cli.policy_activating import is_edited

    name = f"policy of {tenancy.id}"
    if not is_edited(settings, tenancy):
        return Check(name, is_sound=True, text="the files are what is in force")
    text = "the files say something else than the policy in force, which stays"
    return Check(name, is_sound=True, text=text, remedy="See what they would change: revloop policy activate")


def _people(tenancy: "Tenancy") -> Check:
    """Say who is missing: nothing that widens takes effect on one admin's word where there are two."""
    from state.principal import Role

    admins = [one.name for one in tenancy.users if one.role is Role.ADMIN]
    alone = [one.name for one in tenancy.users if one.role is Role.SELLER and not one.manager]
    text = f"{len(tenancy.users)} users; admins: {', '.join(admins) or 'none'}"
    remedies = []
    if len(admins) < 2:
        remedies.append("Name a second admin in profile/company: one agrees to what another widens.")
    if alone:
        remedies.append(f"Name the manager of {', '.join(alone)}: a card that nobody answers goes there.")
    return Check(f"people of {tenancy.id}", is_sound=bool(admins), text=text, remedy=" ".join(remedies))


def _sources(tenant: str, freshness: "Mapping[str, str]") -> Check:
    """Say which sources are missing, and what is silent without them."""
    missing = sorted(name for name, state in freshness.items() if state == "not_connected")
    stale = sorted(name for name, state in freshness.items() if state == "stale")
    fresh = sorted(name for name, state in freshness.items() if state == "fresh")
    parts = [("fresh", fresh), ("stale", stale), ("not connected", missing)]
    told = "; ".join(f"{word}: {', '.join(names)}" for word, names in parts if names)
    remedy = ""
    if missing:
        remedy = "Signals of a source that is not connected stay silent; `revloop import` brings it in."
    if stale:
        remedy = (
            f"Bring {', '.join(stale)} up to date: nothing is decided on a stale source. {remedy}".strip()
        )
    return Check(f"sources of {tenant}", is_sound=not stale, text=told or "not looked at yet", remedy=remedy)


def _switch(tenant: str, *, is_on: bool) -> Check:
    remedy = "See why with `revloop stop status`; an admin lets go with `revloop stop off`." if is_on else ""
    text = "on: nothing begins" if is_on else "off"
    return Check(f"stop switch of {tenant}", is_sound=not is_on, text=text, remedy=remedy)


def _approvals(tenant: str, paces: "Sequence[Pace]") -> Check:
    """Say who approves sooner than anybody reads; it refuses nothing, and it is for their manager to look at."""
    told = [
        f"{one.person} {one.approvals}, {one.hasty} within 2 s of being shown, {one.undisplayed} never shown there"
        for one in paces
        if one.hasty or one.undisplayed
    ]
    text = "; ".join(told) or "each was given by somebody who had time to read it"
    return Check(f"approvals of {tenant}", is_sound=True, text=text)


def _checkpoints(settings: "Settings") -> Iterator[Check]:
    from graphs.bootstrap import saver_for

    saver_for(settings).close()
    is_file = settings.database_url.startswith("sqlite")
    place = settings.checkpoints.name if is_file else "in the database, a schema of their own"
    yield Check("checkpoints", is_sound=True, text=f"{place}, strict: they call no functions")


def _memory(settings: "Settings") -> Iterator[Check]:
    from tools.embedding.choosing import chosen

    found = chosen(settings)
    yield Check("memory", is_sound=True, text=f"meaning by {found.text}", remedy=found.remedy)


def _shipped(settings: "Settings") -> Iterator[Check]:
    from graphs.bootstrap import shipped

    names = ("profile", "policies", "playbooks", "knowledge", "samples")
    missing = [name for name in names if not (shipped() / name).is_dir()]
    remedy = "Install again." if missing else ""
    text = f"missing: {', '.join(missing)}" if missing else "profile, policies, playbooks, knowledge, samples"
    yield Check("shipped files", is_sound=not missing, text=text, remedy=remedy)


def _anchors(settings: "Settings") -> Iterator[Check]:
    from graphs.bootstrap import bootstrap
    from graphs.keeping.anchoring import folder_of, standing
    from graphs.keeping.restoring import restored
    from state.ids import TenantId

    house = bootstrap(settings)
    try:
        with house.parts.stores.read(TenantId("*")) as unit:
            tenants = unit.tenants.listed()
        yield Check("anchors", is_sound=True, text=standing(settings).text)
        if any(folder_of(settings).is_ours(tenant.id) for tenant in tenants):
            yield _signs(settings)
        for tenant in tenants:
            found, newest = restored(house.parts, tenant.id), folder_of(settings).newest(tenant.id)
            last = (
                f"newest of {newest.at[:16].replace('T', ' ')} UTC, after entry {newest.count}"
                if newest
                else ""
            )
            remedy = "Look at the outbox, then run `revloop ledger confirm-restore`." if found else ""
            text = (
                found.text
                if found
                else last or "none yet; the next command that changes something writes one"
            )
            yield Check(f"anchors of {tenant.id}", is_sound=found is None, text=text, remedy=remedy)
    finally:
        house.close()


def _signs(settings: "Settings") -> Check:
    from graphs.keeping.anchoring import require_key

    try:
        require_key(settings)
    except InvalidInput as gone:
        return Check("anchor key", is_sound=False, text=gone.message, remedy=gone.remedy)
    return Check("anchor key", is_sound=True, text="at hand")


def _keys(settings: "Settings") -> Iterator[Check]:
    """Say which keys are in use and how old they are, by their ids alone."""
    from graphs.bootstrap import bootstrap
    from graphs.keeping.rotating import begun, listed
    from state.ids import TenantId

    house = bootstrap(settings)
    try:
        with house.parts.stores.read(TenantId("*")) as unit:
            tenants = unit.tenants.listed()
        for tenant in tenants:
            found, left = listed(house.parts, tenant.id), begun(house.parts, tenant.id)
            used = [one for one in found if one.in_use]
            older = len(found) - len(used)
            parts = [_key(one, house.parts.clock.wall()) for one in used]
            text = "; ".join([*parts, *([f"{older} older ones only recognise"] if older else [])])
            remedy = f"End what was begun: revloop keys rotate --purpose {left}" if left else ""
            yield Check(f"keys of {tenant.id}", is_sound=not left, text=text, remedy=remedy)
    finally:
        house.close()


def _key(one: "KeyOut", now: "datetime") -> str:
    return f"{one.purpose} {one.key}, {(now - one.since).days} days old"


LOOKS: tuple[Look, ...] = (
    _home, reasoner, _database, _anchors, _keys, _checkpoints, _memory, mail, pages, senders, spans, _shipped,
)  # fmt: skip
