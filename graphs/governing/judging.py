"""From a proposal to an action that policy has judged, and again at the claim: one mechanism for both.

Invariant: what is judged is the exact effect; its facts are collected by code, at the situation looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from agents.guardrail import AGENT, Asked, History, collect, is_trusted_origin, rest_facts
from graphs.governing import metering
from graphs.governing.metering import Metered, metered
from graphs.parts import Tenancy
from state.canonical import Json
from state.decision.origin import origin_of
from state.decision.proposal import Proposal
from state.errors import InvalidInput
from state.governance.action import Action
from state.governance.autonomy import Tally
from state.governance.budget import Draw, Starter
from state.governance.effect import Effect, effect_hash, rest_hash
from state.governance.facts import Facts, world_facts
from state.governance.judge import Judgement
from state.governance.totals import discount_total, mails_total
from state.governance.verdict import Allow, Approver, Deny, RequireApproval, Verdict
from state.ids import AccountId, ActionId, RunId, ThreadId, UserId, stable_id
from state.ports.deciding import Deliberating
from state.ports.planned import Criticized, Planned
from state.ports.unit import Unit
from state.world.business_time import add_business_days, local_day

CONTENT_IS_IDENTITY = frozenset({"brief"})
"""Types that are made anew whenever what they say changes."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One proposal with its exact effect and what policy says about it."""

    proposal: Proposal
    verdict: Verdict
    hits: tuple[str, ...]
    read: tuple[str, ...]
    policy_version: str
    action: Action | None
    """None when it is denied or its effect cannot be rendered."""
    facts: Facts | None = None
    """What was judged by; None where nothing was."""
    spent: Draw | None = None
    """The budget in the way."""


@dataclass(frozen=True, slots=True)
class Before:
    """The last card about the same thing, when a person said no to it."""

    action: ActionId
    is_asleep: bool
    """Nobody is asked about it again yet."""


@dataclass(frozen=True, slots=True)
class Again:
    """A judgement at the claim: policy now, what is left to wait for, and the world facts now."""

    verdict: Verdict
    outgoing: Verdict
    rest: Mapping[str, Json]
    policy_version: str
    draws: tuple[Draw, ...]
    """What the next attempt draws on."""
    spent: Draw | None


def action_id(
    tenancy: Tenancy, about: Deliberating, proposal: Proposal, before: Before | None = None
) -> ActionId:
    """Name the action of a proposal by its key and its occasion, before its effect is rendered.

    The occasion is the set of conditions behind it, so that after a terminal state only a new one, or one grown
    more severe, drafts again. A task or draft that was made for a record is not made for it again. What a person said
    no to is that same card while its key sleeps, and another one afterwards.
    """
    if before is not None and before.is_asleep:
        return before.action
    live = {signal.id: signal for signal in about.judgement.signals}
    known = [live[name] for name in proposal.signals if name in live]
    if proposal.action_class == 1 and known:
        parts = sorted(s.since.date().isoformat() for s in known if s.to_admin)
    else:
        parts = sorted(f"{s.name}|{s.subject}|{s.sub_state}|{s.severity}" for s in known)
        parts = parts or sorted(item.hash for item in proposal.evidence)
    if before is not None:
        parts.append(f"after|{before.action}")
    return ActionId(stable_id("ac", tenancy.id, proposal.dedup_key, *parts))


def history_of(
    tenancy: Tenancy,
    unit: Unit,
    about: Deliberating,
    proposals: Sequence[Proposal],
    starter: Starter | None = None,
    besides: ActionId | None = None,
) -> History:
    """Count mails to every recipient, over all sellers; read what people set and what is used: one query each."""
    starter = starter or metering.starter_of(about)
    people = [about.view.contact(proposal.recipient) for proposal in proposals]
    addresses = {person.email for person in people if person is not None and person.email}
    mails = {address: [mail.at for mail in about.view.mails_to(address)] for address in addresses}
    seen = about.view.once("mails", (), lambda: {mail.identifier for mail in about.view.mails})
    for record in unit.crm.sent_to(sorted(addresses), about.now - timedelta(days=60)) if addresses else ():
        if record.recipient is not None and record.subject not in seen:
            mails.setdefault(record.recipient, []).append(record.at)
    origins = {_origin(about, proposal) for proposal in proposals} - {""}
    known = unit.autonomy.standing(AGENT, about.now, origins)
    learned = unit.preferences.in_force()
    return History(
        mails=mails,
        opt_ins=known.opt_ins,
        stop_on=known.stop.is_on,
        open_keys=known.open_keys,
        levels=known.levels,
        paused=known.paused,
        tallies=known.tallies,
        under_way=metering.under_way(unit, besides) if addresses else {},
        used=unit.budgets.used(metering.spans(tenancy, about, proposals, starter)),
        starter=starter,
        preferences=None if learned is None else learned.document,
    )


def _origin(about: Deliberating, proposal: Proposal) -> str:
    """Name by a hash whom an unverified proposal counts against: its source, else the account; none goes uncounted."""
    known = origin_of(proposal, about.view, about.profile.signals.new_contact_high_fit.free_mail_domains)
    return stable_id("or", about.principal.tenant, known or f"account:{about.view.identifier}")


def judge(
    tenancy: Tenancy,
    about: Deliberating,
    proposal: Proposal,
    effect: Effect,
    findings: Criticized,
    history: History,
    *,
    is_dependent: bool,
    attempt: int = 0,
) -> tuple[Judgement, Mapping[str, Json], Facts, Metered]:
    """Collect the facts, ask the policy, and collect the world facts the answer rests on."""
    calendar, region = about.profile.calendar, about.profile.company.region
    limits = about.profile.judgement.outgoing
    today = local_day(about.now, about.profile.company.zone)
    rank = 3 if effect.external else proposal.action_class
    short = add_business_days(calendar, today, -limits.short_business_days, region) - today
    meter = metered(tenancy, about, proposal, effect, history.used, history.starter)
    totals = meter.unmarked(history.used, attempt)
    asked = Asked(
        proposal=proposal,
        effect=effect,
        about=about,
        findings=findings,
        history=history.about(_origin(about, proposal), proposal.dedup_key) if is_dependent else history,
        level=tenancy.judge.level(AGENT, rank, history.levels.get(rank)),
        since_short=about.now + short,
        since_long=about.now - timedelta(days=limits.long_days),
        untrusted_dependent=is_dependent,
        calibrated=calibrated(history, proposal),
        mails_day=mails_total(meter.share, totals),
        discount_quarter=discount_total(meter.share, totals),
        is_budget_spent=meter.spent is not None,
    )
    facts = collect(asked)
    judgement = tenancy.judge(facts)
    return judgement, rest_facts(asked, world_facts(facts, judgement.read)), facts, meter


def calibrated(history: History, proposal: Proposal) -> Decimal | None:
    """Give the least confidence that is known besides the stated one; None where too little is."""
    kind, learned = proposal.action_type, history.preferences
    found = (
        history.tallies.get(kind, Tally()).calibrated,
        None if learned is None else learned.confidence(kind, proposal.confidence),
    )
    return min((one for one in found if one is not None), default=None)


def judge_proposal(
    tenancy: Tenancy,
    about: Deliberating,
    planned: Planned,
    proposal: Proposal,
    findings: Criticized,
    history: History,
    run: tuple[RunId, ThreadId, int],
    before: Before | None = None,
) -> Judged:
    """Render the effect of a proposal, judge it, and make the action that would carry it."""
    name = action_id(tenancy, about, proposal, before)
    try:
        effect = tenancy.gateway.prepare(proposal, name, planned.drafts.get(proposal.id), about)
    except InvalidInput as error:
        refusal = Deny(rule="effect-not-rendered", reasons=(str(error),))
        return Judged(proposal, refusal, (refusal.rule,), (), tenancy.judge.version, None)
    if proposal.action_type in CONTENT_IS_IDENTITY and before is None:
        name = ActionId(stable_id("ac", tenancy.id, proposal.dedup_key, effect_hash(effect)))
    depends = planned.is_dependent(proposal.id)
    judgement, rest, facts, meter = judge(
        tenancy, about, proposal, effect, findings, history, is_dependent=depends
    )
    hits = tuple(hit.rule for hit in judgement.hits)
    verdict = judgement.verdict
    action = None
    if not isinstance(verdict, Deny):
        action = _action(tenancy, about, proposal, name, effect, verdict, rest, run)
        action = replace(action, origin=_origin(about, proposal) if depends else "")
    read = tuple(sorted(judgement.read))
    return Judged(proposal, verdict, hits, read, judgement.policy_version, action, facts, meter.spent)


def _action(
    tenancy: Tenancy,
    about: Deliberating,
    proposal: Proposal,
    name: ActionId,
    effect: Effect,
    verdict: Verdict,
    rest: Mapping[str, Json],
    run: tuple[RunId, ThreadId, int],
) -> Action:
    wall = tenancy.clock.wall()
    holder = UserId(proposal.owner or about.profile.company.queues.unassigned or about.principal.user)
    owner = UserId(proposal.arguments.get("in_name_of") or holder)
    auto_at = wall + timedelta(minutes=verdict.delay_minutes) if isinstance(verdict, Allow) else None
    return Action(
        id=name,
        tenant=tenancy.id,
        account=AccountId(proposal.account),
        proposal=proposal.id,
        run=run[0],
        thread=run[1],
        action_type=proposal.action_type,
        action_class=proposal.action_class,
        owner=owner,
        assignee=holder if holder != owner else about.around.away.get(owner),
        dedup_key=proposal.dedup_key,
        origin_trusted=is_trusted_origin(proposal),
        summary=proposal.context_summary,
        effect=effect,
        effect_hash=effect_hash(effect),
        rest_hash=rest_hash(rest),
        rest_facts=rest,
        created_at=about.now,
        expires_at=proposal.expires_at,
        situation_version=about.view.situation.version,
        situation_digest=about.view.situation.digest,
        policy_version=tenancy.judge.version,
        quorum=verdict.roles if isinstance(verdict, RequireApproval) else (Approver.OWNER,),
        auto_at=auto_at,
        armed_epoch=None if auto_at is None else run[2],
        evidence=tuple(item.id for item in proposal.evidence),
    )


def judge_again(
    tenancy: Tenancy,
    about: Deliberating,
    action: Action,
    planned: Planned,
    proposal: Proposal,
    findings: Criticized,
    history: History,
) -> Again:
    """Judge a stored effect at the head of the situation; may only tighten what was granted."""
    depends = planned.is_dependent(proposal.id)
    judgement, rest, _, meter = judge(
        tenancy, about, proposal, action.effect, findings, history, is_dependent=depends,
        attempt=action.attempt,
    )  # fmt: skip
    verdict, outgoing = (
        metering.held(one, meter.spent, about.now, about.profile.company.zone)
        for one in (judgement.verdict, judgement.after_approval(action.quorum))
    )
    return Again(verdict, outgoing, rest, judgement.policy_version, meter.drawn(action.attempt), meter.spent)
