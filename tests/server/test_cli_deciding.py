"""Inbox, approve, reject, snooze, undo, answer: a person's decisions and their exit codes."""

from pathlib import Path

import pytest

from server.cli.approving import edit_fields
from tests.server.conftest import Cli, Ran
from tests.server.policies import put_in_force
from tools.policies import load_layers


def cards(cli: Cli, *options: str) -> list[dict[str, object]]:
    found = cli("inbox", "--json", *options).json["cards"]
    assert isinstance(found, list)
    return found


def card(cli: Cli, account: str, kind: str, *options: str) -> str:
    return next(
        str(one["id"])
        for one in cards(cli, *options)
        if one["account"] == account and one["action_type"] == kind
    )


def question(cli: Cli, account: str) -> str:
    found = cli("inbox", "--json").json["questions"]
    assert isinstance(found, list)
    return next(str(one["id"]) for one in found if one["account"] == account)


def status(ran: Ran) -> str:
    return str(ran.json["status"])


def without_hold(home: Path) -> None:
    """Give the tenant a policy whose undo hold is over at once."""
    base = Path(__file__).resolve().parents[2] / "policies" / "base.yaml"
    shipped = load_layers([base])[0]
    bounds = shipped.bounds.model_copy(update={"undo_hold_seconds": 0})
    put_in_force(home, [shipped.model_copy(update={"bounds": bounds})])


def test_a_card_shows_who_gets_what_in_whose_name_and_by_which_rule(home: Path, cli: Cli) -> None:
    page = cli("inbox", "--account", "Oakhaven", "--full").out
    assert "once it is done, by hand only" in cli("inbox", "--account", "Acme").out
    for words in (
        "To: elena.ruiz@oakhaven.example",
        "Maya Ortiz",
        "Decide by",
        "Rule",
        "If nothing",
        "$3,834",
        "revloop approve ac_",
    ):
        assert words in page


def test_a_line_that_names_no_editable_field_changes_nothing(home: Path, cli: Cli, tmp_path: Path) -> None:
    name, file = card(cli, "oakhaven-hotels", "send_email"), tmp_path / "edit"
    for text in ("recipient: eve@evil.example\n\nHi", "subject: Seats\nto: eve@evil.example\n\nHi"):
        file.write_text(text)
        ran = cli("approve", name, "--edit", str(file))
        assert (ran.code, "may not be edited here" in ran.err) == (2, True)
    assert edit_fields("Note: all is well.\nGoodbye.", ("subject", "body"), "x") == {
        "body": "Note: all is well.\nGoodbye."
    }
    assert [one["id"] for one in cards(cli, "--account", "Oakhaven")].count(name) == 1


def test_a_card_of_an_absent_owner_stands_with_the_delegate(home: Path, cli: Cli) -> None:
    assert [one["account"] for one in cards(cli, "--as", "tom")] == []
    assert {one["in_name_of"] for one in cards(cli, "--as", "priya", "--account", "Thornbury")} == {"tom"}
    assert "Tom Becker, in the thread" in cli("inbox", "--as", "priya", "--account", "Thornbury").out


def test_an_inside_change_is_done_at_once_and_a_second_yes_is_a_conflict(home: Path, cli: Cli) -> None:
    name = card(cli, "acme-corp", "escalate_support")
    assert status(cli("approve", name, "--json")) == "executed"
    assert cli("approve", name).code == 5


def test_a_card_listed_at_the_terminal_was_displayed_to_whom_it_was_listed(home: Path, cli: Cli) -> None:
    name = card(cli, "acme-corp", "escalate_support")
    other = card(cli, "fjord-energy", "escalate_support", "--as", "priya")
    cli("approve", name)
    cli("approve", other, "--as", "dana")
    told = [cli("why", one, "--json").json["approved"] for one in (name, other)]
    assert [[one["after_ms"] is not None for one in each] for each in told if isinstance(each, list)] == [
        [True],
        [False],
    ]
    assert "without being shown there first" in " ".join(cli("why", other).out.split())


def test_a_mail_waits_out_its_hold_and_can_be_taken_back(home: Path, cli: Cli) -> None:
    name = card(cli, "oakhaven-hotels", "send_email")
    ran = cli("approve", name, "--no-wait", "--json")
    assert (ran.code, status(ran)) == (0, "approved")
    assert status(cli("undo", name[:14], "--json")) == "pending"
    assert not list((home / "tenants" / "fieldstone" / "outbox").glob("*.eml"))


def test_a_mail_is_written_to_the_outbox_folder_after_the_hold(home: Path, cli: Cli) -> None:
    without_hold(home)
    name = str(cards(cli, "--account", "Oakhaven")[0]["id"])
    ran = cli("approve", name)
    assert (ran.code, "Sent to elena.ruiz@oakhaven.example." in ran.out) == (0, True)
    listed = cli("outbox", "--json").json
    assert len(listed["records"]) == 1  # type: ignore[arg-type]  # it is a list
    assert [one.endswith(".eml") for one in listed["files"]].count(True) == 1  # type: ignore[attr-defined]  # so is it
    assert cli("undo", name).code == 5


def test_an_edit_is_a_new_action_with_the_new_words(home: Path, cli: Cli, tmp_path: Path) -> None:
    name = card(cli, "oakhaven-hotels", "send_email")
    words = tmp_path / "mail.txt"
    words.write_text("Subject: Forty seats\n\nHello Elena,\n\nas promised.\n", encoding="utf-8")
    ran = cli("approve", name, "--edit", str(words), "--no-wait", "--json")
    assert ran.code == 0
    assert ran.json["action"] != name
    assert "Subject: Forty seats" in cli("inbox", "--account", "Oakhaven", "--full").out


@pytest.mark.parametrize(("text", "told"), [("", "changes nothing"), (None, "is not there")])
def test_an_edit_file_that_changes_nothing_is_refused(
    home: Path, cli: Cli, tmp_path: Path, text: str | None, told: str
) -> None:
    name, words = card(cli, "oakhaven-hotels", "send_email"), tmp_path / "mail.txt"
    if text is not None:
        words.write_text(text, encoding="utf-8")
    ran = cli("approve", name, "--edit", str(words))
    assert ran.code == 2
    assert told in ran.err


def test_a_yes_that_needs_another_seat_waits_for_a_human(home: Path, cli: Cli) -> None:
    name = next(str(one["id"]) for one in cards(cli) if one["seats"] == ["owner", "manager"])
    ran = cli("approve", name, "--json")
    assert (ran.code, ran.json["code"], ran.json["waits_for"]) == (3, "partial", ["owner", "manager"])
    assert cli("approve", name, "--as", "dana").code == 0


def test_somebody_else_may_not_approve_a_mail_in_the_owners_name(home: Path, cli: Cli) -> None:
    name = card(cli, "oakhaven-hotels", "send_email")
    assert cli("approve", name, "--as", "dana").code == 4
    assert cli("approve", name, "--as", "ada").code == 4


def test_a_rejected_card_is_gone_and_keeps_its_reason(home: Path, cli: Cli) -> None:
    name = card(cli, "oakhaven-hotels", "send_email")
    ran = cli("reject", name, "--reason", "already done", "--json")
    assert (ran.code, ran.json["reason"]) == (0, "already done")
    assert name not in {one["id"] for one in cards(cli)}
    assert cli("approve", name).code == 5


def test_a_rejection_without_a_reason_is_a_mistake_of_usage(home: Path, cli: Cli) -> None:
    name = card(cli, "oakhaven-hotels", "send_email")
    assert cli("reject", name).code == 2
    assert cli("reject", name, "--reason", " ").code == 2


def test_a_card_set_aside_is_counted_but_not_shown(home: Path, cli: Cli) -> None:
    name = card(cli, "oakhaven-hotels", "send_email")
    assert cli("snooze", name, "--until", "2026-03-12").code == 0
    found = cli("inbox", "--json").json
    assert found["snoozed"] == 1
    assert "set aside" in cli("inbox").out


@pytest.mark.parametrize(("until", "code"), [("2026-03-01", 2), ("soon", 2), ("2027-01-01", 5)])
def test_a_card_is_set_aside_only_until_a_time_before_it_expires(
    home: Path, cli: Cli, until: str, code: int
) -> None:
    assert cli("snooze", card(cli, "oakhaven-hotels", "send_email"), "--until", until).code == code


def test_an_answer_goes_on_with_the_waiting_run(home: Path, cli: Cli) -> None:
    name = question(cli, "acme-corp")
    ran = cli("answer", name, "renewal", "--json")
    assert (ran.code, ran.json["question"]) == (0, None)
    proposals = ran.json["proposals"]
    assert isinstance(proposals, list)
    assert not [one for one in proposals if one["verdict"]["kind"] == "clarify"]
    assert "acme-corp" not in {str(one) for one in cli("inbox", "--json").json["questions"]}  # type: ignore[attr-defined]  # a list
    assert cli("answer", name, "expansion").code == 5


def test_a_question_is_answered_by_number_through_approve_too(home: Path, cli: Cli) -> None:
    ran = cli("approve", question(cli, "granite-hvac")[:12], "1")
    assert ran.code == 0
    assert "Recorded." in ran.out


@pytest.mark.parametrize("option", [None, "9", "perhaps"])
def test_an_answer_that_is_no_option_lists_the_options(home: Path, cli: Cli, option: str | None) -> None:
    ran = cli("answer", question(cli, "acme-corp"), *([option] if option else []))
    assert ran.code == 2
    assert "1 renewal" in ran.err


def test_equal_cards_are_approved_together_and_what_needs_a_look_is_left_out(home: Path, cli: Cli) -> None:
    ran = cli("approve", "--all-of", "send-email", "--no-wait", "--json")
    rows = ran.json["actions"]
    assert isinstance(rows, list)
    assert {row["code"] for row in rows} == {"left_out"}
    done = cli("approve", "--all-of", "draft-quote", "--json").json["actions"]
    assert isinstance(done, list)
    assert {row["status"] for row in done} == {"executed"}


@pytest.mark.parametrize(
    "tokens",
    [("approve",), ("approve", "ac_0", "--all-of", "merge"), ("approve", "--all-of", "nothing-like-it")],
)
def test_an_approval_names_one_action_or_a_group_there_is(
    home: Path, cli: Cli, tokens: tuple[str, ...]
) -> None:
    assert cli(*tokens).code == 2


@pytest.mark.parametrize(
    "command", [("approve",), ("undo",), ("why",), ("replay",), ("reject", "--reason", "x"), ("answer",)]
)
def test_an_unknown_id_is_said_and_nothing_happens(home: Path, cli: Cli, command: tuple[str, ...]) -> None:
    ran = cli(command[0], "zz_unknown", *command[1:], *(["1"] if command[0] == "answer" else []))
    assert ran.code == 2
    assert "zz_unknown" in ran.err


def test_an_interrupt_during_the_hold_takes_the_approval_back(
    home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("server.cli.approving.sleep", interrupted)
    ran = cli("approve", card(cli, "oakhaven-hotels", "send_email"), "--json")
    assert (ran.code, ran.json["code"], status(ran)) == (0, "undone", "pending")
    assert not list((home / "tenants" / "fieldstone" / "outbox").glob("*.eml"))
