"""From a row and a subject to a proposal: its words, people, value, dates, evidence and identity.

Invariant: the evidence of a proposal is that of the facts that made its row hold, of its slots and of its stake.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agents.playbook.documents import document_for
from agents.playbook.loading import Play, Playbook
from agents.playbook.owners import Ownership, ownership
from agents.playbook.people import recipient
from agents.playbook.rows import Row, Urgency
from agents.playbook.scene import Known, Scene
from agents.playbook.slot_catalogue import SLOTS
from agents.playbook.slots import Said, Stage, first_filled, sentence, unique
from agents.playbook.stakes import Priced, priced
from agents.playbook.timing import expiry, first_moment, outcome_day
from state.decision.dedup import dedup_key, group_key, proposal_id
from state.decision.proposal import ACTION_CLASSES, ActionType, ExpectedOutcome, Proposal
from state.evidence import Evidence
from state.ids import AccountId, NodeKey, SignalId
from state.world.view import Contact, Deal, ReadingNode, Subscription

EXTERNAL = 3
COLLEAGUE = 2
"""Class of a task for somebody else."""
SUMMARY_LENGTH = 140

TOOLS: Mapping[ActionType, str] = {
    "brief": "draft.meeting_brief", "draft_email": "draft.follow_up", "draft_quote": "draft.quote",
    "create_task": "crm.create_task", "research": "crm.create_task", "notify_rep": "notify.rep",
    "notify_admin": "notify.rep", "log_touch": "crm.log_touch", "log_note": "crm.log_note", "tag": "crm.tag",
    "attach_brief": "crm.attach_brief", "mark_undeliverable": "crm.write_update", "update_crm": "crm.write_update",
    "close_out": "crm.write_update", "requalify": "crm.write_update", "forecast_omit": "crm.write_update",
    "merge": "crm.write_update", "pause_plan": "plan.pause", "cancel_step": "plan.cancel_step",
    "escalate_support": "support.escalate", "send_email": "email.send", "schedule_meeting": "calendar.schedule",
    "ask": "approve.request",
}  # fmt: skip
"""Which tool carries out an action type; the catalog refuses any other."""


@dataclass(frozen=True)
class Formed:
    """A proposal before ranking, with the row it came from and the ceiling its value shares."""

    play: Play
    proposal: Proposal
    price: Priced
    scene: Scene


def stage_of(book: Playbook, scene: Scene, owned: Ownership) -> Stage:
    """Set the stage for templates."""
    node = scene.as_(ReadingNode)
    document = None
    if node is not None and node.topic == "request":
        document = document_for(
            node.texts("items"), node.text("wants") or "", book.settings.documents, scene.about
        )
    return Stage(scene, book.settings.target_seat_share, owned.owner, owned.sender, document)


def form(play: Play, scene: Scene, facts: Mapping[str, Known], book: Playbook) -> tuple[Formed, ...]:
    """Form what a row proposes about a subject: nothing, one proposal, or a draft and its send."""
    seen = play.test(facts)
    if seen is None:
        return ()
    row = play.row
    if row.recipient is not None:
        person = next((one for rule in row.recipient if (one := recipient(rule, scene)) is not None), None)
        if person is None:
            return ()
        scene = replace(scene, recipient=person)
    owned = ownership(row.owner, scene)
    stage = stage_of(book, scene, owned)
    price = priced(row, scene, book.settings)
    proposal = _proposal(play, stage, owned, price, _grounds(seen, facts, scene), facts)
    if proposal is None:
        return ()
    formed = Formed(play, proposal, price, scene)
    if row.action_type != "draft_email":
        return (formed,)
    return (formed, Formed(play, _send(proposal, scene), price, scene))


@dataclass(frozen=True, slots=True)
class _Grounds:
    """Why the row holds."""

    evidence: tuple[Evidence, ...]
    signals: tuple[SignalId, ...]


def _grounds(seen: frozenset[str], facts: Mapping[str, Known], scene: Scene) -> _Grounds:
    held = [facts[name] for name in sorted(seen) if name in facts and facts[name].value is not False]
    cited = (
        *(item for signal in scene.signals for item in signal.evidence),
        *(item for fact in held for item in fact.evidence),
    )
    names = (*(signal.id for signal in scene.signals), *(name for fact in held for name in fact.signals))
    return _Grounds(unique(cited), tuple(dict.fromkeys(names)))


def _proposal(
    play: Play, stage: Stage, owned: Ownership, price: Priced, grounds: _Grounds, facts: Mapping[str, Known]
) -> Proposal | None:
    row, scene = play.row, stage.scene
    said = {
        name: first_filled(getattr(row, name), stage, SLOTS)
        for name in ("description", "context_summary", "why_now")
    }
    texts = {name: sentence(one) for name, one in said.items() if one is not None}
    arguments = _arguments(row, stage, owned)
    outcome = _outcome(row, stage)
    if len(texts) < len(said) or arguments is None or outcome is None:
        return None
    decide_by = first_moment(row.decide_by, scene)
    key = _key(row, scene, owned, stage)
    tenant = scene.about.principal.tenant
    slots = (item for one in texts.values() for item in one.evidence)
    return Proposal(
        id=proposal_id(key, scene.view.situation.digest, row.id),
        account=AccountId(scene.view.identifier),
        action_type=row.action_type,
        action_class=_class_of(row, owned),
        rule=row.id,
        owner=owned.owner,
        subject=scene.subject,
        recipient=None if scene.recipient is None else scene.recipient.subject,
        tool=TOOLS[row.action_type],
        arguments=arguments,
        description=texts["description"].text,
        context_summary=_short(texts["context_summary"].text),
        expected_outcome=outcome,
        required_inputs=row.required_inputs,
        risk_class=row.risk,
        confidence=float(row.confidence),
        p_outcome=float(row.p_outcome),
        human_required=row.human_required or ACTION_CLASSES[row.action_type] >= EXTERNAL,
        why_now=texts["why_now"].text,
        expected_value=price.value,
        cost_minutes=price.minutes,
        urgency=_urgency(play, scene, facts, decide_by),
        decide_by=decide_by,
        reversible=row.reversible,
        expires_at=expiry(row.expires, scene),
        evidence=unique((*grounds.evidence, *slots, *price.evidence)),
        signals=grounds.signals,
        group=group_key(tenant, owned.owner, row.action_type, row.id) if row.grouped else None,
        dedup_key=key,
    )


def _class_of(row: Row, owned: Ownership) -> int:
    """Class the action; a task about a record that nobody owns is one for a colleague."""
    least = ACTION_CLASSES[row.action_type]
    return max(least, COLLEAGUE) if row.action_type == "create_task" and owned.is_unassigned else least


def _short(text: str) -> str:
    return text if len(text) <= SUMMARY_LENGTH else text[: SUMMARY_LENGTH - 1].rstrip() + "…"


def _arguments(row: Row, stage: Stage, owned: Ownership) -> dict[str, str] | None:
    """Fill the typed references; an optional one that has no value is left out, a needed one drops the row."""
    found: dict[str, Said | None] = {
        name: first_filled(lines, stage, SLOTS) for name, lines in row.arguments.items()
    }
    if any(found[name] is None for name in row.required_inputs if name in found):
        return None
    arguments = {name: said.text for name, said in found.items() if said is not None}
    if row.draft is not None:
        arguments["template"] = row.draft
    if owned.sender is not None and owned.sender != owned.owner:
        arguments["in_name_of"] = owned.sender
    return arguments


def _outcome(row: Row, stage: Stage) -> ExpectedOutcome | None:
    text, target = (
        first_filled(row.outcome.text, stage, SLOTS),
        first_filled(row.outcome.target, stage, SLOTS),
    )
    if text is None or target is None:
        return None
    by = outcome_day(row.outcome.by, stage.scene)
    return ExpectedOutcome(text=text.text, measure=row.outcome.measure, target=target.text, by=by)


def _urgency(play: Play, scene: Scene, facts: Mapping[str, Known], decide_by: datetime | None) -> Urgency:
    """Take the first band whose condition holds; a near deadline, and what the next meeting is about, is now."""
    near = timedelta(days=scene.about.profile.judgement.next.now_deadline_days)
    purpose, soon = facts.get("meeting.purpose"), facts.get("signal.MEETING_UPCOMING.present")
    if play.row.serves is not None and purpose and soon and soon.value and purpose.value == play.row.serves:
        return "now"
    if decide_by is not None and decide_by - scene.about.now <= near:
        return "now"
    for band, test in zip(play.row.urgency, play.urgencies, strict=True):
        if test(facts) is not None:
            return band.band
    return "can_wait"


def _key(row: Row, scene: Scene, owned: Ownership, stage: Stage) -> str:
    account: AccountId | str = AccountId(scene.view.identifier)
    if row.per_feed:
        feed = SLOTS["signal.feed"](stage)
        account = f"feed:{feed.text if feed else scene.subject}"
    person = scene.recipient.subject if scene.recipient is not None else None
    if person is None and isinstance(scene.node, Contact):
        person = scene.node.key
    return dedup_key(
        scene.about.principal.tenant,
        owned.owner,
        row.action_type,
        account,
        deal=None if row.per_feed else _deal_of(scene),
        recipient=person,
    )


def _deal_of(scene: Scene) -> NodeKey | None:
    """Name the deal or contract an act belongs to; an act on nobody's behalf belongs to its own record."""
    if isinstance(scene.node, Deal | Subscription):
        return scene.subject
    linked = scene.node.text("deal") if scene.node is not None else None
    if linked is not None:
        return NodeKey(f"Opportunity/{linked}")
    is_loose = scene.recipient is None and scene.subject != scene.view.key
    return scene.subject if is_loose else None


def _send(draft: Proposal, scene: Scene) -> Proposal:
    """Make the send of a draft: the same words and person, external, never by itself."""
    arguments = {key: value for key, value in draft.arguments.items() if key != "template"}
    key = dedup_key(
        scene.about.principal.tenant,
        draft.owner,
        "send_email",
        draft.account,
        deal=_deal_of(scene),
        recipient=draft.recipient,
    )
    return draft.model_copy(
        update={
            "id": proposal_id(key, scene.view.situation.digest, draft.rule),
            "action_type": "send_email",
            "action_class": EXTERNAL,
            "tool": TOOLS["send_email"],
            "arguments": {**arguments, "draft": str(draft.id)},
            "description": f"Send it once approved: {draft.description}",
            "risk_class": "medium" if draft.risk_class == "low" else draft.risk_class,
            "human_required": True,
            "reversible": False,
            "dedup_key": key,
        }
    )
