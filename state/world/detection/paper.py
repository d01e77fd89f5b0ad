"""The paper process against the close date: a step that has not begun and takes longer than what is left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from state.world.detection.rule import Finding
from state.world.detection.scene import Scene
from state.world.detection.wording import counted, day_text
from state.world.profile.pipeline import PaperStep as StepDuration
from state.world.view import Deal, PaperStep


@dataclass(frozen=True, slots=True)
class Tight:
    """The longest unbegun step of a deal and the recorded step that shows it."""

    longest: StepDuration
    shown_by: tuple[PaperStep, ...]


def process_slip_risk(scene: Scene) -> Iterator[Finding]:
    """Predict that a deal slips: its close date is nearer than an unbegun step takes at the median."""
    for deal in scene.view.open_deals:
        close_on, found = deal.close_on, tightest(scene, deal)
        if close_on is None or found is None or not scene.today <= close_on:
            continue
        left, step = (close_on - scene.today).days, found.longest
        if left >= step.median_days:
            continue
        yield scene.signal(
            "PROCESS_SLIP_RISK",
            deal.key,
            scene.limits.process_slip_risk.severity,
            scene.start_of(close_on - timedelta(days=step.median_days)),
            f"{step.title} has not begun and takes {counted(step.median_days, 'day')} at the median (n {step.n});"
            f" {counted(left, 'day')} are left until {day_text(close_on)}.",
            (*deal.cite("close_on"), *(cited for shown in found.shown_by for cited in shown.cite("step", "status"))),
            sub_state=step.id,
            numbers={
                "days_left": str(left), "median_days": str(step.median_days), "n": str(step.n), "step": step.title,
            },
            is_predicted=True,
        )  # fmt: skip


def tightest(scene: Scene, deal: Deal) -> Tight | None:
    """Find the longest step known not to have begun.

    Invariant: a step nobody recorded has not begun only if one before it is recorded as not begun; a deal without
    any recorded step says nothing, its paper process is unknown.
    """
    recorded = {step.step: step for step in scene.view.paper_steps if step.deal == deal.identifier}
    waiting = [step for step in recorded.values() if step.status == "not_begun"]
    if not waiting:
        return None
    unbegun: list[StepDuration] = []
    is_behind = False
    for step in _required(scene, deal):
        known = recorded.get(step.id)
        is_behind = is_behind or (known is not None and known.status == "not_begun")
        if (known is None and is_behind) or (known is not None and known.status == "not_begun"):
            unbegun.append(step)
    longest = max(unbegun, key=lambda step: (step.median_days, step.id), default=None)
    return None if longest is None else Tight(longest, tuple(sorted(waiting, key=lambda step: step.key)))


def _required(scene: Scene, deal: Deal) -> tuple[StepDuration, ...]:
    amount = deal.decimal("amount")
    steps = scene.profile.pipeline.paper_process
    return tuple(step for step in steps if amount is None or amount >= step.from_amount)
