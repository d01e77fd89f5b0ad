"""`revloop doctor`: is this installation sound, and what to do where it is not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.cli.options import PLAIN, Options
from server.cli.session import settings_of
from state.errors import RevloopError
from state.principal import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphs.parts import Tenancy
    from state.settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    is_sound: bool
    text: str
    remedy: str = ""


def doctor(*, common: Options = PLAIN) -> int:
    """Check home, permissions, database, checkpoints, reasoner, mail and files; changes nothing that matters."""
    from server.cli.printing import print_json, show

    settings = settings_of(common)
    found = [check for look in LOOKS for check in _safely(look, settings)]
    if common.json:
        print_json({"sound": all(one.is_sound for one in found), "checks": [_as_json(one) for one in found]})
    else:
        from server.render.inert import one_line
        from server.render.layout import bullet, labelled

        for one in found:
            show(bullet(f"{one.name}: {one_line(one.text)}", mark="✓" if one.is_sound else "✗"))
            show(*([] if not one.remedy else [labelled([("do", one.remedy)], indent=4)]))
    return 0 if all(one.is_sound for one in found) else 1


def _as_json(check: Check) -> dict[str, object]:
    return {"name": check.name, "sound": check.is_sound, "text": check.text, "remedy": check.remedy}


Look = Callable[["Settings"], Iterator[Check]]


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
            text = f"profile, policy {tenancy.judge.version[:12]}, playbooks and knowledge can be read"
            yield Check(f"files of {tenant.id}", is_sound=True, text=text)
            yield _policy(settings, tenancy)
            yield _people(tenancy)
            with house.parts.stores.read(tenant.id) as unit:
                yield _sources(tenant.id, unit.views.watch().freshness)
                yield _switch(tenant.id, is_on=unit.actions.stop().is_on)
            with house.parts.stores.read(tenant.id) as unit:
                runs, leases = unit.runs.unfinished(), unit.events.counts()
            remedy = "Run `revloop resume`." if runs else ""
            text = f"{len(runs)} unfinished, {leases.get('parked', 0)} events parked"
            yield Check(f"runs of {tenant.id}", is_sound=not runs, text=text, remedy=remedy)
    finally:
        house.close()


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


def _checkpoints(settings: "Settings") -> Iterator[Check]:
    from graphs.checkpoint import require_strict

    require_strict()
    is_file = settings.database_url.startswith("sqlite")
    place = settings.checkpoints.name if is_file else "in the database, a schema of their own"
    yield Check("checkpoints", is_sound=True, text=f"{place}, strict: they call no functions")


def _reasoner(settings: "Settings") -> Iterator[Check]:
    if not settings.model_url:
        wanted = settings.reasoner == "llm"
        text = "playbook: deterministic, offline, no key"
        remedy = "Set REVLOOP_MODEL_URL, or REVLOOP_REASONER=playbook." if wanted else ""
        yield Check(
            "reasoner",
            is_sound=not wanted,
            text="llm chosen, no endpoint set" if wanted else text,
            remedy=remedy,
        )
        return
    from urllib.parse import urlsplit

    place = urlsplit(settings.model_url)
    text = f"{settings.model_standard} at {place.hostname}, the playbook behind it"
    yield _reached(
        "model endpoint", place.hostname, place.port or (443 if place.scheme == "https" else 80), text
    )


def _memory(settings: "Settings") -> Iterator[Check]:
    from tools.embedding.choosing import chosen

    yield Check("memory", is_sound=True, text=f"meaning by {chosen(settings).text}")


def _mail(settings: "Settings") -> Iterator[Check]:
    if not settings.smtp_url:
        yield Check("mail", is_sound=True, text="no server set: mails are written to the outbox folder")
        return
    from urllib.parse import urlsplit

    place = urlsplit(settings.smtp_url)
    yield _reached("mail", place.hostname, place.port or 587, f"SMTP at {place.hostname}")


def _reached(name: str, host: str | None, port: int, text: str) -> Check:
    """Open a connection and close it again; nothing is said over it."""
    import socket

    try:
        with socket.create_connection((host or "", port), timeout=3):
            return Check(name, is_sound=True, text=f"{text}, reachable")
    except OSError as error:
        return Check(
            name, is_sound=False, text=f"{text}, not reachable ({error})", remedy="Check address and network."
        )


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


LOOKS: tuple[Look, ...] = (_home, _database, _anchors, _checkpoints, _reasoner, _memory, _mail, _shipped)
