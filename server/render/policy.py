"""The policy in force in plain sentences: what never happens, what a person decides, what waits, what runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from server.render.inert import one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, labelled, line, stacked
from state.governance.budget import EACH, Budget, DayLimit
from state.governance.judge import Judge
from state.governance.policy import Layer

if TYPE_CHECKING:
    from state.governance.proving.difference import Change, Difference
    from state.governance.proving.laws import Proof

KINDS = {
    "deny": "Never, whoever approves",
    "require": "A person decides",
    "hold": "Later",
    "allow": "By itself",
}


def policy_page(judge: Judge, layers: Sequence[Layer], files: Sequence[Path]) -> Shape:
    """Show version, limits and rules."""
    bounds = judge.bounds
    limits = [
        ("Undo hold", f"{bounds.undo_hold_seconds} s"),
        (
            "Sending window",
            f"{bounds.sending_window.opens:%H:%M}–{bounds.sending_window.closes:%H:%M}, recipient's time",
        ),
        ("Autonomy", f"{bounds.default_level}, at most {bounds.max_level}"),
        *((name.replace("_", " "), format(value, "f")) for name, value in sorted(bounds.caps.items())),
        *((name.replace("_", " "), format(value, "f")) for name, value in sorted(bounds.thresholds.items())),
        *_budget(bounds.budget),
    ]
    parts: list[Shape] = [
        line(f"Policy {judge.version}", STRONG),
        line(", ".join(str(path) for path in files), GREY),
        heading("Limits"),
        labelled(limits),
    ]
    for kind, title in KINDS.items():
        rules = [rule for layer in layers for rule in layer.rules if rule.kind == kind]
        if rules:
            parts.append(heading(title))
            parts += [bullet(f"{one_line(rule.reason)} [{rule.id}]") for rule in rules]
    return stacked(parts)


def _budget(budget: Budget) -> list[tuple[str, str]]:
    """Tell what one day may cost."""
    told = [
        (f"{one.cost} calls a day", f"{one.calls:,} {_whose(one)}")
        for one in sorted(budget.calls_per_day, key=lambda one: (one.cost, one.per, one.name))
    ]
    costs = " and ".join(sorted(budget.justify, reverse=True))
    return [
        *told,
        ("Loops by themselves", f"{budget.self_started_loops_per_day:,} a day"),
        ("Kept for people", f"{budget.human_reserve_percent} % of the tenant's calls"),
        ("Unverified events", f"{budget.untrusted_percent} % of the tenant's calls and of those loops"),
        ("Reads that say why", f"{costs}, in at least {budget.justification_letters} letters"),
    ]


def _whose(limit: DayLimit) -> str:
    """Name whom a limit is for."""
    if limit.per == "tenant":
        return "in all"
    return f"per {limit.per}" if limit.name == EACH else f"for the {limit.per} {one_line(limit.name)}"


def proofs_page(proofs: Sequence["Proof"], name: str) -> Shape:
    """Show each law, and for a broken one the request that breaks it."""
    parts: list[Shape] = []
    for proof in proofs:
        where = f" ({proof.where})" if proof.where else ""
        if proof.exception is None:
            parts.append(bullet(f"{proof.sentence}{where}", mark="✓"))
            continue
        parts.append(bullet(f"Not so: {proof.sentence}{where}", mark="✗", style=STRONG))
        parts.append(_request(proof.exception.request))
        answers = [("then", answer) for answer in proof.exception.answers]
        parts.append(labelled([*answers, ("do", proof.remedy)], indent=4))
    broken = sum(1 for proof in proofs if not proof.holds)
    told = f"{broken} of {len(proofs)} laws broken" if broken else f"all {len(proofs)} laws proved"
    parts.append(line(f"{one_line(name)}: {told}, for every request there could be", STRONG))
    return stacked(parts)


def _request(clauses: Sequence[str]) -> Shape:
    """Tell a request clause by clause, the first with its label."""
    return labelled(
        [("example" if place == 0 else "", one_line(one)) for place, one in enumerate(clauses)], 4
    )


def difference_page(found: "Difference") -> Shape:
    """Show what a new policy permits more, and what less."""
    parts: list[Shape] = []
    if found.is_same:
        parts.append(line("The new policy allows exactly what the old one does.", STRONG))
    elif found.is_wider:
        parts.append(line("The new policy allows something that the old one does not.", STRONG))
    else:
        parts.append(
            line("The new policy allows nothing that the old one does not, and less than it.", STRONG)
        )
    for title, changes, limits in (
        ("More than before", found.wider, found.wider_limits),
        ("Less than before", found.narrower, found.narrower_limits),
    ):
        if changes or limits:
            parts.append(heading(title))
            parts += [_change(one) for one in changes]
            parts += [bullet(one) for one in limits]
    if found.rules:
        parts.append(heading("Limits and rules as written"))
        parts += [bullet(one_line(text[1:]), mark=text[0]) for text in found.rules]
    return stacked(parts)


def _change(change: "Change") -> Shape:
    where = [("for", change.scope)]
    return stacked(
        [
            bullet(f"For example, {'; '.join(one_line(clause) for clause in change.request)}."),
            labelled([*where, ("before", f"{change.before}."), ("now", f"{change.after}.")], indent=4),
        ]
    )
