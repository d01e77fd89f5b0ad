"""Request: one example out of a solution, as near to an everyday request as it can be.

Invariant: the example still breaks what the solver was asked about; every fact that need not be unusual is usual.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from state.governance.catalogue import Scalar
from state.governance.everyday import EVERYDAY, USUAL
from state.governance.facts import CLASS, EXTERNAL, Facts
from state.governance.judge import Judge
from state.governance.proving.terms import OTHER, Term, Terms, every
from state.governance.verdict import RequireApproval, Verdict


def usual_first(solver: z3.Solver, terms: Terms) -> z3.ModelRef:
    """Make every fact of a broken case as usual as it can be, and give the case; the solver's answer is `sat`."""
    for kind, rank, reach in EVERYDAY:
        pinned = (("action.type", kind), (CLASS, rank), (EXTERNAL, reach))
        both = every(terms.of[name].equals(value) for name, value in pinned)
        if solver.check(both) == z3.sat:
            solver.add(both)
            break
    _settle(solver, list(terms.of.items()))
    solver.check()
    return solver.model()


def _settle(solver: z3.Solver, facts: Sequence[tuple[str, Term]]) -> None:
    """Make facts usual, all at once where that goes, else by halves; one alone takes what is nearest to usual."""
    first = [term.equals(values[0]) for name, term in facts if (values := _worded(USUAL.get(name, ()), term))]
    if solver.check(every(first)) == z3.sat:
        solver.add(*first)
    elif len(facts) > 1:
        half = len(facts) // 2
        _settle(solver, facts[:half])
        _settle(solver, facts[half:])
    else:
        _settle_one(solver, *facts[0])


def _settle_one(solver: z3.Solver, name: str, term: Term) -> None:
    """Take the first value that still fits, else any, else none at all."""
    wanted = [term.equals(value) for value in _worded(USUAL.get(name, ()), term)[1:]]
    for choice in (*wanted, term.known):
        if solver.check(choice) == z3.sat:
            solver.add(choice)
            return


def _worded(values: tuple[Scalar, ...], term: Term) -> tuple[Scalar, ...]:
    """Keep the texts that the case can tell apart."""
    return tuple(value for value in values if not term.words or value in term.words)


def facts_of(model: z3.ModelRef, terms: Terms) -> Facts:
    """Read a whole request out of a case."""
    return Facts.of({name: _usual_word(name, term, term.decoded(model)) for name, term in terms.of.items()})


def _usual_word(name: str, term: Term, value: Scalar | None) -> Scalar | None:
    """Say the usual word where no rule tells it from any other."""
    usual = USUAL.get(name, ())
    return usual[0] if value == OTHER and usual and usual[0] not in term.words else value


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side of an example says."""

    facts: Facts
    verdict: Verdict
    after_approval: Verdict
    """What is left when every seat has approved."""


def answered(judge: Judge, facts: Facts) -> Answer:
    """Ask the compiled judge about an example, so that no example rests on the solver alone."""
    judgement = judge(facts)
    seats = judgement.verdict.roles if isinstance(judgement.verdict, RequireApproval) else ()
    return Answer(facts, judgement.verdict, judgement.after_approval(seats))
