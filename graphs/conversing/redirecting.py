"""Address a drafted mail to another contact: a proposal of its own, written, criticised and judged like any other.

Invariant: the recipient is a contact of the same account that a person named; whether a mail may go there is for the
gateway and policy to say.
"""

from graphs.conversing.talking import Talk
from graphs.governing.alone import ruled_alone
from graphs.telling.explaining import Found, find
from state.decision.dedup import dedup_key, proposal_id
from state.decision.planning import Deliberation
from state.decision.proposal import Proposal
from state.errors import Denied, Forbidden
from state.governance.action import Action
from state.ids import AccountId, ActionId, NodeKey
from state.ports.deciding import Deliberating
from state.ports.judged import Ruled
from state.ports.planned import Planned
from state.world.record import NodeKind
from state.world.view import Contact

OF_THE_OLD_THREAD = frozenset({"in_reply_to", "mail", "thread", "draft"})


def redirected(talk: Talk, name: str, person: Contact, *, is_instead: bool) -> ActionId:
    """Draft the same mail to somebody else; `is_instead` withdraws the one before. Raises: Denied, Forbidden."""
    if not talk.principal.is_human:
        raise Forbidden("An agent addresses no mail.", remedy="Ask its owner.")
    with talk.parts.stores.read(talk.tenancy.id) as unit:
        found = find(talk.parts, unit, talk.tenancy, name)
    assert found.action is not None, "a draft is named by its action"
    ruled = _decided(talk, found, found.action, person)
    if ruled.action is None:
        raise Denied(
            f"No mail to {person.name}: {' '.join(ruled.verdict.reasons)}",
            field="recipient",
            value=person.name,
            remedy="Choose another contact, or a call.",
        )
    if is_instead and ruled.action != found.action.id:
        talk.desk.reject(talk.principal, found.action.id, f"redirected to {person.name}")
    return ActionId(ruled.action)


def _decided(talk: Talk, found: Found, action: Action, person: Contact) -> Ruled:
    """Take the mail to the other person through critics and policy, in a run of its own."""
    proposals: list[Proposal] = []

    def plan(about: Deliberating) -> Planned:
        proposals.append(_proposal(talk, found, person, about.view.situation.digest))
        return _planned(talk, found, proposals[0], about)

    rulings = ruled_alone(talk.parts, talk.tenancy, talk.principal, AccountId(action.account), plan)
    ruled = rulings.of(proposals[0].id)
    assert ruled is not None, "every proposal is ruled on"
    return ruled


def _planned(talk: Talk, found: Found, proposal: Proposal, about: Deliberating) -> Planned:
    """Make a plan of the one proposal a person asked for, with its words."""
    words = talk.runner.wait(talk.tenancy.reasoner.draft(proposal, about))
    said = found.planned.deliberated.model_copy(
        update={
            "reasoner": f"{talk.principal.user}, after {found.planned.deliberated.reasoner}",
            "decision": Deliberation(proposals=(proposal,)),
        }
    )
    known = found.planned.dependences.get(found.proposal.id)
    hangs_on = {} if known is None else {str(proposal.id): known}
    return Planned(iteration=0, deliberated=said, drafts={proposal.id: words}, dependences=hangs_on)


def _proposal(talk: Talk, found: Found, person: Contact, digest: str) -> Proposal:
    """Redirect a proposal to somebody else: its own key, none of the old thread."""
    old = found.proposal
    view = talk.view(found.run.account)
    before = next((one.name for one in view.contacts if one.key == old.recipient), "")
    deal = old.subject if old.subject and old.subject.startswith(NodeKind.OPPORTUNITY.value) else None
    key = dedup_key(
        talk.tenancy.id, old.owner, old.action_type, old.account, deal=deal, recipient=NodeKey(person.key)
    )

    def said(text: str) -> str:
        return text.replace(before, person.name) if before else text

    return old.model_copy(
        update={
            "id": proposal_id(key, digest, old.rule),
            "dedup_key": key,
            "recipient": NodeKey(person.key),
            "arguments": {k: v for k, v in old.arguments.items() if k not in OF_THE_OLD_THREAD},
            "description": said(old.description),
            "context_summary": said(old.context_summary)[:140],
            "held_by": None,
            "group": None,
        }
    )
