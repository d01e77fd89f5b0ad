"""Outgoing mail, judged from its bytes: what the gateway writes breaks no rule; each rule has mails that break it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from state.errors import InvalidInput
from state.governance.effect import Effect
from state.world.profile.company import Company, Sender
from tests.build import PROFILE
from tests.fakes.tooling import ACTION, SARAH, acme, carrying, gateway, looking_at, proposal, words
from tools.catalog import letter_rules
from tools.catalog.letter_rules import Outgoing, enclosed_in, objections

COMPANY = PROFILE.company


def sender() -> Sender:
    """Give the lines of the company that its mails carry."""
    assert COMPANY.sender is not None
    return COMPANY.sender


SENDER = sender()
ADDRESS, WAY_OUT, LINK = SENDER.postal_address, SENDER.opt_out_address, str(SENDER.opt_out_url)
REPLY = {"in_reply_to": "ML-7", "purpose": "reply"}
RAJ = "Contact/raj-patel"
BARE = COMPANY.model_copy(update={"sender": SENDER.model_copy(update={"opt_out_url": None})})
ABOUT = looking_at(acme())


@cache
def mail(
    subject: str = "Your renewal",
    body: str = "Hello Sarah,\nyour renewal is due on 30 April.",
    recipient: str = SARAH,
    document: str = "",
    kind: str = "",
    company: str = "",
) -> Effect:
    """Render a mail through the gateway."""
    profile = PROFILE.model_copy(update={"company": BARE}) if company else PROFILE
    arguments = {**(REPLY if kind == "reply" else {}), **({"document": document} if document else {})}
    desk = gateway(Path("home"), profile=profile)
    about = replace(ABOUT, profile=profile)
    return desk.prepare(
        proposal(recipient=recipient, arguments=arguments), ACTION, words(subject, body), about
    )


PASSING: Mapping[str, Callable[[], Effect]] = {
    "plain": mail,
    "to another contact": lambda: mail(recipient=RAJ),
    "a reply": lambda: mail("Re: Report", kind="reply"),
    "a reply under a new subject": lambda: mail("The report", kind="reply"),
    "a counted reply": lambda: mail("Re[2]: Report", kind="reply"),
    "a German reply": lambda: mail("AW: Report", kind="reply"),
    "an enclosed page": lambda: mail(document="soc2-summary"),
    "a reply with a page": lambda: mail("Re: Report", kind="reply", document="soc2-summary"),
    "umlauts": lambda: mail("Ihre Verlängerung", "Grüße aus Zürich"),
    "another script": lambda: mail("更新のご案内", "こんにちは"),
    "a long subject": lambda: mail("Ihre Verlängerung " * 12),
    "a long line": lambda: mail(body="word " * 900),
    "many lines": lambda: mail(body="\n".join(f"Line {n}." for n in range(200))),
    "a dot at the start": lambda: mail(body=".\n.hidden\n..\nFrom here on"),
    "a link of ours": lambda: mail(body="See https://www.fieldstone.example/help."),
    "a link of our root": lambda: mail(body="See https://fieldstone.example/x?y=1."),
    "our address": lambda: mail(body="Write to maya@fieldstone.example."),
    "a signature": lambda: mail(body="Hello.\n\nMaya Ortiz\nAccount Executive"),
    "a subject about re-use": lambda: mail("Reuse of seats: an idea"),
    "a subject with a colon": lambda: mail("Acme: your renewal"),
    "quotation marks": lambda: mail("“Your” renewal – 'now'", 'Say "hello" & <b>'),
    "tabs": lambda: mail(body="a\tb\nc\td"),
    "without a link out": lambda: mail(company="bare"),
    "a time": lambda: mail("Thursday 10:00?", "Would 10:00 to 10:20 suit you?"),
}


def swapped(old: str, new: str, base: Callable[[], Effect] = mail, **fields: object) -> Callable[[], Effect]:
    """Change the bytes of a good mail, and what was approved where it is named."""

    def made() -> Effect:
        effect = base()
        assert old in effect.content, old
        content = effect.content.replace(old, new, 1)
        return replace(effect, content=content, **fields)  # type: ignore[arg-type]  # named by the fixture

    return made


def added(header: str, base: Callable[[], Effect] = mail) -> Callable[[], Effect]:
    return swapped("MIME-Version:", f"{header}\r\nMIME-Version:", base)


def two_people() -> Effect:
    effect = swapped("To: sarah@acme.example", "To: sarah@acme.example, raj@acme.example")()
    return replace(effect, recipients=("sarah@acme.example", "raj@acme.example"))


UNSUBSCRIBE = f"List-Unsubscribe: <{LINK}"
POST = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
ENCLOSING = PASSING["an enclosed page"]
FAILING: list[tuple[str, str, Callable[[], Effect]]] = [
    ("bytes", "a bare line feed", swapped("Hello Sarah,", "Hello\nSarah,")),
    ("bytes", "eight bits", swapped("Hello Sarah,", "Hellö Sarah,")),
    ("bytes", "an endless line", swapped("Hello Sarah,", "x" * 1200)),
    ("headers", "a copy", added("Cc: eve@evil.example")),
    ("headers", "a blind copy", added("Bcc: eve@evil.example")),
    ("headers", "an answer elsewhere", added("Reply-To: eve@evil.example")),
    ("headers", "a receipt", added("Disposition-Notification-To: maya@fieldstone.example")),
    ("headers", "another sender", added("Sender: eve@evil.example")),
    ("headers", "a resent mail", added("Resent-To: eve@evil.example")),
    ("headers", "a tracking header", added("X-Track: 1")),
    ("headers", "two subjects", added("Subject: Another")),
    ("headers", "two dates", added("Date: Tue, 10 Mar 2026 12:00:00 +0000")),
    ("headers", "no name", swapped("Message-ID: ", "References: ", PASSING["plain"])),
    ("date", "no zone", swapped("12:00:00 +0000", "12:00:00 -0000")),
    ("sender", "a stranger", swapped("maya@fieldstone.example>", "maya@evil.example>")),
    ("sender", "a look-alike", swapped("maya@fieldstone.example>", "maya@fieldst0ne.example>")),
    ("sender", "a domain below ours", swapped("maya@fieldstone.example>", "m@x.fieldstone.example>")),
    ("recipient", "somebody else", swapped("To: sarah@acme", "To: eve@evil")),
    ("recipient", "one more", swapped("To: sarah@acme.example", "To: sarah@acme.example, eve@evil.example")),
    ("recipient", "two approved people", two_people),
    ("recipient", "another approval", lambda: replace(mail(), recipients=("eve@evil.example",))),
    ("postal_address", "no address", swapped("118 Canal Street", "")),
    ("postal_address", "half of it", swapped("NY 12207", "NY")),
    ("way_out", "no way out", swapped(f"write to {WAY_OUT}", "write to us")),
    ("list_unsubscribe", "no mail address", swapped(f", <mailto:{WAY_OUT}", ", <mailto:maya@fieldstone.example")),
    ("list_unsubscribe", "a stranger's page", swapped(LINK, "https://evil.example/unsubscribe")),
    ("list_unsubscribe", "a longer host", swapped(LINK, f"{LINK}.evil.example/x")),
    ("list_unsubscribe", "an open page", swapped("https://mail.", "http://mail.")),
    ("list_unsubscribe", "the address in clear", swapped("?r=", "?r=sarah@acme.example&t=")),
    ("list_unsubscribe", "the address encoded", swapped("?r=", "?r=sarah%40acme.example&t=")),
    ("one_click", "no one click", swapped(POST, "")),
    ("one_click", "another click", swapped("=One-Click", "=Two-Clicks")),
    ("one_click", "a click without a link", added(POST.strip(), PASSING["without a link out"])),
    ("answer", "a pretended answer", swapped("Subject: Your", "Subject: Re: Your")),
    ("answer", "a wide colon", swapped("Subject: Your renewal", "Subject: =?utf-8?b?UmXvvJogeA==?=")),
    ("answer", "a forwarded mail", swapped("Subject: Your", "Subject: Fwd: Your")),
    ("answer", "a thread it is not in", added("In-Reply-To: <x@acme.example>\r\nReferences: <x@acme.example>")),
    ("answer", "half a thread", swapped("References:", "X:", PASSING["a reply"])),
    ("words", "a slot", swapped("Hello Sarah", "Hello {{first_name}}")),
    ("words", "a slot in brackets", swapped("Hello Sarah", "Hello [Name]")),
    ("words", "a slot in the subject", swapped("Subject: Your", "Subject: {{x}}")),
    ("words", "a foreign link", swapped("Hello Sarah", "https://evil.example/pay")),
    ("words", "a foreign link without a scheme", swapped("Hello Sarah", "www.evil.example")),
    ("words", "a hidden slot", swapped("Subject: Your renewal", "Subject: =?utf-8?b?e3tuYW1lfX0=?=")),
    ("words", "hidden direction", swapped("Subject: Your renewal", "Subject: =?utf-8?b?YeKArmI=?=")),
    ("parts", "a page of HTML enclosed", swapped("text/markdown", "text/html", ENCLOSING)),
    ("parts", "a picture enclosed", swapped("text/markdown", "image/png", ENCLOSING)),
    ("enclosures", "another file", lambda: replace(ENCLOSING(), attachments=("0" * 64,))),
    ("enclosures", "a file nobody approved", lambda: replace(ENCLOSING(), attachments=())),
    ("enclosures", "a file that is missing", lambda: replace(mail(), attachments=("0" * 64,))),
]  # fmt: skip


def company_of(name: str) -> Company:
    return BARE if "without" in name else COMPANY


def broken(effect: Effect, company: Company = COMPANY) -> list[str]:
    return [name for name, _ in objections(Outgoing(effect, company))]


def test_there_are_enough_of_both() -> None:
    assert min(len(PASSING), len(FAILING)) >= 20
    assert {rule for rule, _, _ in FAILING} == set(letter_rules.RULES)


@pytest.mark.parametrize("name", PASSING)
def test_what_the_gateway_writes_breaks_no_rule(name: str) -> None:
    assert broken(PASSING[name](), company_of(name)) == []


@pytest.mark.parametrize(
    ("rule", "name", "made"), FAILING, ids=[f"{rule}-{name}" for rule, name, _ in FAILING]
)
def test_each_fault_is_found_by_its_rule(
    rule: str, name: str, made: Callable[[], Effect], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = broken(made(), company_of(name))
    assert rule in found
    monkeypatch.setattr(letter_rules, "RULES", {k: v for k, v in letter_rules.RULES.items() if k != rule})
    assert rule not in broken(made(), company_of(name))


@pytest.mark.parametrize("rule", letter_rules.RULES)
def test_without_a_rule_at_least_one_of_its_mails_would_leave(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = [(made(), company_of(name)) for one, name, made in FAILING if one == rule]
    monkeypatch.setattr(letter_rules, "RULES", {k: v for k, v in letter_rules.RULES.items() if k != rule})
    assert any(broken(effect, company) == [] for effect, company in mails)


@pytest.mark.parametrize(
    ("rule", "name", "made"), FAILING, ids=[f"{rule}-{name}" for rule, name, _ in FAILING]
)
def test_none_of_them_is_handed_over(
    rule: str, name: str, made: Callable[[], Effect], tmp_path: Path
) -> None:
    profile = PROFILE.model_copy(update={"company": company_of(name)})
    desk = gateway(tmp_path, profile=profile)
    assert desk.outside(carrying(made())).kind == "refused"
    assert not desk.outbox.exists()


def test_a_company_that_moved_does_not_send_what_names_the_old_place(tmp_path: Path) -> None:
    moved = COMPANY.model_copy(update={"sender": SENDER.model_copy(update={"postal_address": "1 New Road"})})
    desk = gateway(tmp_path, profile=PROFILE.model_copy(update={"company": moved}))
    sent = desk.outside(carrying(mail()))
    assert (sent.kind, "postal address" in sent.detail) == ("refused", True)


def test_the_files_of_a_mail_are_part_of_what_is_approved() -> None:
    effect = ENCLOSING()
    assert effect.attachments == enclosed_in(effect.content) != ()
    with pytest.raises(InvalidInput, match="attached"):
        letter_rules.approve_to_leave(replace(effect, attachments=()), COMPANY)
