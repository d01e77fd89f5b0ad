"""Facts: everything a policy rule may read about one action, as a typed catalogue, and checked values of it.

Invariant: an approval's `rest_hash` covers `world_facts` of what the judgement read; ambient facts are not
hashed, they are judged again at the claim.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Final, get_args

from state.canonical import Json
from state.decision.proposal import ActionType
from state.errors import InvalidInput
from state.governance.catalogue import Basis, Catalogue, FactSpec, FactType, Scalar, as_typed
from state.principal import Role

LEVELS: Final = ("L0", "L1", "L2", "L3")
EXTERNAL: Final = "action.external"
CLASS: Final = "action.class"
LEVEL: Final = "agent.level"
CONFIDENCE: Final = "confidence"
HUMAN_TOUCH: Final = 3
"""The action class of every effect that can reach a person outside."""

_WORLD, _AMBIENT = Basis.WORLD, Basis.AMBIENT
_BOOL, _INT, _DECIMAL = FactType.BOOL, FactType.INT, FactType.DECIMAL
_STR, _ENUM, _DATETIME = FactType.STR, FactType.ENUM, FactType.DATETIME

_ACTION: Final = (
    FactSpec("action.type", _STR, _WORLD, "the action", values=get_args(ActionType)),
    FactSpec(CLASS, _INT, _WORLD, "the action's class", between=(1, 4)),
    FactSpec(EXTERNAL, _BOOL, _WORLD, "it can reach a person outside the company or another's calendar"),
    FactSpec("action.commercial", _BOOL, _WORLD, "it offers, sells, renews or chases"),
    FactSpec("action.amount", _DECIMAL, _WORLD, "the amount it offers or changes, in the tenant's currency"),
    FactSpec("action.discount_percent", _DECIMAL, _WORLD, "the discount it offers, in percent"),
    FactSpec("action.reversible", _BOOL, _WORLD, "it can be undone"),
    FactSpec("action.untrusted_dependent", _BOOL, _WORLD, "unverified text from outside decides it"),
    FactSpec("action.grounded", _BOOL, _WORLD, "no check before the act blocks it"),
    FactSpec("action.in_scope", _BOOL, _WORLD, "its tool lies within what the request may use"),
    FactSpec("placeholders.unresolved", _BOOL, _WORLD, "its text still holds an unfilled placeholder"),
    FactSpec("price.backed", _BOOL, _WORLD, "every price and discount in it follows the price rules"),
)
_PEOPLE: Final = (
    FactSpec("agent.name", _STR, _AMBIENT, "the agent"),
    FactSpec(LEVEL, _ENUM, _AMBIENT, "the autonomy level", values=LEVELS, ordered=True, more_is_looser=True),
    FactSpec("principal.role", _ENUM, _AMBIENT, "the requester's role", values=tuple(Role)),
    FactSpec("principal.is_owner", _BOOL, _AMBIENT, "the requester owns the record"),
    FactSpec("owner.opt_in", _BOOL, _AMBIENT, "the owner let this kind of action run by itself"),
    FactSpec("owner.away", _BOOL, _AMBIENT, "the owner is away"),
    FactSpec(CONFIDENCE, _DECIMAL, _AMBIENT, "the confidence that the action is right", more_is_looser=True),
)
_RECIPIENT: Final = (
    FactSpec("recipient.verified", _BOOL, _WORLD, "every recipient is a verified contact"),
    FactSpec("recipient.opted_out", _BOOL, _WORLD, "a recipient has opted out"),
    FactSpec("recipient.undeliverable", _BOOL, _WORLD, "a recipient's address does not accept mail"),
    FactSpec("recipient.first_mail", _BOOL, _WORLD, "it is the first mail to a recipient's address"),
    FactSpec("recipient.blocked", _BOOL, _WORLD, "a recipient is on the block list"),
    FactSpec("recipient.touches_3bd", _INT, _AMBIENT, "mails to a recipient in the last 3 business days"),
    FactSpec("recipient.touches_14d", _INT, _AMBIENT, "mails to a recipient in the last 14 days"),
    FactSpec("recipient.quiet_now", _BOOL, _AMBIENT, "it is outside the recipient's business hours"),
    FactSpec("recipient.opens_at", _DATETIME, _AMBIENT, "the start of the recipient's next business hours"),
)
_TOTALS: Final = (
    FactSpec(
        "total.mails_day", _INT, _AMBIENT, "the number of mails in the owner's name today, this one included"
    ),
    FactSpec(
        "total.discount_quarter",
        _DECIMAL,
        _AMBIENT,
        "the total of discounts in the owner's name this quarter, this one included, in the tenant's currency",
    ),
)
_STATUSES: Final = ("prospect", "customer", "churned", "lost", "unknown")
_AROUND: Final = (
    FactSpec("account.status", _ENUM, _WORLD, "the account's status", values=_STATUSES),
    FactSpec("account.churned", _BOOL, _WORLD, "the account has churned"),
    FactSpec("account.fire", _BOOL, _WORLD, "the account has an open sev 1 or two open sev 2 tickets"),
    FactSpec("contradiction.critical", _BOOL, _WORLD, "sources contradict each other on what it rests on"),
    FactSpec("freshness.hard_exceeded", _BOOL, _AMBIENT, "a source it rests on is past its hard age limit"),
    FactSpec("plan.active", _BOOL, _WORLD, "a plan of this kind is active at the account"),
    FactSpec("origin.open_untrusted", _INT, _AMBIENT, "the open proposals from this one unverified source"),
    FactSpec("action.paused", _BOOL, _AMBIENT, "this kind of action is paused"),
    FactSpec("stop.on", _BOOL, _AMBIENT, "the stop switch is on"),
    FactSpec("budget.exhausted", _BOOL, _AMBIENT, "a budget for calls of this cost is spent"),
)

POLICY_FACTS: Final = Catalogue.of(*_ACTION, *_PEOPLE, *_RECIPIENT, *_TOTALS, *_AROUND)
"""What policy rules may read. With several recipients each recipient fact is the strictest over them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Known values, each of its fact's type; what is not here is missing and read the strictest way."""

    values: Mapping[str, Scalar]

    @classmethod
    def of(cls, values: Mapping[str, Scalar | None], catalogue: Catalogue = POLICY_FACTS) -> "Facts":
        """Check names and types; None means missing.

        Raises: InvalidInput for a name outside the catalogue or a value of another type.
        """
        known = {name: value for name, value in values.items() if value is not None}
        checked = {name: as_typed(value, spec_of(name, catalogue)) for name, value in known.items()}
        return cls(checked)

    def without(self, name: str) -> "Facts":
        """Forget one fact."""
        return Facts({key: value for key, value in self.values.items() if key != name})


def spec_of(name: str, catalogue: Catalogue) -> FactSpec:
    """Find a fact by name.

    Raises: InvalidInput with the nearest names.
    """
    if name not in catalogue.specs:
        near = get_close_matches(name, sorted(catalogue.specs), n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else "See the fact catalogue in policies/README.md."
        raise InvalidInput(f"No fact is called {name!r}.", field="fact", value=name, remedy=remedy)
    return catalogue.specs[name]


def world_facts(facts: Facts, read: Collection[str], catalogue: Catalogue = POLICY_FACTS) -> dict[str, Json]:
    """Collect, of the facts that were read, those that describe the world, in canonical form.

    Shape: sorted by name; a missing fact is None, so that its arrival shows too.
    """
    names = sorted(name for name in read if catalogue.specs[name].basis is Basis.WORLD)
    return {name: _canonical(facts.values.get(name)) for name in names}


def written(facts: Facts) -> dict[str, bool | int | str]:
    """Write facts to be kept; `Facts.of` reads them again."""
    return {name: _plain(value) for name, value in sorted(facts.values.items())}


def _plain(value: Scalar) -> bool | int | str:
    found = _canonical(value)
    return found if isinstance(found, bool | int) else str(found)


def _canonical(value: Scalar | None) -> Json:
    """Write one value so that equal values have equal bytes."""
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case datetime():
            return value.astimezone(UTC).isoformat()
        case _:
            return value


def policy_confidence(unlearned: Decimal | float, calibrated: Decimal | float | None) -> Decimal:
    """Give the confidence that policy may read: never above the unlearned one."""
    first = Decimal(str(unlearned))
    return first if calibrated is None else min(first, Decimal(str(calibrated)))
