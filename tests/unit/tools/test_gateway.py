"""The gateway: who may call, how often, for how long, through which tool, and never around it."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from state.decision.proposal import ACTION_CLASSES
from state.errors import InvalidInput, NotFound, RevloopError
from state.governance.budget import Line, Span
from state.ids import RunId, TenantId
from state.ports.deciding import Deliberating
from state.ports.running import ToolRun
from state.ports.tooling import Gateway, Reading, Sent
from state.ports.unit import Stores
from state.principal import Principal, Role
from tests.build import NOW, TENANT
from tests.fakes.stores import MemoryStores
from tests.fakes.tooling import ACTION, SARAH, acme, carrying, gateway, looking_at, proposal, reading, words
from tools.catalog import LEAVES, READS, TOOL_OF, WRITES
from tools.catalog.task import Arguments
from tools.catalog.tool import Desk, reads
from tools.gateway import TenantGateway
from tools.transports import FolderTransport, SmtpTransport

ABOUT = looking_at(acme())
WANTED = """
signals.list_recent account.get_state crm.get_commercial_window crm.find crm.create_task crm.log_touch crm.log_note
crm.tag crm.attach_brief crm.write_update support.get_risk_summary support.get_thread support.escalate
telemetry.get_health_summary telemetry.get_series calendar.upcoming calendar.propose_slots calendar.schedule
mail.get_thread memory.search news.search draft.meeting_brief draft.follow_up draft.quote email.send notify.rep
outcome.record approve.request plan.pause plan.cancel_step
""".split()


class Nothing(BaseModel):
    """An empty answer."""


def room() -> MemoryStores:
    return MemoryStores()


def read(desk: TenantGateway, one: Reading, stores: Stores, about: Deliberating = ABOUT) -> ToolRun:
    return desk.read(one, stores, about).tool_run


def test_the_catalog_holds_every_tool_once_by_name() -> None:
    desk: Gateway = gateway(Path("home"))
    names = [spec.name for spec in desk.specs()]
    assert names == sorted(WANTED)
    assert [desk.spec(name).name for name in names] == names
    with pytest.raises(NotFound):
        desk.spec("crm.delete_everything")


def test_a_tool_declares_what_it_is() -> None:
    for name, tools in (("read", READS), ("inside", WRITES), ("outside", LEAVES)):
        for tool in tools.values():
            spec = tool.spec
            assert spec.kind == name
            assert bool(spec.effects) == (name != "read")
            assert spec.arguments.model_config.get("extra") == "forbid"
            assert spec.arguments.model_config.get("frozen") is True
    assert {name: tool.spec.action_class for name, tool in LEAVES.items()} == {
        "email.send": 3, "calendar.schedule": 3, "notify.rep": 1,
    }  # fmt: skip
    assert not any(tool.spec.reversible for tool in LEAVES.values())


def test_every_action_type_has_its_tool_and_the_playbook_agrees() -> None:
    from agents.playbook.forming import TOOLS

    assert set(TOOL_OF) == set(ACTION_CLASSES)
    assert set(TOOL_OF.values()) | {"outcome.record"} == set(WRITES) | set(LEAVES)
    assert dict(TOOLS) == dict(TOOL_OF)


@pytest.mark.parametrize("action_type", sorted(TOOL_OF))
def test_a_proposal_with_any_other_tool_is_not_rendered(action_type: str) -> None:
    for tool in sorted({"email.send", "crm.write_update", "crm.drop", ""} - {TOOL_OF[action_type]}):
        with pytest.raises(InvalidInput, match="is carried out by"):
            gateway(Path("home")).prepare(proposal(action_type, tool=tool), ACTION, words(), ABOUT)


@pytest.mark.parametrize("action_type", sorted(name for name, least in ACTION_CLASSES.items() if least > 1))
def test_a_proposal_below_the_class_of_its_type_is_not_rendered(action_type: str) -> None:
    low = proposal(action_type, action_class=ACTION_CLASSES[action_type] - 1)
    with pytest.raises(InvalidInput, match="is class"):
        gateway(Path("home")).prepare(low, ACTION, words(), ABOUT)


def test_a_proposal_about_another_account_or_tenant_is_not_rendered(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="another account"):
        gateway(tmp_path).prepare(proposal("log_note", account="globex"), ACTION, None, ABOUT)
    other = gateway(tmp_path, folder=tmp_path / "tenants" / "other")
    with pytest.raises(InvalidInput, match="another account"):
        other.prepare(proposal("log_note"), ACTION, None, ABOUT)


def test_an_action_of_another_tenant_is_touched_by_no_call(tmp_path: Path) -> None:
    desk = gateway(tmp_path)
    note = carrying(desk.prepare(proposal("log_note"), ACTION, None, ABOUT), tenant=TenantId("other"))
    mail = carrying(desk.prepare(proposal(recipient=SARAH), ACTION, words(), ABOUT), tenant=TenantId("other"))
    for call in (
        lambda: desk.inside(note, NOW),
        lambda: desk.after(mail, NOW),
        lambda: desk.edited(mail, {"subject": "Hello"}),
    ):
        with pytest.raises(InvalidInput, match="another tenant"):
            call()
    assert (desk.outside(mail).kind, desk.probe(mail)) == ("refused", "unknown")


def test_an_inside_tool_does_not_leave_and_an_outside_one_writes_no_row(tmp_path: Path) -> None:
    desk = gateway(tmp_path)
    note = carrying(desk.prepare(proposal("log_note"), ACTION, None, ABOUT))
    mail = carrying(desk.prepare(proposal(recipient=SARAH), ACTION, words(), ABOUT))
    assert desk.outside(note).kind == "refused"
    with pytest.raises(NotFound):
        desk.inside(mail, NOW)
    with pytest.raises(NotFound):
        desk.after(note, NOW)


def test_another_tenants_principal_and_a_role_without_the_right_are_refused(tmp_path: Path) -> None:
    desk, unit = gateway(tmp_path), room()
    stranger = Principal(tenant=TenantId("other"), user=ABOUT.principal.user, role=Role.SELLER)
    assert read(desk, replace(reading("account.get_state"), principal=stranger), unit).outcome == "refused"
    assert (
        read(desk, reading("account.get_state"), unit, replace(ABOUT, principal=stranger)).outcome
        == "refused"
    )
    assert read(desk, reading("account.get_state", role=Role.AUDITOR), unit).outcome == "ok"
    open_to_all = reads("test.open", "Look.", "CHEAP", Arguments, Nothing, lambda arguments, desk: Nothing())
    narrow = replace(open_to_all, spec=replace(open_to_all.spec, roles=("admin",)))
    few = gateway(tmp_path, reads={"test.open": narrow})
    assert "role" in read(few, reading("test.open"), room()).detail
    assert read(few, reading("test.open", role=Role.ADMIN), room()).outcome == "ok"


def test_an_unknown_or_acting_tool_cannot_be_read(tmp_path: Path) -> None:
    for name in ("crm.drop", "email.send", "crm.log_note"):
        assert read(gateway(tmp_path), reading(name), room()).outcome == "refused"


def test_a_run_reads_no_more_than_its_budget_and_refusals_cost_nothing(tmp_path: Path) -> None:
    desk, unit = gateway(tmp_path), room()
    later = [NOW + timedelta(minutes=minute) for minute in range(4)]
    assert read(desk, reading("signals.list_recent", {"limit": -1}), unit).outcome == "refused"
    outcomes = [read(desk, reading("account.get_state", at=at), unit).outcome for at in later]
    assert outcomes == ["ok", "ok", "ok", "refused"]
    assert read(desk, reading("support.get_thread", {"ticket": "SUP-1"}), unit).outcome == "ok"
    assert read(desk, reading("account.get_state", run="rn_2"), unit).outcome == "ok"
    assert read(gateway(tmp_path, run_budget={}), reading("account.get_state"), room()).outcome == "refused"


def test_the_same_call_of_the_same_run_is_one_record(tmp_path: Path) -> None:
    desk, unit = gateway(tmp_path), room()
    first, again = (desk.read(reading("account.get_state"), unit, ABOUT) for _ in range(2))
    assert first == again
    with unit.read(TENANT) as opened:
        assert len(opened.runs.tool_runs_of(RunId("rn_1"))) == 1
        drawn = opened.budgets.used([Span(Line("calls.CHEAP", "tenant"), NOW.date())])
    assert list(drawn.values()) == [1]


def test_a_tool_that_hangs_or_breaks_ends_in_a_refusal(tmp_path: Path) -> None:
    release = threading.Event()

    def hang(arguments: Arguments, desk: Desk) -> Nothing:
        release.wait(600)
        return Nothing()

    def burst(arguments: Arguments, desk: Desk) -> Nothing:
        raise ZeroDivisionError("by zero")

    slow = reads("test.slow", "Hang.", "CHEAP", Arguments, Nothing, hang)
    broken = reads("test.broken", "Burst.", "CHEAP", Arguments, Nothing, burst)
    desk = gateway(tmp_path, reads={"test.slow": slow, "test.broken": broken}, read_seconds=0.05)
    hung = read(desk, reading("test.slow"), room())
    release.set()
    assert (hung.outcome, hung.detail) == ("timeout", "no answer in 0.05 s")
    assert read(desk, reading("test.broken"), room()).detail == "ZeroDivisionError: by zero"


def test_a_transport_that_bursts_leaves_the_outcome_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(self: FolderTransport, parcel: object, approved: object) -> Sent:
        raise ZeroDivisionError

    desk = gateway(tmp_path)
    mail = carrying(desk.prepare(proposal(recipient=SARAH), ACTION, words(), ABOUT))
    monkeypatch.setattr(FolderTransport, "deliver", burst)
    assert desk.outside(mail).kind == "unknown"


def test_a_frozen_tenant_never_touches_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def accept(self: SmtpTransport, parcel: object, approved: object) -> Sent:
        calls.append(parcel)
        return Sent("receipt", "250")

    monkeypatch.setattr(SmtpTransport, "deliver", accept)
    frozen = gateway(tmp_path, smtp_url="smtp://127.0.0.1:1", is_frozen=True)
    mail = carrying(frozen.prepare(proposal(recipient=SARAH), ACTION, words(), ABOUT))
    assert frozen.outside(mail).kind == "receipt"
    assert (len(calls), len(list(frozen.outbox.glob("*.eml")))) == (0, 1)
    assert replace(frozen, is_frozen=False).outside(mail).detail == "250"
    assert len(calls) == 1


def test_what_may_have_gone_to_a_server_is_never_called_absent(tmp_path: Path) -> None:
    # the server is gone after the fact: with the setting taken away, the folder alone must not say "absent"
    server = gateway(tmp_path, smtp_url="smtp://127.0.0.1:1", is_frozen=False)
    mail = carrying(server.prepare(proposal(recipient=SARAH), ACTION, words(), ABOUT))
    assert server.probe(mail) == "unknown"
    name = mail.effect.content.partition("Message-ID: <")[2].partition(">")[0]
    server.outbox.mkdir(parents=True)
    (server.outbox / f".{name}.handed").touch()
    assert replace(server, smtp_url="").probe(mail) == "unknown"


def test_a_server_address_that_cannot_be_read_refuses_and_shows_no_password(tmp_path: Path) -> None:
    for url in ("http://u:hunter2@mail.example", "smtp://u:hunter2@mail.example:port", "smtp://", "nonsense"):
        desk = gateway(tmp_path, smtp_url=url, is_frozen=False)
        mail = carrying(desk.prepare(proposal(recipient=SARAH), ACTION, words(), ABOUT))
        sent = desk.outside(mail)
        assert sent.kind == "refused"
        assert "hunter2" not in sent.detail + repr(desk)


@pytest.mark.parametrize("action_type", sorted(TOOL_OF))
def test_no_argument_or_subject_of_a_reasoner_breaks_the_gateway(action_type: str) -> None:
    hostile = [
        "",
        "x",
        "../../etc/passwd",
        "\x00",
        "a\r\nb",
        "Contact/",
        "9" * 400,
        "{{x}}",
        "-1",
        "NaN",
        "None",
        "[]",
    ]
    names = [
        "subject",
        "deal",
        "contact",
        "record",
        "plan",
        "step",
        "ticket",
        "meeting",
        "units",
        "percent",
        "value",
        "mail",
    ]
    for value in hostile:
        for name in names:
            for subject in (None, f"Opportunity/{value}"):
                arguments = {name: value, "kind": "Opportunity", "field": "stage"}
                wanted = proposal(
                    action_type, arguments=arguments, subject=subject, recipient=f"Contact/{value}"
                )
                try:
                    effect = gateway(Path("home")).prepare(wanted, ACTION, words(), ABOUT)
                except RevloopError:
                    continue
                assert not effect.external
