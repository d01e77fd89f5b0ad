"""What to do next: a short list that fits, the best of every account first, and reasons for what is left out."""

from decimal import Decimal

from state.decision.next_items import AccountWork, NextList, next_items
from state.decision.proposal import Proposal, Question
from state.ids import AccountId, NodeKey
from tests.unit.candidates import asked, candidate


def work(account: str, *proposals: Proposal, question: Question | None = None) -> AccountWork:
    return AccountWork(AccountId(account), account.title(), proposals, question)


def chosen(
    *accounts: AccountWork, free: int | None = None, most: int = 5, opened: tuple[NodeKey, ...] = ()
) -> NextList:
    return next_items(accounts, free, most=most, per_account=2, grouped_from=3, opened=opened)


def texts(found: NextList) -> list[str]:
    return [item.text for item in found.items]


def test_the_best_of_every_account_comes_before_anybodys_second() -> None:
    rich = [candidate(f"rich{n}", 9_000 - n, account="rich") for n in range(3)]
    poor = candidate("poor", 10, account="poor")
    found = chosen(work("rich", *rich), work("poor", poor))
    assert texts(found) == ["Do rich0", "Do poor", "Do rich1"]


def test_a_third_item_of_an_account_is_left_out_with_the_reason() -> None:
    found = chosen(work("rich", *[candidate(f"r{n}", account="rich") for n in range(3)]))
    assert [one.reason for one in found.left_out] == ["2 items of Rich are listed already"]


def test_the_list_fits_the_free_minutes_and_says_what_did_not() -> None:
    found = chosen(
        work("a", candidate("long", 900, 30, account="a")),
        work("b", candidate("short", 10, 5, account="b")),
        free=20,
    )
    assert texts(found) == ["Do short"]
    assert [one.reason for one in found.left_out] == ["needs 30 min, 20 are left"]
    assert found.minutes == Decimal(5)


def test_a_draft_and_its_send_are_one_item() -> None:
    draft = candidate("mail", action_type="draft_email")
    send = candidate("send", action_type="send_email", draft=draft)
    (item,) = chosen(work("acme", draft, send)).items
    assert item.proposals == (draft.id, send.id)


def test_what_runs_by_itself_takes_nobodys_time() -> None:
    assert chosen(work("acme", candidate("mark", action_type="mark_undeliverable"))).items == ()


def test_a_held_card_is_left_out_and_its_question_is_asked_instead() -> None:
    held = candidate("held", held_by="qu")
    found = chosen(work("acme", held, question=asked("qu", "Opportunity/D", held)))
    assert texts(found) == ["Which is it, qu?"]
    assert [one.reason for one in found.left_out] == ["waits for your answer: Which is it, qu?"]


def test_a_question_about_the_meeting_is_part_of_reading_its_brief() -> None:
    brief = candidate("brief", action_type="brief", subject="Meeting/M", urgency="now")
    found = chosen(work("acme", brief, question=asked("qu", "Meeting/M")))
    assert texts(found) == ["Do brief"]


def test_a_brief_that_was_read_is_not_listed_again() -> None:
    brief = candidate("brief", action_type="brief", subject="Meeting/M")
    assert chosen(work("acme", brief), opened=(NodeKey("Meeting/M"),)).items == ()


def test_equal_cards_over_several_accounts_are_one_item() -> None:
    accounts = [
        work(name, candidate(name, account=name, action_type="close_out", group="g"))
        for name in ("a", "b", "c")
    ]
    (item,) = chosen(*accounts).items
    assert (item.account, item.name, len(item.proposals)) == (None, "3 accounts", 3)


def test_two_equal_cards_stay_two_items() -> None:
    accounts = [
        work(name, candidate(name, account=name, action_type="close_out", group="g")) for name in ("a", "b")
    ]
    assert len(chosen(*accounts).items) == 2


def test_everything_is_listed_or_left_out() -> None:
    accounts = [
        work(f"a{n}", *[candidate(f"{n}-{m}", n * m, account=f"a{n}") for m in range(3)]) for n in range(6)
    ]
    found = chosen(*accounts, most=5)
    assert len(found.items) == 5
    assert len(found.items) + len(found.left_out) == 18
