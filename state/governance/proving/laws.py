"""Laws: what holds for every request under a stack of layers, each proved or refuted with an example.

Invariant: a law that is said to hold was shown to have no exception among all facts, known and missing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import z3

from state.governance.everyday import fact_in_words, facts_in_words, verdict_in_words
from state.governance.facts import CLASS, CONFIDENCE, EXTERNAL, HUMAN_TOUCH
from state.governance.judge import unreviewed
from state.governance.policy import Layer
from state.governance.proving.request import Answer, answered, facts_of, usual_first
from state.governance.proving.said import Said, permits_more, said
from state.governance.proving.stacks import stacks
from state.governance.proving.terms import Term, Terms, every, no, number, some, terms_for, truth

Clamp: TypeAlias = Callable[[z3.ArithRef, z3.ArithRef], z3.ArithRef]
"""From the unlearned and the calibrated confidence to the one that policy reads."""
QUIET: Final = "recipient.quiet_now"
OPENS: Final = "recipient.opens_at"


@dataclass(frozen=True, slots=True)
class Refutation:
    """One request for which a law does not hold."""

    request: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """One law, and an exception to it where there is one."""

    law: str
    sentence: str
    remedy: str
    where: str = ""
    """The layers it was asked about, where not all."""
    exception: Refutation | None = None

    @property
    def holds(self) -> bool:
        """Say whether no request breaks it."""
        return self.exception is None


@dataclass(frozen=True, slots=True)
class Law:
    """A law about one request under one stack."""

    name: str
    sentence: str
    remedy: str
    broken: Callable[[Said, Terms], z3.BoolRef]


def least(unlearned: z3.ArithRef, calibrated: z3.ArithRef) -> z3.ArithRef:
    """Give the confidence that policy reads: never above the unlearned one."""
    return number(z3.If(truth(calibrated < unlearned), calibrated, unlearned))


def _reaches_outside(answer: Said, terms: Terms) -> z3.BoolRef:
    reach, rank = terms.of[EXTERNAL], terms.of[CLASS]
    inside = every((reach.equals(value=False), rank.known, no(rank.equals(HUMAN_TOUCH))))
    return every((answer.runs, no(inside)))


def _denied_is_done(answer: Said, terms: Terms) -> z3.BoolRef:
    return every((some(answer.denying), no(answer.denied)))


def _held_goes_early(answer: Said, terms: Terms) -> z3.BoolRef:
    early = some(every((wait.matches, no(answer.waits_until(wait.end)))) for wait in answer.waits)
    endless = some(every((wait.matches, no(wait.has_end))) for wait in answer.waits)
    return every((no(answer.denied), some((early, endless))))


def _goes_at_night(answer: Said, terms: Terms) -> z3.BoolRef:
    opens = terms.of[OPENS]
    night = every((terms.of[EXTERNAL].equals(value=True), terms.of[QUIET].equals(value=True)))
    waits = every((opens.known, answer.waits_until(number(opens.value))))
    return every((night, no(answer.denied), no(waits)))


LAWS: Final = (
    Law(
        "outside",
        "Nothing that can reach a person outside runs by itself.",
        "Let each allow rule say that action.external is false and that the class is not 3.",
        _reaches_outside,
    ),
    Law(
        "deny",
        "What a deny rule matches is not done, whoever approves.",
        "Report this: the program does not keep its own law.",
        _denied_is_done,
    ),
    Law(
        "hold",
        "What a hold rule matches waits for its time, whoever approves.",
        "Report this: the program does not keep its own law.",
        _held_goes_early,
    ),
    Law(
        "quiet-hours",
        "Nothing leaves before the recipient's business hours.",
        "Keep a hold rule for action.external with recipient.quiet_now, until recipient.opens_at.",
        _goes_at_night,
    ),
)
_NARROW: Final = (
    "layers",
    "A layer only narrows what the layers before it permit.",
    "Remove what this layer allows; only the base may allow.",
)
_LEARNING: Final = (
    "learning",
    "Nothing that is learned lets more happen.",
    "Read confidence only as a lower bound in allow and an upper bound in deny and require, never under not.",
)
_UNKNOWN: Final = (
    "unknown",
    "A fact that is not known never lets more happen than its value would.",
    "Report this: the program does not keep its own law.",
)


def proven(stack: Sequence[Layer], *, clamp: Clamp = least) -> tuple[Proof, ...]:
    """Prove every law for layers in order, base first; `clamp` is what learning does to the confidence.

    Raises: InvalidInput for layers that cannot be compiled.
    """
    terms = terms_for(stack)
    whole = said(stack, terms)
    proofs = [_single(law, stack, whole, terms) for law in LAWS]
    return (
        *proofs,
        *_narrowing(stack, terms),
        _learning(stack, terms, clamp),
        _forgetting(stack, terms, whole),
    )


def proven_everywhere(layers: Sequence[Layer], *, clamp: Clamp = least) -> tuple[Proof, ...]:
    """Prove every law for every stack that files can make; of equal answers one, the refuted ones first.

    Raises: InvalidInput for layers that cannot be compiled.
    """
    found: dict[tuple[str, str, bool], Proof] = {}
    for one in stacks(layers):
        for proof in proven(one, clamp=clamp):
            found.setdefault((proof.law, proof.where, proof.holds), proof)
    refuted = {(law, where) for law, where, holds in found if not holds}
    return tuple(
        proof for (law, where, holds), proof in found.items() if not (holds and (law, where) in refuted)
    )


def _solver(terms: Terms, *parts: z3.BoolRef) -> z3.Solver:
    solver = z3.Solver()
    solver.add(terms.sound, *parts)
    return solver


def _single(law: Law, stack: Sequence[Layer], whole: Said, terms: Terms) -> Proof:
    solver = _solver(terms, law.broken(whole, terms))
    exception = None
    if solver.check() != z3.unsat:
        answer = answered(unreviewed(stack), facts_of(usual_first(solver, terms), terms))
        exception = Refutation(facts_in_words(answer.facts), tuple(_told("The policy says", answer)))
    return Proof(law.name, law.sentence, law.remedy, exception=exception)


def _told(who: str, answer: Answer) -> Iterator[str]:
    yield f"{who}: {verdict_in_words(answer.verdict)}."
    if answer.after_approval != answer.verdict:
        yield f"{who}, once it is approved: {verdict_in_words(answer.after_approval, is_approved=True)}."


def _narrowing(stack: Sequence[Layer], terms: Terms) -> Iterator[Proof]:
    """Compare each stack with the one before its last layer."""
    for count in range(2, len(stack) + 1):
        fewer, more = stack[: count - 1], stack[:count]
        solver = _solver(terms, permits_more(said(more, terms), said(fewer, terms)))
        exception = None
        if solver.check() != z3.unsat:
            facts = facts_of(usual_first(solver, terms), terms)
            before, after = answered(unreviewed(fewer), facts), answered(unreviewed(more), facts)
            title = more[-1].title
            told = (*_told("Without the layer", before), *_told(f"With the layer {title}", after))
            exception = Refutation(facts_in_words(facts), told)
        yield Proof(*_NARROW, where=more[-1].title, exception=exception)
    if len(stack) < 2:
        yield Proof(*_NARROW, where="the base alone")


def _learning(stack: Sequence[Layer], terms: Terms, clamp: Clamp) -> Proof:
    """Compare a request judged with a calibrated confidence with the same one judged without."""
    unlearned = number(terms.of[CONFIDENCE].value)
    calibrated = z3.Real("calibrated")
    learned = terms.with_value(CONFIDENCE, clamp(unlearned, calibrated))
    widens = permits_more(said(stack, learned), said(stack, terms))
    solver = _solver(terms, widens, truth(calibrated >= 0), truth(calibrated <= 1))
    if solver.check() == z3.unsat:
        return Proof(*_LEARNING)
    return Proof(*_LEARNING, exception=_two_sided(stack, solver, terms, learned, "learning"))


def _two_sided(
    stack: Sequence[Layer], solver: z3.Solver, terms: Terms, others: Terms, what: str
) -> Refutation:
    """Tell a request and how another reading of it differs."""
    model, judge = usual_first(solver, terms), unreviewed(stack)
    before, after = answered(judge, facts_of(model, terms)), answered(judge, facts_of(model, others))
    names = [name for name in terms.of if before.facts.values.get(name) != after.facts.values.get(name)]
    changed = [f"with {what}, {fact_in_words(name, after.facts.values.get(name))}" for name in names]
    told = (*_told(f"Without {what}", before), *_told(f"With {what}", after))
    return Refutation((*facts_in_words(before.facts), *changed), told)


def _forgetting(stack: Sequence[Layer], terms: Terms, whole: Said) -> Proof:
    """Compare a request with itself when any facts at all are forgotten."""
    fewer = Terms({name: _forgettable(name, term) for name, term in terms.of.items()})
    solver = _solver(terms, permits_more(said(stack, fewer), whole))
    if solver.check() == z3.unsat:
        return Proof(*_UNKNOWN)
    return Proof(*_UNKNOWN, exception=_two_sided(stack, solver, terms, fewer, "a fact forgotten"))


def _forgettable(name: str, term: Term) -> Term:
    return Term(term.spec, every((term.known, z3.Bool(f"kept {name}"))), term.value, term.words)
