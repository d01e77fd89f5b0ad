"""Ten thousand forged approvals: each differs in one field from one that counts, and is refused for that very field.

Invariant: the unmodified twin of every forged approval is accepted in the same run.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import cycle, islice
from random import Random

from evals.redteam.arena import ONE, OWNER, Arena, arena, drafted
from evals.redteam.ballots import FORGERIES, SAID, Ballot, Forgery, ballot
from state.governance.action import Action, Outcome, Status
from state.governance.approval import Grant, Terms
from state.governance.effect import Effect
from state.governance.guard import GuardContext, Locks, Rulebook
from state.governance.happening import Approve, Claim
from state.governance.lifecycle import RULES, step
from state.ports.acting import Change
from state.principal import Principal, Role

FORGED, STORED, BATCH, SEED = 10_000, 1_000, 100, 40_417


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one kind of forgery."""

    tried: int
    refused: int
    """For the very field that was forged."""
    accepted: int
    twins: int
    """Unmodified twins that counted."""


def differing(one: Ballot, other: Ballot) -> int:
    """Count the fields in which a forged yes differs from its twin, each nested value by itself."""
    return sum(_differences(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))


def _differences(one: object, other: object) -> int:
    if one == other:
        return 0
    kinds = (Action, Approve, Claim, GuardContext, Grant, Terms, Locks, Effect)
    if isinstance(one, kinds) and type(one) is type(other):
        return sum(_differences(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return 1


def heard(count: int, rules: Rulebook = RULES, kinds: Sequence[Forgery] = FORGERIES) -> dict[str, Heard]:
    """Forge that many, in turns by field; each with its twin before the same rules."""
    chance, found = Random(SEED), {kind.name: Counter[str]() for kind in kinds}
    for number, kind in enumerate(islice(cycle(kinds), count)):
        twin = ballot(number, is_used=kind.is_of_used)
        forged = kind.forge(twin, chance)
        assert differing(forged, twin) == 1, kind.name
        tally = found[kind.name]
        result = step(forged.action, forged.happening, forged.guard, rules)
        tally["tried"] += 1
        tally["accepted"] += _counts(result.action, result.outcome, twin)
        tally["refused"] += not _counts(result.action, result.outcome, twin) and result.code == kind.reason
        sound = step(twin.action, twin.happening, twin.guard, rules)
        tally["twins"] += _counts(sound.action, sound.outcome, twin)
    return {name: _heard(one) for name, one in found.items()}


def _heard(tally: Counter[str]) -> Heard:
    return Heard(tally["tried"], tally["refused"], tally["accepted"], tally["twins"])


def _counts(action: Action, outcome: Outcome, twin: Ballot) -> bool:
    wanted = Status.CLAIMED if twin.is_used else Status.APPROVED
    return outcome is Outcome.MOVED and action.status is wanted


def weaker(code: str, rules: Rulebook = RULES) -> Rulebook:
    """Plant a fault: one rule of deciding, or of using a decision, is forgotten."""
    return replace(
        rules,
        approve=tuple(rule for rule in rules.approve if rule.code != code),
        claim=tuple(rule for rule in rules.claim if rule.code != code),
    )


def unseen(count: int) -> list[str]:
    """Forget each rule in turn, and name those whose loss no forgery notices."""
    codes = dict.fromkeys(kind.reason for kind in FORGERIES)
    return [code for code in codes if not _notices(code, count)]


def _notices(code: str, count: int) -> bool:
    kinds = [kind for kind in FORGERIES if kind.reason == code]
    found = heard(max(count, len(kinds)), weaker(code), kinds)
    return any(one.refused < one.tried for one in found.values())


def stored(count: int) -> Heard:
    """Send forged approvals to a store of a real home: refused and recorded, then the twin is accepted."""
    chance, tally = Random(SEED), Counter[str]()
    with arena() as place:
        for start in range(0, count, BATCH):
            _sent(place, range(start, min(start + BATCH, count)), chance, tally)
    return _heard(tally)


def _sent(place: Arena, numbers: range, chance: Random, tally: Counter[str]) -> None:
    """Draft, forge and approve a batch of cards in one transaction."""
    kinds = [kind for kind in SAID if kind.reason in ("tenant", "seat", "human", "shown", "expired")]
    wall, changes, reasons = place.claimer.parts.clock.wall(), list[Change](), list[str]()
    for number in numbers:
        kind, twin = kinds[number % len(kinds)], _dated(drafted(number, wall), wall)
        for one, name in ((kind.forge(twin, chance), "forged"), (twin, "twin")):
            changes.append(Change(twin.action.id, one.happening, one.guard, key=f"{name}:{twin.action.id}"))
        reasons += [kind.reason, ""]
    with place.claimer.parts.stores.begin(ONE) as unit:
        stamp = place.stamp(ONE, OWNER, Role.SELLER, f"forged-{numbers.start}")
        unit.actions.draft([drafted(number, wall) for number in numbers], stamp)
        applied = unit.actions.apply(changes, stamp)
    for reason, came in zip(reasons, applied, strict=True):
        moved = came.result.outcome is Outcome.MOVED
        tally["tried"] += bool(reason)
        tally["refused"] += bool(reason) and not moved and came.result.code == reason
        tally["accepted"] += bool(reason) and moved
        tally["twins"] += not reason and moved


def _dated(action: Action, wall: datetime) -> Ballot:
    guard = GuardContext(now=wall, wall=wall, policy_version="p")
    return Ballot(
        action, Approve(Principal(tenant=ONE, user=OWNER, role=Role.SELLER), action.card_hash), guard
    )


def table(count: int = FORGED, in_store: int = STORED) -> tuple[list[str], bool]:
    """Forge in full: the lines, and whether each was refused for its field and each twin accepted."""
    found, kept, blind = heard(count), stored(in_store), unseen(count // 10)
    rows = {**found, "through the store of a home": kept}
    lines = [
        f"  {'forged field':<32}{'tried':>7}{'refused for it':>16}{'accepted':>10}{'twins accepted':>16}"
    ]
    lines += [
        f"  {name:<32}{one.tried:>7}{one.refused:>16}{one.accepted:>10}{one.twins:>16}"
        for name, one in rows.items()
    ]
    total = sum(one.tried for one in found.values())
    lines.append(
        f"  all: {sum(one.accepted for one in rows.values())} accepted of {total:,} and {kept.tried:,} stored"
    )
    rules = len({kind.reason for kind in FORGERIES})
    lines.append(
        f"  rules whose loss is noticed: {rules - len(blind)} of {rules}{': not ' if blind else ''}{', '.join(blind)}"
    )
    sound = all(one.tried == one.refused == one.twins and one.tried for one in rows.values())
    return lines, sound and not blind
