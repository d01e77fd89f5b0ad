"""Turn the name a person typed into an account of the tenant, for every channel alike."""

from datetime import datetime

from agents.clarifier.names import Candidates, Context, Match, resolve
from graphs.parts import Parts, Tenancy
from graphs.telling.report import QuestionOut, Report
from state.decision.planning import Assessment, Interpretation
from state.ids import AccountId, UserId, stable_id
from state.ports.unit import Unit
from state.principal import Principal
from state.world.view import AccountView


def named(parts: Parts, tenancy: Tenancy, principal: Principal, name: str) -> Match | Candidates:
    """Resolve a name over the whole index; a situation is loaded only where two accounts share the name."""
    with parts.stores.read(tenancy.id) as unit:
        return resolve(name, unit.situations.accounts(), context_of(parts, unit, tenancy, principal))


def context_of(parts: Parts, unit: Unit, tenancy: Tenancy, principal: Principal) -> Context:
    """Say who asks, whom that person stands in for today, and when an account is met next."""
    away = [user.id for user in tenancy.users if tenancy.stand_in(user.id) == principal.user]

    def meeting(account: AccountId) -> datetime | None:
        return next_meeting(unit, tenancy, account)

    return Context(UserId(principal.user), tenancy.now, meeting, tuple(away))


def next_meeting(unit: Unit, tenancy: Tenancy, account: AccountId) -> datetime | None:
    """Start of the next external meeting that is not called off, as of the tenant's clock."""
    view = AccountView.of(unit.situations.load(account), tenancy.profile.company.verified_domains)
    starts = [
        meeting.starts_at
        for meeting in view.meetings
        if meeting.starts_at is not None
        and meeting.starts_at >= tenancy.now
        and not meeting.is_off
        and view.outside_people(meeting)
    ]
    return min(starts, default=None)


def clarification(tenancy: Tenancy, principal: Principal, found: Candidates) -> Report:
    """Ask which account is meant, in the form of a report: one question, nothing looked at yet."""
    names = [row.name for row in found.accounts]
    told = names if len({*names}) == len(names) else [f"{row.name} ({row.account})" for row in found.accounts]
    key = stable_id("qu", tenancy.id, principal.user, "account", found.name, *told)
    happening = f"{len(told)} accounts are called {found.name}: {', '.join(told)}."
    because = "Which account is meant has to be known first."
    return Report(
        account="",
        tenant=tenancy.id,
        as_of=tenancy.now,
        situation={"account": "", "version": 0, "digest": "0" * 64},
        reasoner=tenancy.reasoner.name,
        fell_back_because=None,
        trace_id="",
        run="",
        outcome="clarification",
        posture="UNKNOWN",
        interpretation=Interpretation(happening=happening, changed="", matters_now=because),
        assessment=Assessment(missing=("account",), contradictory=(), safe_to_decide=False, because=because),
        hypotheses=(),
        meeting=None,
        brief=None,
        proposals=(),
        question=QuestionOut(id=key, text=f"Which {found.name}?", options=(*told, "neither"), changes=()),
        no_action=None,
        pending=(key,),
    )
