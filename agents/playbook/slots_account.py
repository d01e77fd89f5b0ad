"""Slots of people, plans, sources and the account itself."""

from collections.abc import Mapping
from typing import Final

from agents.playbook.facts import last_two_way
from agents.playbook.people import champion, economic_buyer
from agents.playbook.scene import Scene, contact_of
from agents.playbook.slots import Said, Slot, Stage, days_said, said
from state.decision.brief import Operation
from state.ids import UserId
from state.world.judgement import Person
from state.world.view import PlanRecord


def user_said(stage: Stage, user: str | None, *, first: bool = False) -> Said | None:
    """Name one of us."""
    person = stage.scene.about.user(user)
    return None if person is None else said(person.name.split()[0] if first else person.name)


def person_said(scene: Scene, person: Person | None, *, first: bool = False) -> Said | None:
    """Name a person outside, by the CRM's record where there is one."""
    if person is None:
        return None
    contact = contact_of(scene.about, person)
    if contact is None:
        return said(person.name, person.evidence)
    return said(contact.first_name if first else contact.name, contact.cite("name"))


def _plan_kind(stage: Stage) -> Said | None:
    plan = stage.scene.as_(PlanRecord)
    return None if plan is None else said(plan.kind, plan.cite("kind"))


def _plan_id(stage: Stage) -> Said | None:
    plan = stage.scene.as_(PlanRecord)
    return None if plan is None else said(plan.identifier)


def _due_step(stage: Stage, attribute: str) -> Said | None:
    plan = stage.scene.as_(PlanRecord)
    if plan is None:
        return None
    due = [step for step in plan.steps if step.status == "waiting"]
    step = min(due, key=lambda one: (one.due_at, one.step), default=None)
    return (
        None if step is None else said(step.title if attribute == "title" else step.step, plan.cite("steps"))
    )


def _signal_text(stage: Stage) -> Said | None:
    first = next(iter(stage.scene.signals), None)
    return None if first is None else Said(first.text.rstrip("."), first.evidence)


def _signal_number(*names: str) -> Slot:
    def fill(stage: Stage) -> Said | None:
        for signal in stage.scene.signals:
            for name in names:
                if name in signal.numbers:
                    return Said(signal.numbers[name], signal.evidence)
        return None

    return fill


def _quiet(stage: Stage) -> Said | None:
    about = stage.scene.about
    last = last_two_way(about)
    return None if last is None else days_said((about.now - last.at).days, last.evidence, stage)


def _seat_share(stage: Stage) -> Said | None:
    scene = stage.scene
    series, contract = scene.view.series("seats_used"), scene.contract
    if series is None or contract is None or not contract.seats or not series.points:
        return None
    used = next(reversed(series.points.values()))
    cited = (*series.cite("values"), *contract.cite("seats"))
    operation = Operation(
        name="ratio", inputs=tuple(item.id for item in cited), result=f"{used * 100 // contract.seats}%"
    )
    return Said(operation.result, cited, (operation,))


def _tenant(stage: Stage) -> Said | None:
    return said(stage.scene.about.profile.company.name)


def _account_name(stage: Stage) -> Said | None:
    return said(stage.scene.view.name, stage.scene.view.cite("name"))


def _title(stage: Stage) -> Said | None:
    user = stage.scene.about.user(stage.sender)
    return None if user is None else said(user.title)


def _delegate(stage: Stage) -> Said | None:
    away = stage.sender != stage.owner
    user = stage.scene.about.user(UserId(stage.sender or ""))
    return said(user.name) if away and user is not None else None


ACCOUNT: Final[Mapping[str, Slot]] = {
    "account.name": _account_name,
    "company.name": _tenant,
    "owner.name": lambda stage: user_said(stage, stage.owner),
    "sender.name": lambda stage: user_said(stage, stage.sender),
    "sender.first_name": lambda stage: user_said(stage, stage.sender, first=True),
    "away.name": _delegate,
    "recipient.name": lambda stage: person_said(stage.scene, stage.scene.recipient),
    "recipient.first_name": lambda stage: person_said(stage.scene, stage.scene.recipient, first=True),
    "champion.name": lambda stage: person_said(stage.scene, champion(stage.scene.about)),
    "buyer.name": lambda stage: person_said(stage.scene, economic_buyer(stage.scene.about)),
    "plan.id": _plan_id,
    "plan.kind": _plan_kind,
    "plan.step": lambda stage: _due_step(stage, "title"),
    "plan.step_id": lambda stage: _due_step(stage, "step"),
    "signal.text": _signal_text,
    "signal.percent": _signal_number("percent", "drop", "share"),
    "signal.step": _signal_number("step"),
    "signal.feed": _signal_number("feed", "source"),
    "twin.name": _signal_number("other"),
    "twin.id": _signal_number("other_account"),
    "usage.seat_share": _seat_share,
    "touch.quiet": _quiet,
    "sender.title": _title,
}
