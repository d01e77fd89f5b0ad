"""The laws of autonomy: a word never reaches class 3, a withdrawal beats every timer, the ladder only climbs."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.governance.action import Action, Status
from state.governance.autonomy import ENOUGH, LETTABLE, Tally, objection_to
from state.governance.bounds import joined
from state.governance.catalogue import Scalar
from state.governance.facts import LEVELS, policy_confidence
from state.governance.guard import GuardContext, Locks
from state.governance.happening import AutoDue, Cancel, Claim, Edit, Happening, PolicyChanged, Undo
from state.governance.judge import Judge, compile_policy, unreviewed
from state.governance.ladder import Breach, Rung, Violation, rung_for
from state.governance.lifecycle import step
from state.governance.policy import Ladder, Layer
from state.governance.result import Moved, Result
from state.governance.review import reviewed
from state.governance.tallying import RIGHT, TAKEN_BACK, WRONG, is_material, tally_of
from state.governance.verdict import Allow, Approver, RequireApproval
from tests.fakes.drafts import LEASE_UNTIL, NOW, UMA, WALL, an_action, approve, effect, guard
from tests.unit.policy_table import MAIL, SHIPPED, TRUSTED, VISIT, facts

LATER = WALL + timedelta(minutes=40)
HELD = Locks(fence=1, holder="w", held_until=LEASE_UNTIL + timedelta(hours=1))
ASKED = RequireApproval(rule="class2-no-opt-in", reasons=("It was taken back.",), roles=(Approver.OWNER,))
JUDGE = compile_policy(SHIPPED)
words = st.fixed_dictionaries(
    {
        "agent.level": st.sampled_from(LEVELS),
        "owner.opt_in": st.booleans(),
        "action.paused": st.booleans(),
        "confidence": st.decimals(0, 1, places=2),
        "principal.is_owner": st.booleans(),
    }
)


def outward(judge: Judge, said: dict[str, Scalar], kind: dict[str, Scalar]) -> str:
    return judge(facts({**kind, **said})).verdict.kind


@given(said=words, kind=st.sampled_from([dict(MAIL), dict(VISIT)]))
def test_no_word_and_no_level_lets_anything_outward_run(
    said: dict[str, Scalar], kind: dict[str, Scalar]
) -> None:
    assert outward(JUDGE, said, kind) in {"require_approval", "deny"}


def test_that_law_notices_a_policy_that_would_let_mail_run() -> None:
    rule = {
        "id": "mail-by-itself", "kind": "allow", "reason": "The owner said that mail may go.",
        "when": {"fact": "owner.opt_in", "op": "eq", "value": True},
    }  # fmt: skip
    kept = [
        rule.model_dump(mode="json", by_alias=True) for rule in SHIPPED[0].rules if rule.kind != "require"
    ]
    base = SHIPPED[0].model_dump(mode="json", by_alias=True)
    mutant = unreviewed([Layer.model_validate({**base, "rules": [*kept, rule]})])
    assert outward(mutant, {"owner.opt_in": True}, dict(MAIL)) == "allow"


@given(unlearned=st.decimals(0, 1, places=2), right=st.integers(0, 60), decided=st.integers(0, 60))
def test_what_people_decided_never_raises_the_confidence(
    unlearned: Decimal, right: int, decided: int
) -> None:
    calibrated = Tally(min(right, decided), decided).calibrated
    assert policy_confidence(unlearned, calibrated) <= unlearned
    assert (calibrated is None) == (decided < ENOUGH)


def test_a_share_comes_with_its_interval() -> None:
    low, high = Tally(27, 30).interval or (0, 0)
    assert (round(low, 2), round(high, 2)) == (0.74, 0.97)
    assert Tally().interval is None


def test_only_changes_inside_can_be_let_run() -> None:
    assert {kind for kind in LETTABLE if objection_to(kind)} == set()
    assert all(
        objection_to(kind) for kind in ("send_email", "schedule_meeting", "merge", "brief", "ask", "x")
    )


Steps = Callable[[Action, Happening, GuardContext], Result]
EVENTS: dict[str, tuple[Happening, bool]] = {
    "early": (AutoDue(), True),
    "due": (AutoDue(), False),
    "claim": (Claim("w", 1), False),
    "withdraw": (PolicyChanged(), False),
}


def carried(names: Sequence[str], law: Steps) -> Status:
    """Let timers, claims and one withdrawal come in some order; policy still says yes where it is asked late."""
    action = replace(an_action(external=False), auto_at=WALL + timedelta(minutes=30), armed_epoch=0)
    has_word = True
    for name in names:
        happening, is_early = EVENTS[name]
        has_word = has_word and name != "withdraw"
        verdict = Allow(rule="class2-monitored", delay_minutes=30) if has_word else ASKED
        now = replace(guard(action), wall=WALL if is_early else LATER, verdict=verdict, locks=HELD)
        action = law(action, happening, now).action
        if name == "withdraw" and action.status is Status.CLAIMED:
            return Status.PENDING
    return action.status


@given(before=st.lists(st.sampled_from(["early", "due"])), after=st.lists(st.sampled_from(sorted(EVENTS))))
def test_a_withdrawal_beats_every_timer(before: list[str], after: list[str]) -> None:
    assert carried([*before, "withdraw", *after], step) is Status.PENDING


def test_without_it_the_timer_runs_and_a_withdrawal_that_is_forgotten_is_seen() -> None:
    def forgetful(action: Action, happening: Happening, now: GuardContext) -> Result:
        stale = Allow(rule="class2-monitored", delay_minutes=30)
        return step(
            action,
            AutoDue() if isinstance(happening, PolicyChanged) else happening,
            replace(now, verdict=stale),
        )

    assert carried(["due", "claim"], step) is Status.CLAIMED
    assert carried(["due", "withdraw", "claim"], forgetful) is Status.CLAIMED


LADDER = Ladder(window_days=7, warn=1, pause=3, shadow=5, stop=10)


def violations(mine: int, others: int) -> list[Violation]:
    kinds = ["update_crm"] * mine + ["merge"] * others
    return [Violation(str(n), "playbook", kind, Breach.DENIED, NOW, "", "") for n, kind in enumerate(kinds)]


@given(mine=st.integers(0, 12), others=st.integers(0, 12), more=st.integers(0, 5))
def test_more_violations_never_give_a_lower_rung(mine: int, others: int, more: int) -> None:
    before = rung_for(LADDER, violations(mine, others), "update_crm")
    assert rung_for(LADDER, violations(mine + more, others), "update_crm").rank >= before.rank
    assert rung_for(LADDER, violations(mine, others + more), "update_crm").rank >= before.rank


@pytest.mark.parametrize(
    ("mine", "others", "rung"),
    [
        (0, 4, Rung.NONE), (1, 0, Rung.WARN), (2, 0, Rung.WARN), (3, 0, Rung.PAUSE), (1, 3, Rung.WARN),
        (1, 4, Rung.SHADOW), (4, 5, Rung.SHADOW), (1, 9, Rung.STOP), (0, 10, Rung.STOP),
    ],
)  # fmt: skip
def test_each_rung_has_its_border(mine: int, others: int, rung: Rung) -> None:
    assert rung_for(LADDER, violations(mine, others), "update_crm") is rung


def test_a_ladder_that_falls_is_refused() -> None:
    with pytest.raises(ValueError, match="rungs rise"):
        Ladder(window_days=7, warn=3, pause=2, shadow=5, stop=10)


def decided(happening: Happening, before: Action) -> Tally | None:
    return tally_of(before, happening, Moved(replace(before, status=Status.APPROVED)))


def test_a_decision_counts_once_and_as_what_it_found() -> None:
    action = an_action()
    shorter = replace(action, effect=effect(body="Hello there my good old friend"))
    assert decided(approve(action), action) == RIGHT
    assert decided(Cancel(UMA, "not worth it"), action) == WRONG
    assert decided(Cancel(UMA, "Already done"), action) == RIGHT
    assert decided(Edit(UMA, shorter, frozenset({"body"})), action) == WRONG
    assert decided(Undo(UMA), action) is None
    granted = step(action, approve(action), guard(action)).action
    assert decided(Undo(UMA), granted) == TAKEN_BACK
    edited = replace(action, predecessor=action.id, human_touched=True)
    assert decided(approve(edited), edited) is None


def test_a_fifth_of_the_words_is_the_border_of_a_material_edit() -> None:
    ten = effect(body="a b c d e f g h i j")
    assert not is_material(ten, effect(body="a b c d e f g h x y"))
    assert is_material(ten, effect(body="a b c d e f g x y z"))
    assert is_material(ten, effect(body="a b c d e f g h i j", to="raj@customer.example"))


def test_at_l2_with_a_word_a_change_runs_after_its_delay() -> None:
    assert JUDGE(facts(TRUSTED)).verdict == JUDGE(facts(TRUSTED)).verdict
    assert JUDGE(facts(TRUSTED)).verdict.kind == "allow"
    assert JUDGE(facts({**TRUSTED, "owner.opt_in": False})).verdict.kind == "require_approval"


def with_ladder(**changes: object) -> Layer:
    """Give the shipped base another ladder."""
    ladder = SHIPPED[0].bounds.ladder
    assert ladder is not None
    bounds = SHIPPED[0].bounds.model_copy(update={"ladder": ladder.model_copy(update=changes)})
    return SHIPPED[0].model_copy(update={"bounds": bounds})


def test_a_ladder_that_counts_a_rule_which_is_not_there_is_told() -> None:
    found = [one for one in reviewed((with_ladder(rules=("out-of-scop",)),)) if "ladder" in one.field]
    assert [(one.value, one.is_error) for one in found] == [("out-of-scop", False)]
    assert "out-of-scope" in found[0].remedy


def test_a_layer_only_makes_the_ladder_steeper() -> None:
    steep = Ladder(window_days=30, warn=1, pause=2, shadow=9, stop=9, rules=("recipient-unverified",))
    layer = Layer.model_validate({"layer": "tenant", "bounds": {"ladder": steep.model_dump()}})
    found = joined((SHIPPED[0], layer)).ladder
    assert (found.window_days, found.pause, found.shadow, found.stop) == (30, 2, 5, 9)
    assert found.rules == ("out-of-scope", "recipient-unverified")
