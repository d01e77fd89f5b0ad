"""Typed fields that write a layer: its limits, and an exception with an end; the text they give is the draft."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from state.errors import InvalidInput
from state.governance.catalogue import FactType, Scalar
from state.governance.expression import Compare, Op
from state.governance.facts import POLICY_FACTS, spec_of
from state.governance.policy import Exemption, Layer
from tools.policy_text import text_of

WHOLE = ("undo_hold_seconds", "class2_delay_minutes")
GROUPS = ("caps", "thresholds")


def with_limits(layer: Layer, values: Mapping[str, str]) -> str:
    """Write a layer with other limits; what is left empty stays. Raises: InvalidInput."""
    named: dict[str, dict[str, Decimal]] = {group: dict(getattr(layer.bounds, group)) for group in GROUPS}
    whole: dict[str, int] = {}
    for name, text in values.items():
        group, _, key = name.partition(".")
        is_named = group in GROUPS and key in named[group]
        if not text.strip() or not (is_named or name in WHOLE):
            continue
        if is_named:
            named[group][key] = _amount(name, text)
        else:
            whole[name] = int(_amount(name, text))
    bounds = layer.bounds.model_copy(update={**named, **whole})
    return text_of(layer.model_copy(update={"bounds": bounds}))


def _amount(name: str, text: str) -> Decimal:
    try:
        found = Decimal(text.strip())
    except InvalidOperation as error:
        raise InvalidInput(f"{text!r} is no number.", field=name, value=text) from error
    if not found.is_finite() or found < 0 or (name in WHOLE and found != found.to_integral_value()):
        raise InvalidInput(f"{text!r} does not fit here.", field=name, value=text, remedy="Write it as 20.")
    return found


def with_exception(layer: Layer, values: Mapping[str, str]) -> str:
    """Write a layer in which one rule has one more exception. Raises: InvalidInput."""
    rule = next(
        (one for one in layer.rules if one.id == values.get("rule") and hasattr(one, "exceptions")), None
    )
    if rule is None:
        raise InvalidInput("Choose a rule of this layer.", field="rule", value=values.get("rule", ""))
    reason = values.get("reason", "").strip()
    if not 10 <= len(reason) <= 200:
        raise InvalidInput("Say why in a sentence of 10 to 200 letters.", field="reason", value=reason)
    exemption = Exemption(when=_condition(values), until=_until(values.get("until", "")), reason=reason)
    fresh = rule.model_copy(update={"exceptions": (*getattr(rule, "exceptions", ()), exemption)})
    rules = tuple(fresh if one.id == rule.id else one for one in layer.rules)
    return text_of(layer.model_copy(update={"rules": rules}))


def _condition(values: Mapping[str, str]) -> Compare:
    spec = spec_of(values.get("fact", ""), POLICY_FACTS)
    op, text = values.get("op", "eq"), values.get("value", "").strip()
    if op not in set(Op) - {Op.IN} or not text:
        raise InvalidInput("Say where it does not hold.", field="value", value=text)
    return Compare(fact=spec.name, op=Op(op), value=_typed(text, spec.type))


def _typed(text: str, kind: FactType) -> Scalar:
    if kind is FactType.BOOL:
        known = {"true": True, "yes": True, "false": False, "no": False}
        if text.lower() not in known:
            raise InvalidInput(f"{text!r} is neither yes nor no.", field="value", value=text)
        return known[text.lower()]
    if kind in (FactType.INT, FactType.DECIMAL):
        amount = _amount("value", text)
        return int(amount) if amount == amount.to_integral_value() else amount
    return text


def _until(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is not a day.",
            field="until",
            value=text,
            remedy="Choose the last day on which it counts.",
        ) from error
