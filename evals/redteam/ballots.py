"""Yeses that count, and every way to forge one field of them: of the yes itself, of what is stored, of its use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from evals.redteam.arena import ONE, OTHER, OWNER, WORKER, drafted
from state.canonical import digest
from state.governance.action import Action
from state.governance.approval import Grant, GrantKind, Terms
from state.governance.effect import Effect
from state.governance.guard import GuardContext, Locks
from state.governance.happening import Approve, Claim
from state.governance.lifecycle import step
from state.governance.verdict import Allow, Approver, RequireApproval
from state.ids import UserId
from state.principal import Principal, Role

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Ballot:
    """A yes on its way: to be recorded, or recorded and about to be used."""

    action: Action
    happening: Approve | Claim
    guard: GuardContext

    @property
    def is_used(self) -> bool:
        """The approval is a recorded one, and a worker claims the effect with it."""
        return isinstance(self.happening, Claim)


Forge = Callable[[Ballot, Random], Ballot]


@dataclass(frozen=True)
class Forgery:
    """One field, how it is forged, and the rule that has to say so."""

    name: str
    reason: str
    forge: Forge
    is_of_used: bool


def _other(text: str, chance: Random) -> str:
    """Change one character of a hash."""
    at = chance.randrange(len(text))
    new = chance.choice([one for one in "0123456789abcdef" if one != text[at]])
    return f"{text[:at]}{new}{text[at + 1 :]}"


def _said(**changes: Callable[[Principal, Random], object]) -> Forge:
    """Forge who says it."""

    def forge(one: Ballot, chance: Random) -> Ballot:
        assert isinstance(one.happening, Approve)
        who = one.happening.principal
        other = who.model_copy(update={name: new(who, chance) for name, new in changes.items()})
        return replace(one, happening=replace(one.happening, principal=other))

    return forge


def _shown(new: Callable[[Ballot, Random], str]) -> Forge:
    """Forge what was shown."""

    def forge(one: Ballot, chance: Random) -> Ballot:
        assert isinstance(one.happening, Approve)
        return replace(one, happening=replace(one.happening, shown_hash=new(one, chance)))

    return forge


def _effect(new: Callable[[Effect, Random], Effect]) -> Forge:
    """Exchange a part of the stored effect, and leave its hash."""
    return lambda one, chance: replace(one, action=replace(one.action, effect=new(one.action.effect, chance)))


def _terms(new: Callable[[Terms, Random], Terms]) -> Forge:
    """Forge what the recorded approval saw."""
    return _grant(lambda grant, chance: replace(grant, terms=new(grant.terms, chance)))


def _grant(new: Callable[[Grant, Random], Grant]) -> Forge:
    """Forge the recorded approval."""

    def forge(one: Ballot, chance: Random) -> Ballot:
        assert one.action.grant is not None
        return replace(one, action=replace(one.action, grant=new(one.action.grant, chance)))

    return forge


def _late(one: Ballot, chance: Random) -> Ballot:
    after = one.action.expires_at + timedelta(minutes=chance.randrange(10_000))
    return replace(one, guard=replace(one.guard, now=after))


def _stopped(one: Ballot, _: Random) -> Ballot:
    return replace(one, guard=replace(one.guard, locks=replace(one.guard.locks, stop_on=True)))


def _stranger(_: Principal, chance: Random) -> UserId:
    return UserId(f"user-{chance.randrange(10**6)}")


_PARTS: Mapping[str, Callable[[Effect, Random], Effect]] = {
    "recipient": lambda e, c: replace(e, recipients=(f"eve{c.randrange(10**6)}@evil.example",)),
    "one more recipient": lambda e, c: replace(e, recipients=(*e.recipients, f"e{c.randrange(10**6)}@evil.example")),
    "words": lambda e, c: replace(e, content=f"{e.content} {c.randrange(10**6)}"),
    "attachment": lambda e, c: replace(e, attachments=(digest(c.random()),)),
    "arguments": lambda e, c: replace(e, arguments={**e.arguments, "amount": str(c.randrange(10**6))}),
    "tool": lambda e, c: replace(e, tool="calendar.schedule"),
    "action type": lambda e, c: replace(e, action_type="schedule_meeting"),
    "is external": lambda e, c: replace(e, external=False),
}  # fmt: skip

SAID: Sequence[Forgery] = (
    Forgery("tenant of the approver", "tenant", _said(tenant=lambda p, c: OTHER), is_of_used=False),
    Forgery("approver", "seat", _said(user=_stranger), is_of_used=False),
    Forgery("role: an agent", "human", _said(role=lambda p, c: Role.AGENT), is_of_used=False),
    Forgery("role: an auditor", "seat", _said(role=lambda p, c: Role.AUDITOR), is_of_used=False),
    Forgery("hash of what was shown", "shown", _shown(lambda b, c: _other(b.action.card_hash, c)), is_of_used=False),
    Forgery("shown: only the effect", "shown", _shown(lambda b, c: b.action.effect_hash), is_of_used=False),
    Forgery("shown: another card", "shown", _shown(lambda b, c: digest(c.random())), is_of_used=False),
    Forgery("time: after the end", "expired", _late, is_of_used=False),
    Forgery("stop: on", "stop_on", _stopped, is_of_used=False),
    *(Forgery(f"stored {part}", "intact", _effect(new), is_of_used=False) for part, new in _PARTS.items()),
)  # fmt: skip
USED: Sequence[Forgery] = (
    *(Forgery(f"approved {part}", "effect", _effect(new), is_of_used=True) for part, new in _PARTS.items()
      if part != "is external"),
    Forgery("granted effect", "effect",
            _terms(lambda t, c: replace(t, effect_hash=_other(t.effect_hash, c))), is_of_used=True),
    Forgery("granted world", "rest",
            _terms(lambda t, c: replace(t, rest_hash=_other(t.rest_hash, c))), is_of_used=True),
    Forgery("world now", "rest",
            lambda b, c: replace(b, guard=replace(b.guard, rest_facts={"deal": c.randrange(10**6)})), is_of_used=True),
    Forgery("granted policy", "policy",
            _terms(lambda t, c: replace(t, policy_version=f"p{c.randrange(10**6)}")), is_of_used=True),
    Forgery("granted stop epoch", "epoch", _terms(lambda t, c: replace(t, stop_epoch=1 + c.randrange(99))),
            is_of_used=True),
    Forgery("granted until", "expired",
            _grant(lambda g, c: replace(g, expires_at=NOW - timedelta(minutes=c.randrange(10_000)))), is_of_used=True),
    Forgery("granted by policy", "human", _grant(lambda g, c: replace(g, kind=GrantKind.POLICY)), is_of_used=True),
    Forgery("no grant", "epoch", lambda b, c: replace(b, action=replace(b.action, grant=None)), is_of_used=True),
    Forgery("seats", "covered", lambda b, c: replace(
        b, guard=replace(b.guard, verdict=RequireApproval(rule="r", roles=(Approver.OWNER, Approver.MANAGER)))),
        is_of_used=True),
    Forgery("account lease", "fence", lambda b, c: replace(b, happening=Claim(WORKER, 2 + c.randrange(99))),
            is_of_used=True),
)  # fmt: skip
FORGERIES = (*SAID, *USED)


def ballot(number: int, *, is_used: bool) -> Ballot:
    """Make a yes that counts: what differs from number to number is the mail and its reader."""
    plain = drafted(number, NOW)
    person = Principal(tenant=ONE, user=OWNER, role=Role.SELLER)
    locks = Locks(fence=1, holder=WORKER, held_until=NOW + timedelta(hours=1))
    guard = GuardContext(
        now=NOW, wall=NOW, policy_version="p", verdict=Allow(rule="r"), outgoing=Allow(rule="r"),
        rest_facts=plain.rest_facts, attempts_allowed=3, locks=locks,
    )  # fmt: skip
    said = Ballot(plain, Approve(person, plain.card_hash), guard)
    if not is_used:
        return said
    return replace(said, action=step(plain, said.happening, guard).action, happening=Claim(WORKER, 1))
