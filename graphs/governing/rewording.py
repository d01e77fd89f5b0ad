"""What a person writes into a card is held to the same laws as what was drafted, before it takes the card's place.

Invariant: a person's word needs no record behind it; a secret, a foreign address or a price off the list leaves by
nobody's hand.
"""

from dataclasses import replace

from agents.critic import criticize
from graphs.governing.decisions import Beside, Decided, decide, stamp_of
from graphs.governing.hands import proposal_of, recorded_plan, seen_now
from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.decision.brief import Statement
from state.decision.finding import Validator
from state.decision.planning import Deliberation
from state.decision.proposal import Proposal
from state.errors import Denied
from state.governance.action import Action, Status
from state.governance.effect import Effect, effect_hash
from state.governance.happening import Edit
from state.ids import ActionId, stable_id
from state.ledger.entry import EntryDraft, Kind
from state.ports.deciding import Draft
from state.ports.planned import Criticized, Planned
from state.ports.unit import Unit
from state.principal import Principal

HELD_TO: frozenset[Validator] = frozenset({"compliance", "business_rule"})
SAID = {"email.send": ("subject", "body"), "calendar.schedule": ("title", "agenda"), "draft.quote": ("subject", "body"),
        "draft.follow_up": ("subject", "body")}  # fmt: skip
"""Tools whose words are meant for somebody outside: the line on top, and the text."""


def reworded(
    parts: Parts, tenancy: Tenancy, principal: Principal, name: str, fields: dict[str, str]
) -> Decided:
    """Change words of a card: the old action ends, a fresh one waits for its own approval.

    Raises: InvalidInput for a field that may not be edited; Denied for words that may not leave; NotFound, Conflict.
    """
    with parts.stores.read(tenancy.id) as unit:
        action = unit.actions.by_prefix(name)
        effect = tenancy.gateway.edited(action, fields)
        found = objections(parts, tenancy, unit, action, effect)
    for one in found.findings:
        if one.is_blocking:
            raise Denied(
                one.text, field="edit", value=action.id, remedy="Change the words; the card stays as it was."
            )
    editable = frozenset(tenancy.gateway.spec(action.effect.tool).editable)

    def edit(current: Action) -> Edit:
        return Edit(principal, successor_of(current, tenancy.gateway.edited(current, fields)), editable)

    return decide(parts, tenancy, principal, name, edit, _checked(parts, tenancy, principal, found))


def _checked(parts: Parts, tenancy: Tenancy, principal: Principal, found: Criticized) -> Beside:
    """Keep what was found, with an entry that proves it."""

    def keep(unit: Unit, old: Action) -> None:
        findings = parts.keep(unit, tenancy.id, old.run, f"edited.{old.id}", found) if found.findings else ""
        said: dict[str, Json] = {"run": old.run, "edited": old.id, "findings": findings, **found.tally()}
        stamp = stamp_of(tenancy, unit, principal, f"reworded:{old.id}")
        unit.ledger.append([EntryDraft(Kind.VALIDATION, stamp, said)])

    return keep


def objections(parts: Parts, tenancy: Tenancy, unit: Unit, action: Action, effect: Effect) -> Criticized:
    """Say what a critic has against new words, that the old ones did not call for."""
    if effect.tool not in SAID:
        return Criticized(findings=())
    planned, known = recorded_plan(parts, unit, tenancy, action)
    proposal = proposal_of(planned, action)
    about = seen_now(parts, unit, tenancy, action)
    before = {one.rule for one in known.on(proposal.id) if one.is_blocking}
    new = criticize(_planned(planned, proposal, effect), about).on(proposal.id)
    return Criticized(
        findings=tuple(one for one in new if one.validator in HELD_TO and one.rule not in before)
    )


def _planned(planned: Planned, proposal: Proposal, effect: Effect) -> Planned:
    """Put the new words in the place of the drafted ones, in a plan of this one proposal."""
    top, text = (str(effect.arguments.get(name) or "") for name in SAID[effect.tool])
    one = proposal.model_copy(update={"arguments": {**proposal.arguments, "title": top, "agenda": text}})
    mine = one if effect.tool == "calendar.schedule" else proposal
    said = Statement(id=proposal.id, text=text, kind="fact", evidence=proposal.evidence)
    draft = Draft(subject=top, statements=(said,), reasoner="")
    decision = Deliberation(proposals=(mine,))
    deliberated = planned.deliberated.model_copy(update={"decision": decision, "brief": None})
    return planned.model_copy(update={"deliberated": deliberated, "drafts": {proposal.id: draft}})


def successor_of(action: Action, effect: Effect) -> Action:
    """Give a fresh action for an edited effect: own id, own judgement, no grant, no timer."""
    return replace(
        action,
        id=ActionId(stable_id("ac", action.tenant, action.id, effect_hash(effect))),
        predecessor=action.id,
        effect=effect,
        effect_hash=effect_hash(effect),
        status=Status.PENDING,
        version=0,
        auto_at=None,
        release_at=None,
        grant=None,
        approvals=(),
        attempt=0,
        interrupt=None,
    )
