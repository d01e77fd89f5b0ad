"""What an answer says, by rule; and how many answers of one address may ever count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.evidence import Trust
from state.ids import AccountId
from state.world.reply import ReplyClass, ReplyOutcome, counted, reply_class

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
LABELLED = """
positive | Sounds good, let's talk on Thursday.
positive | Yes, please.
positive | Yes!
positive | We accept: 40 seats at list price.
positive | Thursday at ten works for me.
positive | I'm interested, can you send the contract?
positive | Could you send me a quote for 60 seats?
positive | Please go ahead with the order.
positive | We would like to renew for two years.
positive | Happy to join a call next week.
positive | Let's schedule a demo with our operations team.
positive | Looks great, looking forward to the next step.
positive | We go on with the trial depot.
positive | Count us in.
positive | Klingt gut, gerne am Dienstag.
positive | No problem, Thursday works well for us.
positive | I signed the order form this morning.
negative | We are not interested.
negative | No thanks.
negative | No.
negative | We decided to go with another vendor.
negative | We've decided against a new system this year.
negative | I'm afraid we don't have the budget.
negative | This is not a priority for us right now.
negative | We won't be moving forward with this.
negative | Sounds good, but we do not have the budget for it.
negative | It is too expensive for us.
negative | We'll pass.
negative | Thanks, but we went with a competitor.
negative | It's not the right time for us.
negative | We will not renew the contract.
negative | Nein, danke.
negative | Wir haben kein Interesse.
neutral | Thanks for the mail.
neutral | I have forwarded this to our finance department.
neutral | Which version of the API do you use?
neutral | Who is your data protection officer?
neutral | Let me check with my team.
neutral | If we are interested we will get back to you.
neutral | Our security review takes three weeks.
neutral | Can you call me in June?
neutral | Noted.
neutral | I passed it on to our CFO.
out_of_office | I am currently out of the office and will be back on Monday.
out_of_office | I'm on parental leave until June.
out_of_office | I will be on vacation from 9 to 20 March with limited access to email.
out_of_office | Ich bin bis zum 20. März nicht im Büro.
out_of_office | I will reply on my return.
unsubscribe | Please unsubscribe me.
unsubscribe | Unsubscribe
unsubscribe | STOP
unsubscribe | Please take me off your mailing list.
unsubscribe | Remove me from this list, please.
unsubscribe | Stop emailing me.
unsubscribe | Do not contact me again.
unsubscribe | Sounds good, but please stop sending me mails.
"""
LINES = [tuple(part.strip() for part in line.split(" | ", 1)) for line in LABELLED.strip().splitlines()]


def said(text: str, subject: str = "Re: Dispatch", **flags: bool) -> str | None:
    kind = reply_class(
        subject, text, sender="a@b.example", at=AT,
        is_automatic=flags.get("is_automatic", False), is_to_opt_out=flags.get("is_to_opt_out", False),
    )  # fmt: skip
    return None if kind is None else kind.value


def test_there_are_enough_labelled_lines_of_each_class() -> None:
    labels = [label for label, _ in LINES]
    assert len(LINES) >= 40
    assert {one.value: labels.count(one.value) >= 5 for one in ReplyClass} == dict.fromkeys(ReplyClass, True)


@pytest.mark.parametrize(("label", "text"), LINES)
def test_a_labelled_answer_has_its_class(label: str, text: str) -> None:
    assert said(text) == label
    assert said(f"Hi Maya,\n\n{text}\n\nBest regards\nSarah") == label


def test_what_is_quoted_or_signed_says_nothing() -> None:
    text = "Thanks.\n\nOn Mon, 9 Mar 2026 Maya wrote:\n> We are not interested.\n> Please unsubscribe me.\n"
    assert said(text) == "neutral"
    assert said("Thanks.\n-- \nSarah\nTo unsubscribe click here") == "neutral"


@pytest.mark.parametrize(
    "subject", ["Automatic reply: Dispatch", "Out of office", "Re: Abwesenheitsnotiz", "OOO until May"]
)
def test_an_absence_is_read_from_the_subject_too(subject: str) -> None:
    assert said("Thank you for your message.", subject, is_automatic=True) == "out_of_office"


def test_an_automatic_acknowledgement_is_no_outcome() -> None:
    assert said("We have received your request. Sounds good!", is_automatic=True) is None
    assert said("Please unsubscribe me.", is_automatic=True) is None


def test_a_mail_to_the_way_out_is_an_unsubscribe_whatever_it_says() -> None:
    assert said("", "3f9a", is_to_opt_out=True) == "unsubscribe"
    assert said("anything", "Re: unsubscribe") == "unsubscribe"


@given(text=st.text(max_size=400), subject=st.text(max_size=60))
def test_any_text_has_one_class_and_always_the_same(text: str, subject: str) -> None:
    assert said(text, subject) == said(text, subject) is not None


@pytest.mark.parametrize(
    "piece", ["we are ", "not not ", "please send ", "I am ", "no, ", ". ", "> ", "decided to "]
)
def test_a_text_of_one_piece_is_read_to_its_end(piece: str) -> None:
    assert said(piece * 8000) is not None


def outcome(number: int, **change: object) -> ReplyOutcome:
    usual = {
        "mail": f"m{number}", "answers": f"o{number}", "account": AccountId("acme"), "sender": "a@acme.example",
        "is_addressee": True, "reply": ReplyClass.POSITIVE, "at": AT + timedelta(hours=number),
        "trust": Trust.UNTRUSTED,
    }  # fmt: skip
    return ReplyOutcome(**{**usual, **change})  # type: ignore[arg-type]  # fields by name


def test_one_untrusted_address_moves_only_so_many_outcomes() -> None:
    flood = [outcome(number) for number in range(10)]
    other = outcome(11, sender="b@acme.example")
    assert [one.mail for one in counted([*flood, other], 3)] == ["m0", "m1", "m2", "m11"]
    assert len(counted([outcome(number, trust=Trust.USER) for number in range(10)], 3)) == 10


def test_one_mail_of_ours_is_answered_once_by_each_address() -> None:
    assert len(counted([outcome(1), outcome(2, answers="o1")], 3)) == 1


def test_an_untrusted_answer_of_who_was_not_written_to_counts_for_nothing() -> None:
    assert counted([outcome(1, is_addressee=False)], 3) == ()
    assert len(counted([outcome(1, is_addressee=False, trust=Trust.USER)], 3)) == 1


def test_outcomes_bear_the_names_of_the_domain() -> None:
    assert [one.outcome for one in ReplyClass] == [
        "reply_positive", "reply_neutral", "reply_negative", "out_of_office", "unsubscribe",
    ]  # fmt: skip


@given(order=st.permutations(range(6)))
def test_what_counts_does_not_depend_on_the_order_of_arrival(order: list[int]) -> None:
    assert counted([outcome(number) for number in order], 2) == counted(
        [outcome(number) for number in range(6)], 2
    )
