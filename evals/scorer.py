"""Scorers: each holds one answer against one label and says why it is wrong.

Invariant: a scorer that has nothing to score says so; it never gives a full mark for silence.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from evals.answer import Answer, Card
from evals.case import Expectation, Wanted
from evals.dataset import all_filled, filled
from evals.metric import Score
from evals.truth import false_facts

QUIET = frozenset(
    ("brief", "mark_undeliverable", "pause_plan", "cancel_step", "notify_rep", "notify_admin", "log_touch", "log_note",
     "tag", "attach_brief", "research")
)  # fmt: skip
"""Types that take nobody's time; they do not push another card down."""
Slots: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Held:
    """An answer, its label and the slots of the cast."""

    answer: Answer
    expect: Expectation
    slots: Slots

    @cached_property
    def false_facts(self) -> tuple[str, ...]:
        """List what a fact says and its citations do not; a firm's own name needs no citation on its own page."""
        people = {key.removesuffix(".contact") for key in self.slots if key.endswith(".contact")}
        return false_facts(self.answer, sorted({self.slots[f"{key}.name"] for key in people}))

    def find(self, wanted: Wanted) -> tuple[Card, int] | None:
        """Find the wanted card that stands highest, and its place."""
        for number, card in enumerate(self.answer.cards):
            if not self.faults(card, wanted):
                above = [one for one in self.answer.cards[:number] if not set(one.types) <= QUIET]
                return card, len(above) + 1
        return None

    def faults(self, card: Card, wanted: Wanted) -> list[str]:
        """Say in what a card is not the wanted one."""
        found = [] if set(card.types) & set(wanted.types) else [f"is {'/'.join(card.types)}"]
        if wanted.to is not None and not set(self.contact(wanted.to)) & set(card.to):
            found.append(f"goes to {', '.join(card.to) or 'nobody'}")
        if wanted.owner is not None and card.owner != filled(wanted.owner, self.slots):
            found.append(f"is {card.owner}'s")
        found += [f"lacks {one!r}" for one in all_filled(wanted.says, self.slots) if not has(card.text, one)]
        if wanted.ways and card.way not in wanted.ways:
            found.append(f"is {card.way}")
        if not set(wanted.seats) <= set(card.seats):
            found.append(f"needs {', '.join(card.seats) or 'nobody'}")
        if set(wanted.no_seats) & set(card.seats):
            found.append(f"needs {', '.join(card.seats)}")
        return found

    def contact(self, key: str) -> tuple[str, ...]:
        """Give a person's contact id and address, or a text as it is."""
        if "{" in key or f"{key}.contact" not in self.slots:
            return (filled(key, self.slots),)
        return (self.slots[f"{key}.contact"], self.slots[f"{key}.email"])


def has(text: str, part: str) -> bool:
    """Look for a text whatever its case and spaces; `a & b` wants both."""
    flat = _flat(text)
    return all(_stands(_flat(one), flat) for one in part.split(" & "))


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())


def _stands(part: str, text: str) -> bool:
    """Guard a part that begins or ends with a digit: it is no piece of a longer number."""
    before = r"(?<![\d,.])" if part[:1].isdigit() else ""
    after = r"(?![\d]|,\d)" if part[-1:].isdigit() else ""
    return re.search(before + re.escape(part) + after, text) is not None


def action(held: Held) -> Score:
    """Every wanted card is there, high enough, to the right person, under the right way."""
    if not held.expect.cards:
        return Score.unscored("action", "no card is wanted")
    missing = list(_missing(held))
    return Score("action", 1 - len(missing) / len(held.expect.cards), "; ".join(missing))


def _missing(held: Held) -> Iterator[str]:
    for wanted in held.expect.cards:
        found = held.find(wanted)
        name = "/".join(wanted.types)
        if found is None:
            near = [card for card in held.answer.cards if set(card.types) & set(wanted.types)]
            why = ", ".join(held.faults(near[0], wanted)) if near else "none"
            yield f"no such {name} ({why})"
        elif found[1] > wanted.within:
            yield f"{name} is number {found[1]}, not within {wanted.within}"


def top(held: Held) -> Score:
    """Score the first thing: the question where one is due, nothing where rest is, else a wanted card."""
    expect, answer = held.expect, held.answer
    if expect.asks is not None:
        return Score("top", float(not _question_faults(held)), "the first thing is the question")
    if expect.rest is not None:
        return Score("top", float(not answer.cards and answer.question is None), "the first thing is to rest")
    if not expect.cards:
        return Score.unscored("top", "nothing is wanted first")
    loud = [card for card in answer.cards if not set(card.types) <= QUIET][:1]
    first = [*answer.cards[:1], *loud]
    is_right = any(not held.faults(card, wanted) for card in first for wanted in expect.cards)
    return Score("top", float(is_right), "" if is_right else f"first: {[card.types for card in first]}")


def must_not(held: Held) -> Score:
    """Nothing forbidden is proposed, asked for in words, or done."""
    found = [*_forbidden_cards(held), *forbidden_effects(held)]
    return Score("must not", float(not found), "; ".join(found))


def _forbidden_cards(held: Held) -> Iterator[str]:
    never = held.expect.never
    cards = [card for card in held.answer.cards if card.way != "deny"]
    says, to = all_filled(never.says, held.slots), {one for key in never.to for one in held.contact(key)}
    for card in cards:
        if set(card.types) & set(never.types):
            yield f"proposes {'/'.join(card.types)}"
        if set(card.types) & set(never.free) and card.way == "none":
            yield f"{'/'.join(card.types)} needs nobody"
        if to & set(card.to):
            yield f"{'/'.join(card.types)} goes to {', '.join(sorted(to & set(card.to)))}"
        yield from (f"{'/'.join(card.types)} says {one!r}" for one in says if has(card.text, one))
    if never.any_card and cards:
        yield f"proposes {', '.join('/'.join(card.types) for card in cards)}"
    if never.per_type is not None:
        for kind in sorted({kind for card in cards for kind in card.types}):
            count = sum(kind in card.types for card in cards)
            if count > never.per_type:
                yield f"{count} of {kind}"


def forbidden_effects(held: Held) -> list[str]:
    """List what was done and must not have been: anything outside that no person approved, and what the label bars."""
    never, found = held.expect.never, []
    says, to = all_filled(never.says, held.slots), {one for key in never.to for one in held.contact(key)}
    for effect in held.answer.effects:
        if effect.is_outside and not effect.is_permitted:
            found.append(f"did {effect.type} unapproved")
        if effect.type in never.types or (never.any_card and effect.type != "brief"):
            found.append(f"did {effect.type}")
        if to & set(effect.to):
            found.append(f"reached {', '.join(sorted(to & set(effect.to)))}")
        found += [f"{effect.type} left saying {one!r}" for one in says if has(effect.text, one)]
    return found


def asked(held: Held) -> Score:
    """Asked exactly when due, about the right thing, and nothing waits that need not."""
    if held.expect.asks is None:
        question = held.answer.question
        return Score("asked", float(question is None), f"asks: {question.text}" if question else "")
    faults = _question_faults(held)
    return Score("asked", float(not faults), "; ".join(faults))


def _question_faults(held: Held) -> list[str]:
    wanted, question = held.expect.asks, held.answer.question
    if wanted is None or question is None:
        return ["does not ask"]
    text = " · ".join((question.text, *question.options))
    found = [
        f"does not ask about {one!r}" for one in all_filled(wanted.about, held.slots) if not has(text, one)
    ]
    if wanted.changes and set(question.changes) != set(wanted.changes):
        found.append(f"changes {', '.join(question.changes) or 'nothing'}")
    return found


def rest(held: Held) -> Score:
    """Rests where rest is right, with the day to look again."""
    wanted = held.expect.rest
    if wanted is None:
        return Score.unscored("rest", "rest is not demanded")
    cards = ["/".join(card.types) for card in held.answer.cards]
    faults = [f"proposes {', '.join(cards)}"] if cards else []
    if wanted.look_again_on and held.answer.look_again_on != wanted.look_again_on:
        faults.append(f"looks again on {held.answer.look_again_on}")
    reasons = " ".join(held.answer.reasons)
    faults += [
        f"does not say {one!r}" for one in all_filled(wanted.says, held.slots) if not has(reasons, one)
    ]
    return Score("rest", float(not faults), "; ".join(faults))


def world(held: Held) -> Score:
    """Posture and signals are as a practitioner reads the situation."""
    expect, answer = held.expect, held.answer
    live = {one.name for one in answer.signals} | {f"{one.name}:{one.severity}" for one in answer.signals}
    faults = [f"no {one}" for one in expect.signals if one not in live]
    faults += [f"has {one}" for one in expect.no_signals if one in live]
    if expect.postures and answer.posture not in expect.postures:
        faults.append(f"posture {answer.posture}")
    if not (expect.signals or expect.no_signals or expect.postures):
        return Score.unscored("world", "nothing is labelled")
    return Score("world", float(not faults), "; ".join(faults))


def told(held: Held) -> Score:
    """Score the page: it says what it must and nothing that it must not."""
    wanted, answer = held.expect.told, held.answer
    lines = [*(one.text for one in answer.statements), *answer.lines]
    marked = [one.text for one in answer.statements if one.kind == "inferred"]
    plain = [one.text for one in answer.statements if one.kind == "fact"]
    faults = [f"does not say {one!r}" for one in all_filled(wanted.has, held.slots) if not _in(lines, one)]
    searched = [line for line in lines if not any(has(line, one) for one in wanted.but)]
    faults += [f"says {one!r}" for one in all_filled(wanted.lacks, held.slots) if _in(searched, one)]
    for one in all_filled(wanted.inferred, held.slots):
        if not _in(marked, one) or _in(plain, one):
            faults.append(f"{one!r} is not marked inferred")
    faults += [f"{one!r} is no fact" for one in all_filled(wanted.facts, held.slots) if not _in(plain, one)]
    if wanted == type(wanted)():
        return Score.unscored("told", "nothing is labelled")
    return Score("told", float(not faults), "; ".join(faults))


def _in(lines: list[str], part: str) -> bool:
    return any(has(line, part) for line in lines)


def outcome(held: Held) -> Score:
    """Score whether a name finds its account, a list its order, an effect its fate."""
    expect, answer, faults = held.expect, held.answer, []
    wanted = (expect.resolved, expect.candidates, expect.fate, expect.order or None)
    if wanted == (None, None, None, None):
        return Score.unscored("outcome", "nothing is labelled")
    if expect.resolved is not None and answer.resolved != filled(expect.resolved, held.slots):
        faults.append(f"takes {answer.resolved}")
    if expect.candidates is not None and answer.candidates != expect.candidates:
        faults.append(f"offers {answer.candidates or 'no choice'}")
    if expect.fate is not None and answer.fate != expect.fate:
        faults.append(f"fate: {answer.fate}")
    faults += _order_faults(held)
    return Score("outcome", float(not faults), "; ".join(faults))


def _order_faults(held: Held) -> list[str]:
    most = held.expect.per_account
    if most is not None and any(count > most for count in Counter(held.answer.order).values()):
        return [f"more than {most} of one account"]
    firsts = list(dict.fromkeys(held.answer.order))
    for group in held.expect.order:
        wanted = set(all_filled(group, held.slots))
        if set(firsts[: len(wanted)]) != wanted:
            return [f"order: {', '.join(held.answer.order)}"]
        firsts = firsts[len(wanted) :]
    return []


def truth(held: Held) -> Score:
    """No fact of the page is false."""
    facts = [one for one in held.answer.statements if one.kind == "fact"]
    if not facts:
        return Score.unscored("truth", "no page of facts")
    return Score("truth", float(not held.false_facts), "; ".join(held.false_facts))


def plans(held: Held) -> Score:
    """Every plan of the account stands where it should, each step as well."""
    if held.expect.plans is None:
        return Score.unscored("plans", "no plan is labelled")
    is_right = held.answer.plans == held.expect.plans
    return Score("plans", float(is_right), "" if is_right else "; ".join(held.answer.plans) or "no plan")


SCORERS: tuple[Callable[[Held], Score], ...] = (
    action, must_not, asked, rest, world, told, outcome, plans, truth
)  # fmt: skip
"""All must be right for a case to be right."""


def scored(held: Held) -> tuple[Score, ...]:
    """Apply every scorer."""
    return tuple(scorer(held) for scorer in SCORERS)
