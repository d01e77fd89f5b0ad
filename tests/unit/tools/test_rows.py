"""Tasks, notes, notifications, escalations, plans and outcomes: rows of ours, named after their action."""

from dataclasses import replace
from pathlib import Path

import pytest

from state.canonical import canonical_json
from state.errors import InvalidInput
from state.governance.effect import Effect
from state.ids import ActionId
from state.ports.deciding import Deliberating
from state.ports.tooling import Inside
from state.world.records import MeetingUpdated, PlanUpdated
from tests.build import NOW, PROFILE
from tests.fakes.tooling import ACTION, KEY, USERS, acme, carrying, gateway, looking_at, proposal, words
from tools.catalog import WRITES
from tools.catalog.task import Premises, Task

GATE = gateway(Path("home"))
TICKET = "Ticket/SUP-4412"


@pytest.fixture(scope="module")
def about() -> Deliberating:
    return looking_at(acme())


def render(
    about: Deliberating, kind: str, arguments: dict[str, str] | None = None, **changes: object
) -> Effect:
    return GATE.prepare(proposal(kind, arguments=arguments or {}, **changes), ACTION, None, about)


def written(
    about: Deliberating, kind: str, arguments: dict[str, str] | None = None, **changes: object
) -> Inside:
    return GATE.inside(carrying(render(about, kind, arguments, **changes)), NOW)


def test_a_task_names_what_by_when_and_the_records_it_is_about(about: Deliberating) -> None:
    arguments = {"title": "Call", "due_on": "2026-06-01", "deal": "D-1", "ticket": "SUP-4412", "mail": "ML-7",
                 "document": "battle-card", "contact": "raj-patel"}  # fmt: skip
    effect = render(about, "create_task", arguments)
    assert effect.content == canonical_json(effect.arguments).decode()
    assert (effect.recipients, effect.external) == ((), False)
    inside = GATE.inside(carrying(effect), NOW)
    (record,) = inside.records
    assert (record.kind, record.owner, record.account, record.at) == ("task", "maya", "acme", NOW)
    assert effect.arguments["due_on"] == "2026-06-01"
    refers_to = ["Contact/raj-patel", "Opportunity/D-1", TICKET, "Interaction/ML-7", "document/battle-card"]
    assert effect.arguments["refers_to"] == refers_to
    assert inside.events == ()
    assert inside.receipt == record.id


def test_a_task_is_never_due_in_the_past(about: Deliberating) -> None:
    assert render(about, "create_task", {"due_on": "2026-02-01"}).arguments["due_on"] == "2026-03-10"
    assert render(about, "create_task").arguments["due_on"] == "2026-03-13"


def test_a_task_for_a_colleague_is_class_two_and_tells_them(about: Deliberating) -> None:
    arguments = {"assignee": "jonas"}
    with pytest.raises(InvalidInput, match="class 2"):
        render(about, "create_task", arguments)
    effect = render(about, "create_task", arguments, action_class=2)
    assert effect.recipients == ("jonas@fieldstone.example",)
    assert GATE.inside(carrying(effect), NOW).records[0].owner == "jonas"


def test_a_task_in_the_list_of_who_holds_nothing_here_is_class_two(about: Deliberating) -> None:
    with pytest.raises(InvalidInput, match="class 2"):
        render(about, "create_task", owner="jonas")
    assert render(about, "create_task", owner="dana").arguments["assignee"] == "dana"


@pytest.mark.parametrize(
    "action_type", ["create_task", "update_crm", "close_out", "draft_quote", "escalate_support"]
)
def test_only_a_question_may_call_itself_one(about: Deliberating, action_type: str) -> None:
    with pytest.raises(InvalidInput, match=r"class [12]"):
        render(about, action_type, action_class=4)


def test_a_mail_leaves_in_nobodys_name_who_holds_nothing_here(about: Deliberating) -> None:
    mail = proposal(recipient="Contact/sarah-chen", owner="jonas")
    with pytest.raises(InvalidInput, match="holds nothing"):
        GATE.prepare(mail, ACTION, words(), about)


@pytest.mark.parametrize(
    "arguments",
    [
        {"assignee": "eve"}, {"contact": "daniel-kim"}, {"deal": "D-9"}, {"ticket": "SUP-1"}, {"mail": "ML-99"},
        {"document": "customer-list"}, {"due_on": "soon"}, {"title": "A\nB"}, {"to": "eve@evil.example"},
    ],
)  # fmt: skip
def test_a_task_about_what_is_not_there_is_refused(about: Deliberating, arguments: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        render(about, "create_task", arguments)


def test_a_row_hangs_on_a_record_of_this_account(about: Deliberating) -> None:
    with pytest.raises(InvalidInput, match="no such record"):
        render(about, "log_note", {"text": "x"}, subject="Opportunity/D-77")
    assert (
        written(about, "log_note", {"text": "x"}, subject="Opportunity/D-1").records[0].subject
        == "Opportunity/D-1"
    )


def test_research_a_note_a_tag_and_an_attachment_are_kept_and_told_to_nobody(about: Deliberating) -> None:
    kinds = {
        "research": written(about, "research", {"topic": "company_news"}),
        "note": written(about, "log_note", {"text": "They will send 40 % by Friday"}),
        "tag": written(about, "tag", {"tag": "reference"}),
        "attachment": written(about, "attach_brief", {"meeting": "M-1", "brief": ACTION}),
        "touch": written(about, "log_touch", {"record": "M-0", "contact": "raj-patel"}),
    }
    assert [inside.records[0].kind for inside in kinds.values()] == list(kinds)
    assert all(inside.events == () for inside in kinds.values())


def test_a_touch_needs_a_record_that_shows_it(about: Deliberating) -> None:
    with pytest.raises(InvalidInput, match="needs the meeting"):
        render(about, "log_touch", {"record": "M-99"})
    with pytest.raises(InvalidInput, match="no meeting"):
        render(about, "attach_brief", {"brief": ACTION})


def test_the_owner_and_the_delegate_are_told_freely_and_others_as_class_two(about: Deliberating) -> None:
    assert render(about, "notify_rep").recipients == ("maya@fieldstone.example",)
    stood_in = replace(about, around=about.around.model_copy(update={"away": {"maya": "priya"}}))
    assert render(stood_in, "notify_rep", {"user": "priya"}).recipients == ("priya@fieldstone.example",)
    with pytest.raises(InvalidInput, match="class 2"):
        render(about, "notify_rep", {"user": "priya"})
    with pytest.raises(InvalidInput, match="class 2"):
        render(about, "notify_rep", {"user": "dana"})
    assert render(about, "notify_rep", {"user": "dana"}, action_class=2).recipients == (
        "dana@fieldstone.example",
    )


def test_a_user_with_an_address_elsewhere_is_not_told(about: Deliberating, tmp_path: Path) -> None:
    moved = tuple(user.model_copy(update={"email": f"{user.id}@evil.example"}) for user in USERS)
    with pytest.raises(InvalidInput, match="one of us"):
        gateway(tmp_path, users=moved).prepare(proposal("notify_rep"), ACTION, None, about)


def test_the_admins_queue_alone_is_told_of_sources(about: Deliberating) -> None:
    effect = render(about, "notify_admin", {"source": "usage", "title": "Silent"}, subject="Series/usage")
    assert (effect.recipients, effect.arguments["source"]) == (("lee@fieldstone.example",), "usage")
    with pytest.raises(InvalidInput, match="admin"):
        render(about, "notify_admin", {"user": "dana"})


def test_the_owner_is_asked_inside_the_house(about: Deliberating) -> None:
    effect = render(about, "ask", {"question": "Renewal or expansion?"})
    assert effect.recipients == ("maya@fieldstone.example",)
    assert GATE.inside(carrying(effect), NOW).records[0].kind == "notification"


def test_an_escalation_names_its_tickets_and_tells_support(about: Deliberating) -> None:
    effect = render(about, "escalate_support", {"ticket": "SUP-4412", "tickets": "SUP-4412"}, subject=TICKET)
    assert effect.arguments["tickets"] == ["SUP-4412"]
    assert effect.recipients == ("jonas@fieldstone.example",)
    kinds = [record.kind for record in GATE.inside(carrying(effect), NOW).records]
    assert kinds == ["escalation", "notification"]


@pytest.mark.parametrize(
    "arguments", [{"ticket": "SUP-1"}, {"ticket": "SUP-9"}, {"user": "eve", "ticket": "SUP-4412"}, {}]
)
def test_only_an_open_ticket_is_escalated_and_only_to_us(
    about: Deliberating, arguments: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        render(about, "escalate_support", arguments)


def test_a_running_plan_is_paused_and_the_situation_told(about: Deliberating) -> None:
    inside = written(about, "pause_plan", subject="Plan/PL-1")
    assert isinstance(inside.events[0].data, PlanUpdated)
    assert inside.events[0].data.status == "PAUSED"
    assert inside.records[0].kind == "plan_step"
    paused = acme().tell("plan.updated", "2026-03-09", "crm", plan="PL-1", status="PAUSED")
    with pytest.raises(InvalidInput, match="not running"):
        render(looking_at(paused), "pause_plan", subject="Plan/PL-1")


def test_one_waiting_step_is_cancelled_and_the_others_stay(about: Deliberating) -> None:
    inside = written(about, "cancel_step", {"plan": "PL-1", "step": "s2"})
    data = inside.events[0].data
    assert isinstance(data, PlanUpdated)
    assert data.steps is not None
    assert [(step.step, step.status) for step in data.steps] == [("s1", "waiting"), ("s2", "cancelled")]
    due = render(about, "cancel_step")
    assert due.arguments["step"] == "s1"
    for arguments in ({"step": "s9"}, {"plan": "PL-9", "step": "s1"}):
        with pytest.raises(InvalidInput):
            render(about, "cancel_step", arguments)


def test_words_of_a_row_may_be_edited_and_nothing_else(about: Deliberating) -> None:
    action = carrying(render(about, "create_task", {"title": "Call"}))
    changed = GATE.edited(action, {"title": "Visit", "due_on": "2026-03-20"})
    assert (changed.arguments["title"], changed.arguments["due_on"]) == ("Visit", "2026-03-20")
    assert changed.content == canonical_json(changed.arguments).decode()
    for changes in ({"assignee": "dana"}, {"due_on": "never"}, {"title": "A\nB"}, {}):
        with pytest.raises(InvalidInput):
            GATE.edited(action, changes)
    assert GATE.inside(carrying(changed), NOW).records[0].body != GATE.inside(action, NOW).records[0].body


def test_ids_come_from_the_action_so_that_writing_twice_writes_once(about: Deliberating) -> None:
    effect = render(about, "pause_plan")
    first, again = GATE.inside(carrying(effect), NOW), GATE.inside(carrying(effect), NOW)
    other = GATE.inside(carrying(effect, id=ActionId("ac_other")), NOW)
    assert first == again
    assert {first.records[0].id, first.events[0].id}.isdisjoint({other.records[0].id, other.events[0].id})


def outcome(about: Deliberating, **arguments: str) -> Inside:
    task = Task(
        proposal("log_touch", arguments=arguments), ACTION, None, about, Premises(PROFILE, USERS, (KEY,))
    )
    tool = WRITES["outcome.record"]
    return tool.write(carrying(tool.render(task)), NOW)


def test_an_outcome_is_told_and_marks_the_meeting(about: Deliberating) -> None:
    inside = outcome(about, outcome="meeting_no_show", meeting="M-0")
    assert isinstance(inside.events[0].data, MeetingUpdated)
    assert (inside.events[0].data.status, inside.events[0].source) == ("no_show", "user")
    assert outcome(about, outcome="reply_positive", mail="ML-7").events == ()
    assert outcome(about, outcome="won", deal="D-2").records[0].subject == "Opportunity/D-2"
    for wrong in ({"outcome": "meeting_held"}, {"outcome": "married"}, {"outcome": "won", "deal": "D-9"}):
        with pytest.raises(InvalidInput):
            outcome(about, **wrong)
