"""Lay out an action as its approver sees it: all it must show, from one look at the stores."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from graphs.governing.compensating import why_it_stays
from graphs.parts import Parts, Tenancy
from graphs.telling.assembling import worth_of
from graphs.telling.card import AskedOut, CardOut, LikenessOut, YesOut
from graphs.telling.explaining import Found, find
from graphs.telling.report import VerdictOut
from graphs.telling.tracking import learned, track_of
from state.decision.preferences import Posterior
from state.decision.proposal import Proposal, Question
from state.errors import NotFound
from state.evidence import Trust
from state.governance.action import Action, Outcome, Status
from state.governance.happening import Approve
from state.ids import AccountId
from state.ports.planned import Planned
from state.ports.running import Run
from state.ports.unit import Unit
from state.ports.world import AccountRow
from state.world.resolution.likeness import decoded, likeness
from state.world.view import AccountView

TOUCH_DAYS = 14
LOOKED_BACK = timedelta(days=60)


@dataclass(frozen=True)
class CardDesk:
    """Lays cards out over one look at a tenant."""

    parts: Parts
    tenancy: Tenancy
    unit: Unit

    _rows: dict[AccountId, AccountRow | None] = field(default_factory=dict)
    """Accounts looked up so far."""

    def name_of(self, account: AccountId) -> str:
        row = self._row(account)
        return row.name if row else account

    def _row(self, account: AccountId) -> AccountRow | None:
        if account not in self._rows:
            self._rows[account] = self.unit.situations.account(account)
        return self._rows[account]

    def asked(self, run: Run, planned: Planned, asked: Question) -> AskedOut:
        """Show a question."""
        words = {proposal.id: proposal.description for proposal in planned.proposals}
        return AskedOut(
            id=asked.id, account=run.account, account_name=self.name_of(run.account), text=asked.text,
            options=asked.options, changes=tuple(words[one] for one in asked.changes if one in words),
            owner=asked.owner, expires_at=asked.expires_at,
        )  # fmt: skip

    def card(self, action: Action) -> CardOut | None:
        """Show an action, with what its owner was told; None where its plan is gone."""
        shown, told = self._shown(action), self.unit.alerts.of_action(action.id)
        if shown is None or told is None:
            return shown
        usual = told.default if told.is_otherwise else ""
        told_with = {"alert": told.text, "instead_of": usual, "is_alarm": told.severity == "high"}
        return shown.model_copy(update=told_with)

    def _shown(self, action: Action) -> CardOut | None:
        found = self._found(action)
        if found is None:
            return None
        proposal, verdict = found.proposal, found.ruled.verdict
        touches, is_first = self._touches(action)
        return CardOut(
            id=action.id,
            account=action.account,
            account_name=self.name_of(action.account),
            action_type=action.action_type,
            action_class=action.action_class,
            summary=action.summary,
            description=proposal.description,
            why_now=proposal.why_now,
            owner=action.owner,
            inbox_of=action.assignee or action.owner,
            status=action.status.value,
            tool=action.effect.tool,
            recipients=action.effect.recipients,
            in_name_of=(_argument(action, "owner") or action.owner) if action.is_external else None,
            thread=_argument(action, "thread"),
            decide_by=proposal.decide_by,
            expires_at=action.expires_at,
            expected_value=worth_of(proposal),
            confidence=proposal.confidence,
            track=track_of(self._learned, action.action_type),
            p_outcome=proposal.p_outcome,
            reversible=not why_it_stays(action),
            touches_14d=touches,
            is_first_to_address=is_first,
            looks_like=tuple(self._alike(action)) if action.is_external else (),
            rests_on_untrusted=found.planned.is_dependent(proposal.id),
            without_untrusted=owed.changes if (owed := found.planned.dependences.get(proposal.id)) else (),
            unverified=tuple(_unverified(proposal)),
            alternative=_alternative(found),
            effect=action.effect.content,
            verdict=VerdictOut(kind=verdict.kind, rule=verdict.rule, reasons=verdict.reasons),
            seats=tuple(seat.value for seat in action.quorum),
            approved_by=tuple(one.user for one in action.approvals),
            approvals=self._approvals(action),
            editable=self.tenancy.gateway.spec(action.effect.tool).editable,
            group=proposal.group,
            template=str(proposal.arguments.get("template") or proposal.rule),
            is_asked_for=found.run.intent != "scan" or action.human_touched or bool(action.predecessor),
            snoozed_until=action.snoozed_until,
            runs_at=action.auto_at,
            hold_until=action.release_at if action.status is Status.APPROVED else None,
            shown=action.card_hash,
        )

    def _found(self, action: Action) -> Found | None:
        try:
            return find(self.parts, self.unit, self.tenancy, action.id)
        except NotFound:
            return None

    def _approvals(self, action: Action) -> tuple[YesOut, ...]:
        """Read every yes it got; one that nobody moved yet has none."""
        if action.version == 0:
            return ()
        kept = (Outcome.MOVED, Outcome.STAYS)
        return tuple(
            YesOut(by=one.by, after_ms=one.after_ms)
            for one in self.unit.actions.history(action.id)
            if one.event == Approve.name and one.outcome in kept
        )

    def _alike(self, action: Action) -> Iterator[LikenessOut]:
        """Compare the recipients' domains with those we know; of a customer's own domain, with ours alone."""
        ours = self.tenancy.profile.company.verified_domains
        for domain in sorted({one.rpartition("@")[2].lower() for one in action.effect.recipients}):
            is_theirs = bool(self.unit.addresses.known([f"@{domain}"]))
            others = () if is_theirs else (one for one in self._domains if one != domain)
            found = likeness(domain, (*ours, *others))
            if found is not None:
                yield LikenessOut(
                    domain=domain, decoded=decoded(domain), like=decoded(found.like), how=found.how
                )

    @cached_property
    def _learned(self) -> Sequence[Posterior]:
        return learned(self.unit)

    @cached_property
    def _domains(self) -> Sequence[str]:
        return self.unit.addresses.domains()

    def _touches(self, action: Action) -> tuple[int, bool]:
        """Count what this address got from us in the last days, all sellers; and whether it is the first ever."""
        wanted = tuple(address.lower() for address in action.effect.recipients)
        row = self._row(action.account)
        if not wanted or row is None:
            return 0, bool(wanted)
        sights = self.parts.sights
        view = AccountView.of(
            sights.situation(self.unit, self.tenancy.id, row.account, row.version, row.digest)
        )
        mails = {
            mail.identifier: mail.at
            for mail in view.mails
            if not mail.is_inbound and set(wanted) & set(mail.recipients)
        }
        for record in self.unit.crm.sent_to(wanted, self.tenancy.now - LOOKED_BACK):
            mails.setdefault(record.subject, record.at)
        return sum(at >= self.tenancy.now - timedelta(days=TOUCH_DAYS) for at in mails.values()), not mails


def _unverified(proposal: Proposal) -> Iterator[str]:
    """Quote what nobody vouches for, sentences before what a record is called."""
    loose = [one for one in proposal.evidence if one.trust is Trust.UNTRUSTED]
    for one in sorted(loose, key=lambda item: item.quote is None):
        yield f"{one.source} {one.record}: “{one.quote or one.value}”"


def _argument(action: Action, name: str) -> str | None:
    value = action.effect.arguments.get(name)
    return str(value) if value else None


def _alternative(found: Found) -> str | None:
    """Name the next proposal of the same plan that is about something else."""
    others: Sequence[str] = [
        proposal.description
        for proposal in found.planned.proposals
        if proposal.id != found.proposal.id
        and proposal.action_type != found.proposal.action_type
        and proposal.arguments.get("draft") != found.proposal.id
        and found.proposal.arguments.get("draft") != proposal.id
    ]
    return others[0] if others else None
