"""The solver's reading and the compiled closure say the same about every request: the two hold each other up."""

from decimal import Decimal

import z3
from hypothesis import assume, given, settings

from state.errors import InvalidInput
from state.governance.facts import Facts
from state.governance.judge import compile_policy
from state.governance.policy import Layer
from state.governance.proving.said import Said, said
from state.governance.proving.terms import Terms, no, terms_for
from state.governance.verdict import Allow, Approver, RequireApproval, Verdict
from tests.unit.policy_rows import MORE_ROWS
from tests.unit.policy_strategies import bases, known_facts, narrowings
from tests.unit.policy_table import AFTER_APPROVAL, ROWS, SHIPPED, facts

JUDGE = compile_policy(SHIPPED)


def read(stack: tuple[Layer, ...]) -> tuple[Said, Terms, z3.Solver]:
    """Read layers for the solver, once for many requests."""
    terms, solver = terms_for(stack), z3.Solver()
    solver.add(terms.sound)
    return said(stack, terms), terms, solver


READ = read(SHIPPED)


def solved(reading: tuple[Said, Terms, z3.Solver], known: Facts) -> tuple[str, frozenset[str], int]:
    """Let the solver say kind, seats and delay of one request."""
    answer, terms, solver = reading
    values = [
        term.equals(known.values[name]) if name in known.values else no(term.known)
        for name, term in terms.of.items()
    ]
    assert solver.check(*values) == z3.sat
    model = solver.model()

    def is_so(part: z3.BoolRef) -> bool:
        return bool(z3.is_true(model.eval(part, model_completion=True)))

    if is_so(answer.denied):
        return "deny", frozenset(), 0
    if is_so(answer.asks):
        return "require_approval", frozenset(s for s in Approver if is_so(answer.seats[s])), 0
    if is_so(answer.holds):
        return "not_before", frozenset(), 0
    delay = model.eval(answer.delay, model_completion=True)
    assert isinstance(delay, z3.IntNumRef)
    return "allow", frozenset(), delay.as_long()


def judged(verdict: Verdict) -> tuple[str, frozenset[str], int]:
    """Say the same of a verdict."""
    seats = verdict.roles if isinstance(verdict, RequireApproval) else ()
    return verdict.kind, frozenset(seats), verdict.delay_minutes if isinstance(verdict, Allow) else 0


def test_solver_and_closure_agree_on_every_row_of_the_table() -> None:
    for row in (*ROWS, *MORE_ROWS, *AFTER_APPROVAL):
        known = facts(row.facts)
        assert solved(READ, known) == judged(JUDGE(known).verdict), row.said


@settings(deadline=None, max_examples=50)
@given(known=known_facts())
def test_solver_and_closure_agree_on_any_request(known: Facts) -> None:
    assert solved(READ, known) == judged(JUDGE(known).verdict)


@settings(deadline=None, max_examples=12)
@given(base=bases(), layer=narrowings(), known=known_facts())
def test_solver_and_closure_agree_under_any_policy(base: Layer, layer: Layer, known: Facts) -> None:
    stack = (base, layer)
    try:
        judge = compile_policy(stack)
    except InvalidInput:
        assume(False)
        raise
    assert solved(read(stack), known) == judged(judge(known).verdict)


def test_the_comparison_notices_a_rule_that_only_one_side_knows() -> None:
    base = SHIPPED[0]
    cut = base.model_copy(update={"rules": tuple(rule for rule in base.rules if rule.id != "stop-switch")})
    stopped = facts({"stop.on": True, "confidence": Decimal("0.9")})
    assert solved(read((cut,)), stopped) != judged(JUDGE(stopped).verdict)
