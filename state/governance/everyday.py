"""Everyday: an ordinary request fact by fact, a supposed one made from it, and both in words.

Invariant: a supposed request knows every fact, save those it was told are unknown.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from state.decision.proposal import ACTION_CLASSES
from state.errors import InvalidInput
from state.governance.catalogue import FactType, Scalar
from state.governance.condition import in_words
from state.governance.expression import Compare, Op
from state.governance.facts import (
    CLASS,
    CONFIDENCE,
    EXTERNAL,
    HUMAN_TOUCH,
    LEVEL,
    POLICY_FACTS,
    Facts,
    spec_of,
)
from state.governance.faults import meant
from state.governance.verdict import Allow, Clarify, Deny, NotBefore, RequireApproval, Verdict

SOMEBODY: Final = "something else"
"""Stands for every text that no rule names."""
USUAL: Final[Mapping[str, tuple[Scalar, ...]]] = MappingProxyType(
    {
        "action.type": ("update_crm", "create_task", "send_email", "draft_quote", "ask"),
        CLASS: (2, 3, 1, 4),
        EXTERNAL: (False, True),
        "action.commercial": (False,),
        "action.amount": (Decimal(0), Decimal(50_000), Decimal(5_000_000)),
        "action.discount_percent": (Decimal(0), Decimal(15), Decimal(30)),
        "action.reversible": (True,),
        "action.untrusted_dependent": (False,),
        "action.grounded": (True,),
        "action.in_scope": (True,),
        "placeholders.unresolved": (False,),
        "price.backed": (True,),
        "agent.name": ("playbook", SOMEBODY),
        LEVEL: ("L1", "L2", "L3", "L0"),
        "principal.role": ("agent", "seller"),
        "principal.is_owner": (False,),
        "owner.opt_in": (False, True),
        "owner.away": (False,),
        CONFIDENCE: (Decimal("0.9"), Decimal("0.5"), Decimal("0.99"), Decimal("0.1")),
        "recipient.verified": (True,),
        "recipient.opted_out": (False,),
        "recipient.undeliverable": (False,),
        "recipient.first_mail": (False,),
        "recipient.blocked": (False,),
        "recipient.touches_3bd": (0, 1, 2),
        "recipient.touches_14d": (0, 1, 2, 3),
        "recipient.quiet_now": (False,),
        "total.mails_day": (1, 20, 100),
        "total.discount_quarter": (Decimal(0), Decimal(50_000), Decimal(5_000_000)),
        "recipient.opens_at": (datetime(2031, 5, 6, 6, tzinfo=UTC),),
        "account.status": ("customer",),
        "account.churned": (False,),
        "account.fire": (False,),
        "contradiction.critical": (False,),
        "freshness.hard_exceeded": (False,),
        "plan.active": (False,),
        "origin.open_untrusted": (0, 1, 5),
        "action.paused": (False,),
        "stop.on": (False,),
        "budget.exhausted": (False,),
    }
)
"""What an everyday request looks like, the most usual value first."""
EVERYDAY: Final[tuple[tuple[str, int, bool], ...]] = (
    ("update_crm", 2, False),
    ("send_email", 3, True),
    ("create_task", 1, False),
    ("draft_quote", 2, False),
    ("ask", 4, False),
)
"""What goes together: action, class and reach."""
ALWAYS_TOLD: Final = ("action.type", CLASS, EXTERNAL)
UNKNOWN: Final = "unknown"
_TRUTHS: Final = {"true": True, "yes": True, "false": False, "no": False}


def facts_in_words(facts: Facts) -> tuple[str, ...]:
    """Tell a request: what it does, and each fact that is not as usual."""
    act = _act_in_words(facts)
    told = [act] if act else []
    for name in POLICY_FACTS.specs:
        value, usual = facts.values.get(name), USUAL.get(name, ())
        if name in ALWAYS_TOLD:
            told += [] if act else [fact_in_words(name, value)]
        elif not usual or value != usual[0]:
            told.append(fact_in_words(name, value))
    return tuple(told)


def _act_in_words(facts: Facts) -> str:
    """Tell in one phrase what is done and how far it reaches; empty where one of them is not known."""
    kind, rank, reaches = (facts.values.get(name) for name in ALWAYS_TOLD)
    if kind is None or rank is None or reaches is None:
        return ""
    where = "it can reach a person outside" if reaches else "inside only"
    return f"{str(kind).replace('_', ' ')} of class {rank}, {where}"


def fact_in_words(name: str, value: Scalar | None) -> str:
    """Tell one fact; None is not known."""
    spec = POLICY_FACTS.specs[name]
    if value is None:
        joint = "whether " if spec.type is FactType.BOOL else ""
        return f"it is not known: {joint}{spec.description}"
    if isinstance(value, Decimal):
        value = value.quantize(Decimal("0.0001")).normalize() if value != value.to_integral_value() else value
        return f"{spec.description}: {value:f}"
    if isinstance(value, datetime):
        return f"{spec.description}: {value:%Y-%m-%d %H:%M} UTC"
    if not isinstance(value, bool):
        return f"{spec.description}: {value}"
    return in_words(Compare(fact=name, op=Op.EQ, value=value), POLICY_FACTS)


def verdict_in_words(verdict: Verdict, *, is_approved: bool = False) -> str:
    """Tell what a policy answers, and by which rule; `is_approved` when every seat has said yes."""
    goes = "it goes ahead" if is_approved else "it runs by itself"
    return f"{_answer_in_words(verdict, goes)} (rule {verdict.rule})"


def _answer_in_words(verdict: Verdict, goes: str) -> str:
    match verdict:
        case Allow(delay_minutes=0):
            return f"{goes} at once"
        case Allow(delay_minutes=minutes):
            return f"{goes} after {minutes} minutes"
        case NotBefore(at=at):
            return f"{goes} from {at:%Y-%m-%d %H:%M} UTC"
        case RequireApproval(roles=roles):
            return f"it needs the approval of {' and '.join(roles)}"
        case Clarify():
            return "a question must be answered first"
        case Deny():
            return "it is not done"


def supposed(action: str, told: Sequence[str], level: str | None = None) -> Facts:
    """Make a request from an action's type and FIELD=VALUE texts; what is not told is as usual.

    Raises: InvalidInput for an action, a fact or a value that is none, with the nearest words.
    """
    if action not in ACTION_CLASSES:
        raise InvalidInput(
            f"No action is called {action!r}.",
            field="action",
            value=action,
            remedy=meant(action, ACTION_CLASSES),
        )
    rank = ACTION_CLASSES[action]
    values: dict[str, Scalar | None] = {name: usual[0] for name, usual in USUAL.items()}
    values |= {"action.type": action, CLASS: rank, EXTERNAL: rank == HUMAN_TOUCH}
    if level is not None:
        values[LEVEL] = level
    for text in told:
        name, is_there, value = text.partition("=")
        spec = spec_of(name.strip(), POLICY_FACTS)
        if not is_there:
            raise InvalidInput(
                f"{text!r} has no value.", field=name, value=text, remedy=f"Write {name}=VALUE."
            )
        values[spec.name] = _read(value.strip(), is_truth=spec.type is FactType.BOOL)
    return Facts.of(values)


def _read(text: str, *, is_truth: bool) -> Scalar | None:
    """Read a value as a person types it; its type is checked with the others."""
    if text == UNKNOWN:
        return None
    if is_truth:
        return _TRUTHS.get(text.lower(), text)
    try:
        return Decimal(text)
    except ArithmeticError:
        return text
