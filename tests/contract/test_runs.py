"""What every store of runs and of the built-in CRM does alike: each write inserts once."""

from datetime import timedelta

import pytest

from state.errors import NotFound
from state.evidence import Evidence, Trust
from state.ids import (
    AccountId,
    ArtifactId,
    EventId,
    EvidenceId,
    NodeKey,
    RunId,
    SignalId,
    ThreadId,
    TraceId,
    UserId,
)
from state.ports.running import REDIRECT, Candidate, CrmRecord, Run, ToolRun
from state.ports.unit import Stores
from state.world.signal import Severity, Signal
from tests.contract.world import ACCOUNT, ELSEWHERE
from tests.fakes.drafts import NOW, OTHER, TENANT

RUN, LATER = RunId("run-1"), RunId("run-2")


def a_run(name: RunId = RUN, account: AccountId = ACCOUNT, intent: str = "prep") -> Run:
    return Run(
        id=name, thread=ThreadId(f"th-{name}"), account=account, intent=intent, user=UserId("uma"),
        role="seller", channel="cli", trace_id=TraceId("tr-1"), started_at=NOW,
    )  # fmt: skip


def signal(name: str, text: str = "Something.") -> Signal:
    cited = Evidence(
        id=EvidenceId("ev-1"), source="crm", record="r", field="f", value="v", observed_at=NOW, hash="h",
        trust=Trust.USER, event=EventId("e-1"),
    )  # fmt: skip
    return Signal(
        id=SignalId(name), name="A", account=ACCOUNT, subject=NodeKey("Account/alder"), severity=Severity.LOW,
        confidence=0.5, since=NOW, text=text, evidence=(cited,),
    )  # fmt: skip


def candidate(name: str, rank: int, outcome: str | None = None) -> Candidate:
    return Candidate(
        proposal=name, dedup_key="k", action_type="create_task", rank=rank, score="1", propensity="1",
        verdict="allow", outcome=outcome,
    )  # fmt: skip


def tool_run(name: str, detail: str = "") -> ToolRun:
    return ToolRun(
        id=name, run=RUN, tool="get_account", principal=UserId("uma"), arguments_hash="h", cost_class="free",
        outcome="ok", detail=detail, at=NOW,
    )  # fmt: skip


def record(name: str, hours: int = 0, **changes: object) -> CrmRecord:
    body = {
        "id": name, "kind": "task", "account": ACCOUNT, "subject": name, "owner": "uma",
        "action": f"ac_{name}", "body": {"title": name}, "at": NOW + timedelta(hours=hours),
    }  # fmt: skip
    return CrmRecord.model_validate({**body, **changes})


def test_a_run_started_again_stays_as_it_was(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.runs.start(a_run())
        unit.runs.start(a_run(LATER))
        unit.runs.start(a_run(intent="scan"))
        assert unit.runs.get(RUN) == a_run()
        assert [run.id for run in unit.runs.newest(9)] == [LATER, RUN]
        assert [run.id for run in unit.runs.named(str(LATER), 9)] == [LATER]
        assert [run.id for run in unit.runs.named("no such", 9)] == []
        assert unit.runs.get(RunId("run-9")) is None


def test_runs_are_found_by_what_became_of_them(stores: Stores) -> None:
    names = [RunId(f"run-{number}") for number in range(4)]
    with stores.begin(TENANT) as unit:
        for number, name in enumerate(names):
            unit.runs.start(a_run(name, ACCOUNT if number else ELSEWHERE))
        unit.runs.set_status(names[1], "waiting")
        unit.runs.set_status(names[2], "done", ArtifactId("ar-1"))
        unit.runs.set_status(names[2], "done")
        assert [run.id for run in unit.runs.unfinished()] == [names[0], names[3]]
        assert [run.id for run in unit.runs.unfinished(ACCOUNT)] == [names[3]]
        assert [run.id for run in unit.runs.waiting()] == [names[3], names[1], names[0]]
        assert [run.id for run in unit.runs.newest(1)] == [names[3]]
        done = unit.runs.get(names[2])
        assert done is not None
        assert (done.status, done.report) == ("done", "ar-1")
        latest = unit.runs.latest(ACCOUNT)
        assert latest is not None
        assert latest.id == names[3]


def test_an_artifact_is_named_by_what_it_says_and_kept_once(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        first = unit.runs.put_artifact("plan", RUN, {"b": 1, "a": [True, None]})
        assert unit.runs.put_artifact("plan", RUN, {"a": [True, None], "b": 1}) == first
        others = {
            unit.runs.put_artifact("plan", RUN, {"b": 2}),
            unit.runs.put_artifact("report", RUN, {"b": 1, "a": [True, None]}),
            unit.runs.put_artifact("plan", LATER, {"b": 1, "a": [True, None]}),
        }
        assert len({first, *others}) == 4
        assert unit.runs.artifact(first) == {"a": [True, None], "b": 1}
        assert sorted(kind for _, kind in unit.runs.artifacts_of(RUN)) == ["plan", "plan", "report"]
        with pytest.raises(NotFound):
            unit.runs.artifact(ArtifactId("ar-9"))


def test_signals_and_tool_runs_are_kept_once_per_id(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        for text in ("First.", "Second."):
            unit.runs.put_signals(RUN, [signal("sg-2", text), signal("sg-1", text)])
            unit.runs.put_tool_run(tool_run("tl-1", text))
        assert [(one.id, one.text) for one in unit.runs.signals_of(RUN)] == [
            ("sg-1", "First."),
            ("sg-2", "First."),
        ]
        assert [one.detail for one in unit.runs.tool_runs_of(RUN)] == ["First."]
        assert unit.runs.signals_of(LATER) == ()


def test_candidates_keep_their_place_and_take_up_their_outcome(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.runs.put_candidates(RUN, [candidate("pr-b", 1), candidate("pr-a", 0)])
        unit.runs.put_candidates(RUN, [candidate("pr-b", 1, "executed")])
        found = [(one.proposal, one.outcome) for one in unit.runs.candidates_of(RUN)]
    assert found == [("pr-a", None), ("pr-b", "executed")]


def test_equal_runs_of_two_tenants_do_not_meet(stores: Stores) -> None:
    for tenant, intent in ((TENANT, "prep"), (OTHER, "scan")):
        with stores.begin(tenant) as unit:
            unit.runs.start(a_run(intent=intent))
            unit.runs.put_signals(RUN, [signal("sg-1", intent)])
            unit.runs.put_candidates(RUN, [candidate("pr", 0, intent)])
            unit.runs.put_tool_run(tool_run("tl-1", intent))
            unit.runs.put_artifact("plan", RUN, {"said": intent})
            unit.crm.put([record("T-1", subject=intent)])
    with stores.read(TENANT) as unit:
        runs, ((artifact, _),) = unit.runs, unit.runs.artifacts_of(RUN)
        assert [run.intent for run in runs.newest(9)] == ["prep"]
        assert [one.text for one in runs.signals_of(RUN)] == ["prep"]
        assert [one.outcome for one in runs.candidates_of(RUN)] == ["prep"]
        assert [one.detail for one in runs.tool_runs_of(RUN)] == ["prep"]
        assert runs.artifact(artifact) == {"said": "prep"}
        assert [one.subject for one in unit.crm.listed()] == ["prep"]
    with stores.read(OTHER) as unit, pytest.raises(NotFound):
        unit.runs.artifact(artifact)


def test_a_crm_record_is_made_once_and_found_by_itself_or_its_action(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.crm.put([record("T-1"), record("T-2", 1, kind="note"), record("T-3", 2, account=ELSEWHERE)])
        unit.crm.put([record("T-1", subject="changed")])
        assert [one.id for one in unit.crm.listed()] == ["T-3", "T-2", "T-1"]
        assert [one.id for one in unit.crm.listed(ACCOUNT, "task")] == ["T-1"]
        assert unit.crm.get("T-1") == unit.crm.get("ac_T-1") == record("T-1")
        assert unit.crm.get("T-9") is None


def test_mails_to_an_address_are_counted_since_a_time_over_all_sellers(stores: Stores) -> None:
    to_lee = {"kind": "mail", "recipient": "lee@x.example"}
    with stores.begin(TENANT) as unit:
        unit.crm.put([record("M-1", 1, **to_lee), record("M-2", 2, **{**to_lee, "owner": "vic"})])
        unit.crm.put([record("M-0", -1, **to_lee), record("N-1", 3, **{**to_lee, "kind": "draft"})])
        unit.crm.put([record("M-3", 3, kind="mail", recipient="kim@x.example")])
        assert [one.id for one in unit.crm.sent_to(["LEE@x.example"], NOW)] == ["M-1", "M-2"]
        assert unit.crm.sent_to([], NOW) == ()


def test_a_run_that_redirected_one_card_says_nothing_of_its_account(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.runs.start(a_run())
        unit.runs.start(a_run(LATER, intent=REDIRECT))
        whole = unit.runs.put_artifact("rulings.0", RUN, {"of": "the account"})
        unit.runs.put_artifact("rulings.0", LATER, {"of": "one card"})
    with stores.read(TENANT) as unit:
        latest = unit.runs.latest(ACCOUNT)
        assert latest is not None
        assert latest.id == RUN
        assert [(one.run, dict(one.artifacts)) for one in unit.runs.heads()] == [(RUN, {"rulings.0": whole})]


def test_heads_name_what_the_newest_run_of_each_account_left(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        for run in (
            a_run(),
            a_run(RunId("run-3"), ELSEWHERE),
            a_run(LATER),
            a_run(RunId("run-4"), AccountId("silent")),
        ):
            unit.runs.start(run)
        unit.runs.put_artifact("rulings.0", RUN, {"of": "the older"})
        newer = unit.runs.put_artifact("rulings.0", LATER, {"of": "the newer"})
        other = unit.runs.put_artifact("planned.0", RunId("run-3"), {"of": "another account"})
    with stores.begin(OTHER) as unit:
        assert unit.runs.heads() == ()
    with stores.read(TENANT) as unit:
        found = {one.account: (one.run, dict(one.artifacts)) for one in unit.runs.heads()}
    assert found == {
        ACCOUNT: (LATER, {"rulings.0": newer}),
        ELSEWHERE: (RunId("run-3"), {"planned.0": other}),
    }
