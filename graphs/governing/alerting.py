"""A trigger makes an alert and the action that was drafted for it, in the transaction that drafts.

Invariant: the same is told once within the map's days unless it grows more severe; history is told to nobody.
"""

from collections.abc import Iterator, Mapping, Sequence

from graphs.governing.authority import admins_of
from graphs.governing.judging import Judged
from graphs.parts import Tenancy
from state.canonical import Json
from state.decision.trigger import Trigger
from state.governance.action import Action
from state.governance.verdict import Allow
from state.ids import AccountId, UserId, stable_id
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.acting import Drafted
from state.ports.alerting import Alert
from state.ports.deciding import Deliberating
from state.ports.unit import Unit
from state.world.signal import Signal

Found = tuple[Signal, Trigger, Action]


def alert(
    unit: Unit,
    tenancy: Tenancy,
    stamp: Stamp,
    about: Deliberating,
    judged: Sequence[Judged],
    drafted: Mapping[str, Drafted],
) -> tuple[Alert, ...]:
    """Tell of every trigger for which something was drafted or waits; give what is told now."""
    found = list(_triggered(tenancy, about, judged, drafted))
    if not found:
        return ()
    last = unit.alerts.latest({signal.suppression_key for signal, _, _ in found})
    alerts = [
        one
        for signal, row, action in found
        if not _is_told(tenancy, about, signal, last.get(signal.suppression_key))
        for one in _alerts(tenancy, about, signal, row, action)
    ]
    if alerts:
        unit.alerts.put(alerts)
        unit.ledger.append(
            [EntryDraft(Kind.SIGNAL, stamp, _payload(one), action=one.action or "") for one in alerts]
        )
    return tuple(alerts)


def _triggered(
    tenancy: Tenancy, about: Deliberating, judged: Sequence[Judged], drafted: Mapping[str, Drafted]
) -> Iterator[Found]:
    for signal in about.judgement.signals:
        row = tenancy.triggers.row_of(signal, about.now)
        if row is None:
            continue
        mine = [
            one for one in judged if signal.id in one.proposal.signals and one.proposal.dedup_key in drafted
        ]
        actions = [drafted[one.proposal.dedup_key].action for one in sorted(mine, key=_runs_at_once)]
        action = next((one for one in actions if one.status.is_open), None)
        if action is not None:
            yield signal, row, action


def _runs_at_once(one: Judged) -> bool:
    """Put what waits for somebody before what is done before anybody could look."""
    return isinstance(one.verdict, Allow) and one.verdict.delay_minutes == 0


def _is_told(tenancy: Tenancy, about: Deliberating, signal: Signal, last: Alert | None) -> bool:
    told = [] if last is None else [(last.at, last.severity)]
    return tenancy.triggers.is_told(about.now, told, signal.severity)


def _alerts(
    tenancy: Tenancy, about: Deliberating, signal: Signal, row: Trigger, action: Action
) -> Iterator[Alert]:
    inbox: UserId = action.assignee or action.owner
    people = sorted(admins_of(tenancy)) if signal.to_admin else [inbox]
    for person in people:
        yield Alert(
            id=stable_id("al", tenancy.id, signal.suppression_key, about.now.isoformat(), person),
            person=person,
            kind="signal",
            matter=signal.suppression_key,
            severity=signal.severity.value,
            at=about.now,
            text=signal.text,
            account=AccountId(about.view.identifier),
            action=action.id,
            default=row.default,
            chosen=action.action_type,
        )


def _payload(one: Alert) -> dict[str, Json]:
    return {
        "alert": one.id,
        "person": one.person,
        "matter": one.matter,
        "severity": one.severity,
        "default": one.default,
        "chosen": one.chosen,
    }
