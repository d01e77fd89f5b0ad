"""`revloop policy …`: whether policy files are sound, what is in force, and what a change would do."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.policy_activating import is_edited
from server.cli.session import opened, settings_of
from state.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from state.governance.policy import Layer

NOT_IN_FORCE = "The files say something else than the policy in force. See: revloop policy activate"
policy_app = App(
    name="policy",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop policy check policies\n  revloop policy check policies/base.yaml\n"
    "  revloop policy show --tenant fieldstone\n  revloop policy prove\n"
    "  revloop policy diff policies draft/policies\n  revloop policy dry-run draft/policies --days 30\n"
    "  revloop policy activate draft/policies --note NOTE --from 2026-05-01 --as lee\n"
    "  revloop policy rollback --as lee\n"
    "  revloop policy test --action update_crm agent.level=L2 owner.opt_in=true confidence=0.9",
)
for _place, _name, _summary in (
    (
        "server.cli.policy_proving:prove",
        "prove",
        "Prove that no request whatever gets past the policy's laws.",
    ),
    (
        "server.cli.policy_proving:diff",
        "diff",
        "Say whether a new policy allows anything the old one did not.",
    ),
    (
        "server.cli.policy_asking:suppose",
        "test",
        "Say whether one action would be allowed, and by which rule.",
    ),
    ("server.cli.policy_asking:dry_run", "dry-run", "Judge what was recorded lately by a new policy."),
    (
        "server.cli.policy_activating:activate",
        "activate",
        "Put a policy in force, after seeing what it changes.",
    ),
    ("server.cli.policy_activating:rollback", "rollback", "Go back to the policy that was in force before."),
    (
        "server.cli.policy_activating:withdraw",
        "withdraw",
        "Take back the date of a policy that is to come into force.",
    ),
    ("server.cli.policy_activating:history", "history", "List policies that were in force or asked for."),
):
    policy_app.command(_place, name=_name, help=_summary)


@policy_app.command
def check(
    path: Annotated[
        str | None, Parameter(help="A policy file or a folder; else the company's files.")
    ] = None,
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """List everything that is wrong with policy files; exits 2 when something is."""
    from server.cli.printing import print_json, show, warn
    from tools.policies import check as review

    paths = paths_of(path, common)
    found = review(paths)
    if path is None and (settings_of(common).home / "revloop.db").exists():
        with opened(common, sweep=False) as session:
            if is_edited(session.settings, session.tenancy):
                warn(NOT_IN_FORCE)
    errors = [one for one in found if one.is_error]
    if common.json:
        print_json({"files": [str(one) for one in paths], "findings": [_as_json(one) for one in found]})
    else:
        from server.render.card_words import counted
        from server.render.layout import STRONG, bullet, labelled, line

        for one in found:
            word = "error" if one.is_error else "warning"
            show(
                bullet(
                    f"{word} in {one.source}, {one.field}: {one.problem}", mark="✗" if one.is_error else "!"
                )
            )
            show(labelled([("value", one.value), ("do", one.remedy)], indent=4))
        names = ", ".join(one.name for one in paths)
        counts = (counted(len(errors), "error"), counted(len(found) - len(errors), "warning"))
        show(line(f"{names}: {', '.join(counts)}", STRONG))
    return 2 if errors else 0


def _as_json(finding: object) -> dict[str, object]:
    names = ("source", "field", "value", "problem", "remedy", "is_error")
    return {name: getattr(finding, name) for name in names}


def paths_of(path: str | None, common: Options) -> tuple[Path, ...]:
    """Find policy files: a file, a folder's, or the company's. Raises: NotFound, InvalidInput."""
    from tools.policies import policy_files

    if path is None:
        from graphs.bootstrap import folders

        settings = settings_of(common)
        return policy_files(folders(settings, settings.tenant or "-", "policies")[0])
    place = Path(path)
    if place.is_dir():
        return policy_files(place)
    if not place.is_file():
        raise NotFound(
            f"{path} is not there.", field="path", value=path, remedy="Name a policy file or a folder."
        )
    return (place,)


@dataclass(frozen=True, slots=True)
class Meant:
    """The policy that a command is about."""

    name: str
    layers: "Sequence[Layer]"
    day: "date | None" = None
    """The business day of the company it is in force at."""


def meant(path: str | None, common: Options) -> Meant:
    """Give the policy of a path; without one what is in force.

    Before there is a company, that is what the first one would begin with. Raises: NotFound, InvalidInput.
    """
    from tools.policies import load_layers

    settings = settings_of(common)
    if path is None and (settings.database or (settings.home / "revloop.db").exists()):
        with opened(common, sweep=False) as session:
            if is_edited(session.settings, session.tenancy):
                from server.cli.printing import warn

                warn(NOT_IN_FORCE)
            known = session.tenancy
            return Meant(f"the policy in force, {known.judge.version[:12]}", known.layers, known.day)
    paths = paths_of(path, common)
    return Meant(", ".join(one.name for one in paths), load_layers(paths))


@policy_app.command
def show(*, common: Options = PLAIN) -> int:
    """Show the policy in force: its version, limits and every rule as a sentence."""
    from graphs.bootstrap import folders
    from graphs.governing.activating import Activating
    from server.cli import printing
    from tools.policies import policy_files

    with opened(common, sweep=False) as session:
        known = Activating(session.parts, session.tenancy, session.principal).history()
        to_come, reader = [one for one in known if one.effective_at], session.reader
        judge, layers = session.tenancy.judge, session.tenancy.layers
        files = policy_files(folders(session.settings, session.tenancy.id, "policies")[0])
        if is_edited(session.settings, session.tenancy):
            printing.warn(NOT_IN_FORCE)
    if common.json:
        told = [layer.model_dump(mode="json") for layer in layers]
        dates = [one.model_dump(mode="json") for one in to_come]
        found = {"version": judge.version, "files": [str(one) for one in files], "layers": told}
        printing.print_json({**found, "to_come": dates})
        return 0
    from server.render.policy import policy_page

    dates_told = [
        f"{one.version[:12]} counts from {reader.moment(one.effective_at)} on; take it back with:"
        f" revloop policy withdraw {one.version[:12]}"
        for one in to_come
        if one.effective_at
    ]
    printing.show(policy_page(judge, layers, files), *dates_told)
    return 0
