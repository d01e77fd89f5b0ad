"""email.send: one mail, to one verified contact, exactly as approved, or nothing at all."""

from dataclasses import replace
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from state.errors import InvalidInput
from state.evidence import Trust
from state.governance.effect import Effect, effect_hash
from state.ids import ActionId
from state.ports.deciding import Deliberating
from state.world.records import MailSent
from tests.build import NOW, PROFILE, Story
from tests.fakes.tooling import ACTION, KEY, SARAH, acme, carrying, gateway, looking_at, proposal, words
from tools.keys import sealed

REPLY = {"in_reply_to": "ML-7", "purpose": "reply"}


@pytest.fixture(scope="module")
def about() -> Deliberating:
    return looking_at(acme())


def mail(about: Deliberating, subject: str = "Your renewal", *body: str, **changes: object) -> Effect:
    changes = {"recipient": SARAH, **changes}
    return gateway(Path("home")).prepare(proposal(**changes), ACTION, words(subject, *body), about)


def read(effect: Effect) -> Any:
    return BytesParser(policy=policy.default).parsebytes(effect.content.encode("ascii"))


def test_the_message_says_who_to_whom_when_and_under_which_name(about: Deliberating) -> None:
    effect = mail(about)
    message = read(effect)
    assert message["From"] == "Maya Ortiz <maya@fieldstone.example>"
    assert [one.addr_spec for one in message["To"].addresses] == ["sarah@acme.example"]
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == f"<{sealed(KEY, 'message-id', ACTION)}@fieldstone.example>"
    assert message["In-Reply-To"] is message["Cc"] is message["Bcc"] is None
    assert (effect.recipients, effect.external, effect.reversible) == (("sarah@acme.example",), True, False)


def test_the_message_carries_address_opt_out_and_one_click(about: Deliberating) -> None:
    message = read(mail(about))
    sender = PROFILE.company.sender
    assert sender is not None
    text = message.get_body().get_content()
    assert "your renewal is due on 30 April." in text
    assert sender.postal_address in text
    assert sender.opt_out_address in text
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith(f"<{sender.opt_out_url}?r=")
    assert "sarah" not in message["List-Unsubscribe"]


def test_without_an_https_address_there_is_no_one_click(about: Deliberating) -> None:
    sender = PROFILE.company.sender
    assert sender is not None
    company = PROFILE.company.model_copy(update={"sender": sender.model_copy(update={"opt_out_url": None})})
    bare = gateway(Path("home"), profile=PROFILE.model_copy(update={"company": company}))
    message = read(bare.prepare(proposal(recipient=SARAH), ACTION, words(), about))
    assert message["List-Unsubscribe-Post"] is None
    assert message["List-Unsubscribe"].startswith("<mailto:unsubscribe@fieldstone.example")


def test_a_reply_names_the_mail_it_answers(about: Deliberating) -> None:
    message = read(mail(about, "Re: Report", arguments=REPLY))
    assert message["In-Reply-To"] == message["References"] == "<ML-7@acme.example>"


def test_a_wire_message_id_is_kept_as_it_is(about: Deliberating) -> None:
    story = acme().mail_in("sarah@acme.example", "2026-03-09T10:00", "And?", mail="<x1@acme.example>",
                           in_reply_to="ML-7")  # fmt: skip
    message = read(mail(looking_at(story), "Re: Report", arguments={"in_reply_to": "<x1@acme.example>"}))
    assert message["In-Reply-To"] == "<x1@acme.example>"
    assert message["References"] == "<ML-7@acme.example> <x1@acme.example>"


@pytest.mark.parametrize("subject", ["Re: Your renewal", "RE : x", "Aw: x", "fwd: x", " re[2]: x"])
def test_a_subject_that_pretends_to_answer_is_refused(about: Deliberating, subject: str) -> None:
    with pytest.raises(InvalidInput, match="pretends"):
        mail(about, subject)


def test_words_of_any_language_survive_seven_bits(about: Deliberating) -> None:
    subject = "Zürich: Ihre Verlängerung, " + "ein langer Betreff " * 6
    message = read(mail(about, subject, "Grüße aus München,", "€ 1.200 – " * 30))
    assert message["Subject"] == subject.strip()
    assert "€ 1.200 – € 1.200" in message.get_body().get_content()


def test_a_customer_safe_document_is_enclosed_with_a_fixed_border(about: Deliberating) -> None:
    effect = mail(about, "Re: Report", arguments={**REPLY, "document": "soc2-summary"})
    enclosed = list(read(effect).iter_attachments())
    assert [part.get_filename() for part in enclosed] == ["soc2-summary.md"]
    assert "Zürich" in enclosed[0].get_content()
    assert effect == mail(about, "Re: Report", arguments={**REPLY, "document": "soc2-summary"})


@pytest.mark.parametrize("document", ["battle-card", "customer-list"])
def test_any_other_document_stays_inside(about: Deliberating, document: str) -> None:
    with pytest.raises(InvalidInput, match=r"document|customer-safe"):
        mail(about, "Re: Report", arguments={**REPLY, "document": document})


@pytest.mark.parametrize(
    "name", ["to", "cc", "bcc", "recipient", "recipients", "from", "subject", "amount", "tool"]
)
def test_an_address_or_header_among_the_arguments_is_refused(about: Deliberating, name: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        mail(about, arguments={name: "partner@evil.example"})


@pytest.mark.parametrize(
    ("recipient", "why"),
    [
        (None, "no recipient"),
        ("sarah@acme.example", "no contact"),
        ("Contact/daniel-kim", "no contact"),
        ("Contact/nora-blake", "not a verified contact"),
        ("Contact/ida-moss", "address of ours"),
        ("Account/acme", "no contact"),
    ],
)
def test_only_a_verified_contact_of_this_account_is_written_to(
    about: Deliberating, recipient: str | None, why: str
) -> None:
    with pytest.raises(InvalidInput, match=why):
        mail(about, recipient=recipient)


def test_an_address_that_only_a_mail_states_is_not_written_to() -> None:
    story = acme().tell(
        "contact.updated", "2026-03-09", "mail", contact="sarah-chen", email="sarah@acme-co.example"
    )
    about = looking_at(story)
    claim = about.view.contacts[-1].claim("email")
    assert claim is not None
    assert claim.trust is Trust.UNTRUSTED
    with pytest.raises(InvalidInput, match="not a verified contact"):
        mail(about)


@pytest.mark.parametrize("tool", ["email.send", "calendar.schedule"])
def test_what_a_tool_declares_decides_whose_word_for_an_address_is_enough(
    about: Deliberating, tool: str
) -> None:
    open_gate = gateway(Path("home"))
    made = open_gate.leaves[tool]
    stricter = replace(made.spec, trust_required=dict.fromkeys(made.spec.trust_required, Trust.ADMIN))
    strict = replace(open_gate, leaves={**open_gate.leaves, tool: replace(made, spec=stricter)})  # type: ignore[type-var]  # each tool is a dataclass
    kind = "send_email" if tool == "email.send" else "schedule_meeting"
    with pytest.raises(InvalidInput, match="not a verified contact"):
        strict.prepare(proposal(kind, recipient=SARAH), ACTION, words(), about)


def test_a_contact_of_another_account_is_not_written_to() -> None:
    other = Story("calder").account(name="Calder", owner="priya").person("Daniel Kim")
    with pytest.raises(InvalidInput, match="another account"):
        mail(looking_at(other), recipient="Contact/daniel-kim")


@pytest.mark.parametrize("break_", ["\r\nBcc: partner@evil.example", "\nX: 1", "\r", "\x00"])
def test_a_line_break_in_the_subject_is_refused(about: Deliberating, break_: str) -> None:
    with pytest.raises(InvalidInput, match="subject"):
        mail(about, f"Your renewal{break_}")


def test_an_unfilled_slot_or_a_foreign_link_is_refused(about: Deliberating) -> None:
    for body in ("Hello {{first_name}}", "See https://evil.example/pay"):
        with pytest.raises(InvalidInput, match="body"):
            mail(about, "Your renewal", body)


def test_nothing_is_sent_without_words_or_without_a_postal_address(about: Deliberating) -> None:
    with pytest.raises(InvalidInput, match="words"):
        gateway(Path("home")).prepare(proposal(recipient=SARAH), ACTION, None, about)
    company = PROFILE.company.model_copy(update={"sender": None})
    bare = gateway(Path("home"), profile=PROFILE.model_copy(update={"company": company}))
    with pytest.raises(InvalidInput, match="postal address"):
        bare.prepare(proposal(recipient=SARAH), ACTION, words(), about)


def test_a_mail_answers_only_whom_it_was_exchanged_with(about: Deliberating) -> None:
    with pytest.raises(InvalidInput, match="took no part"):
        mail(about, "Re: Report", recipient="Contact/raj-patel", arguments=REPLY)


@pytest.mark.parametrize(
    ("percent", "is_allowed"), [("18", True), ("18.01", False), ("40", False), ("101", False)]
)
def test_a_discount_goes_no_further_than_a_record_asks(
    about: Deliberating, percent: str, *, is_allowed: bool
) -> None:
    arguments = {"percent": percent, "deal": "D-1"}
    if is_allowed:
        assert mail(about, arguments=arguments).arguments["discount_percent"] == percent
        return
    with pytest.raises(InvalidInput, match=r"percent|discount"):
        mail(about, arguments=arguments)


def test_a_delegate_writes_in_the_name_of_the_records_owner() -> None:
    story = acme().account("2026-03-01", owner="tom").beside(away={"tom": "priya"})
    effect = mail(looking_at(story), owner="priya", arguments={"in_name_of": "tom"})
    assert read(effect)["From"] == "Tom Becker <tom@fieldstone.example>"


@pytest.mark.parametrize(
    ("owner", "name"), [("priya", "dana"), ("lee", "maya"), ("maya", "nobody"), ("maya", "priya")]
)
def test_nobody_writes_in_the_name_of_somebody_else(about: Deliberating, owner: str, name: str) -> None:
    with pytest.raises(InvalidInput, match="stand in"):
        mail(about, owner=owner, arguments={"in_name_of": name})


def test_what_is_stored_is_what_is_handed_over(about: Deliberating, tmp_path: Path) -> None:
    effect, desk = mail(about), gateway(tmp_path)
    action = carrying(effect)
    assert desk.probe(action) == "absent"
    assert desk.outside(action).kind == "receipt"
    (file,) = desk.outbox.iterdir()
    assert file.read_bytes() == effect.content.encode()
    assert file.name == f"{sealed(KEY, 'message-id', ACTION)}@fieldstone.example.eml"
    assert desk.probe(action) == "found"


def test_a_forged_effect_is_not_handed_over(about: Deliberating, tmp_path: Path) -> None:
    effect, desk = mail(about), gateway(tmp_path)
    forged = [
        carrying(effect, tenant="other"),
        carrying(
            replace(effect, content=effect.content.replace("30 April", "1 May")),
            effect_hash=effect_hash(effect),
        ),
        carrying(replace(effect, recipients=("partner@evil.example",))),
        carrying(replace(effect, content=effect.content.replace("To: sarah@acme", "To: eve@evil"))),
        carrying(
            replace(effect, content=effect.content.replace("\r\nDate:", "\r\nBcc: eve@evil.example\r\nDate:"))
        ),
        carrying(effect, id=ActionId("ac_another")),
        carrying(replace(effect, content="From: nobody")),
    ]
    assert [desk.outside(action).kind for action in forged] == ["refused"] * len(forged)
    assert [desk.probe(action) for action in forged] == ["unknown"] * len(forged)
    assert not desk.outbox.exists()


def test_an_edit_changes_words_alone_and_takes_a_name_of_its_own(about: Deliberating, tmp_path: Path) -> None:
    effect, desk = (
        mail(about, "Re: Report", arguments={**REPLY, "document": "soc2-summary"}),
        gateway(tmp_path),
    )
    changed = desk.edited(carrying(effect), {"subject": "Re: Größe", "body": "Grüße"})
    old, new = read(effect), read(changed)
    kept = ("From", "To", "Date", "In-Reply-To", "References", "List-Unsubscribe")
    assert [str(old[name]) for name in kept] == [str(new[name]) for name in kept]
    assert (new["Subject"], new["Message-ID"] != old["Message-ID"]) == ("Re: Größe", True)
    assert new.get_body().get_content().splitlines()[:3] == ["Grüße", "", "-- "]
    assert changed.recipients == effect.recipients
    successor = carrying(changed, id=ActionId("ac_next"), predecessor=ACTION)
    assert desk.outside(successor).kind == "receipt"
    assert desk.outside(replace(successor, predecessor=ActionId("ac_stranger"))).kind == "refused"


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "Contact/raj-patel"}, {"owner": "dana"}, {"discount_percent": "40"}, {},
        {"subject": "A\r\nBcc: x@evil.example"}, {"subject": "Re: never"}, {"body": "{{slot}}"}, {"body": ""},
        {"body": "https://evil.example"},
    ],
)  # fmt: skip
def test_an_edit_of_anything_else_is_refused(about: Deliberating, changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        gateway(Path("home")).edited(carrying(mail(about)), changes)


def test_after_sending_the_mail_stands_in_its_thread_and_counts(about: Deliberating) -> None:
    effect = mail(about, "Re: Report", arguments=REPLY)
    after = gateway(Path("home")).after(carrying(effect), NOW)
    (record,), (event,) = after.records, after.events
    assert isinstance(event.data, MailSent)
    assert (record.kind, record.recipient, record.subject) == ("mail", "sarah@acme.example", event.data.mail)
    assert event.data.mail == read(effect)["Message-ID"].strip("<>")
    assert (event.source, event.data.thread, event.data.in_reply_to) == ("mail", "T-1", "ML-7")
    assert "-- " not in event.data.text
    assert gateway(Path("elsewhere")).after(carrying(effect), NOW) == after
