"""Compliance: no secret, no foreign address or account, no hidden order and no internal page stands in a draft.

Invariant: what is checked is the text as it would be read, whoever wrote it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from agents.critic.confidential import secrets_in
from agents.critic.review import WRITTEN, Drafted, Review, found, leaves, runs, words_of
from state.decision.finding import Finding
from state.decision.proposal import Proposal
from state.evidence import Evidence

QUOTED_WORDS = 7
"""A run of so many equal words is a quotation."""
ORDER_WORDS = 4
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"\bhttps?://([^\s/\"”’')>]+)|\bwww\.([^\s/\"”’')>]+)", re.IGNORECASE)
Check = Callable[["_Desk", Drafted], Iterator[tuple[str, str, tuple[Evidence, ...]]]]


class _Desk:
    """What every draft of one plan is held against, read once."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self._quoting: dict[tuple[str, ...], bool] = {}

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Those a draft to this account may name."""
        view = self.review.about.view
        known = [contact.email for contact in view.contacts if contact.email]
        guests = [person.email for meeting in view.meetings for person in meeting.attendees]
        return frozenset(address.lower() for address in (*known, *guests))

    @cached_property
    def strangers(self) -> tuple[str, ...]:
        """Names of other companies that this account's records bring in."""
        about = self.review.about
        own = {name.casefold() for name in (about.view.name, *about.view.texts("aliases"))}
        named = (*(peer.name for peer in about.around.same_domain), *(one.company for one in about.view.news))
        return tuple(sorted({name for name in named if name and name.casefold() not in own}))

    @cached_property
    def orders(self) -> str:
        """Every hidden text and every sentence read as an order to a machine, as words."""
        view = self.review.about.view
        hidden = [mail.text("hidden_text") or "" for mail in view.mails]
        read = [node.quote for node in view.readings_of("instruction")]
        return _padded((*hidden, *read))

    @cached_property
    def internal(self) -> str:
        """Every page that may not appear in a draft, as words."""
        about = self.review.about
        pages = [document.text for document in about.knowledge if not document.is_customer_safe]
        passages = [one.text for one in about.recollections if one.scope in ("internal", "legal")]
        return _padded((*pages, *passages))

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(self.internal.replace("|", " ").split())

    def quotes_internal(self, words: tuple[str, ...]) -> bool:
        """Tell whether a run of words stands on an internal page and on no public one."""
        if words not in self._quoting:
            self._quoting[words] = any(
                run in self.internal and run not in self.public
                for stretch in _stretches(words, self._vocabulary)
                for run in runs(stretch, QUOTED_WORDS)
            )
        return self._quoting[words]

    @cached_property
    def public(self) -> str:
        """Every page that may, as words."""
        return _padded(document.text for document in self.review.about.knowledge if document.is_customer_safe)

    @cached_property
    def internal_pages(self) -> frozenset[str]:
        """Ids of pages that may not be cited in a draft."""
        return frozenset(one.id for one in self.review.about.knowledge if not one.is_customer_safe)


def _stretches(words: tuple[str, ...], known: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Cut words where one occurs that is not known: no quotation reaches over it."""
    kept: list[str] = []
    for word in (*words, ""):
        if word in known:
            kept.append(word)
            continue
        yield tuple(kept)
        kept = []


def _padded(texts: Iterable[str]) -> str:
    return "|".join(f" {' '.join(words_of(text))} " for text in texts if text)


def compliance(review: Review) -> Iterator[Finding]:
    """Check every draft, and whom every outgoing proposal is addressed to."""
    desk = _Desk(review)
    for drafted in review.drafted:
        for check in _CHECKS:
            for rule, text, cited in check(desk, drafted):
                yield found("compliance", rule, drafted.proposal.id, text, is_blocking=True, evidence=cited)
    for proposal in review.proposals:
        yield from _addressed(review, proposal)


def _secrets(_: _Desk, drafted: Drafted) -> Iterator[tuple[str, str, tuple[Evidence, ...]]]:
    for rule, what in secrets_in(drafted.text):
        yield rule, f"The draft holds {what}; take it out.", ()


def _addresses(desk: _Desk, drafted: Drafted) -> Iterator[tuple[str, str, tuple[Evidence, ...]]]:
    for address in dict.fromkeys(_ADDRESS.findall(drafted.text.lower())):
        wanted = address.rstrip(".")
        if wanted not in desk.addresses and not desk.review.about.profile.company.is_inside(wanted):
            yield (
                "foreign_address",
                f"{wanted} is nobody of ours and nobody of this account; take it out.",
                (),
            )


def _links(desk: _Desk, drafted: Drafted) -> Iterator[tuple[str, str, tuple[Evidence, ...]]]:
    sender = desk.review.about.profile.company.sender
    allowed = () if sender is None else sender.link_domains
    for match in _LINK.finditer(drafted.text):
        host = (
            (match.group(1) or match.group(2)).casefold().partition(":")[0].rpartition("@")[2].rstrip(".,;")
        )
        if not any(host == domain or host.endswith(f".{domain}") for domain in allowed):
            yield "foreign_link", f"A link to {host} may not leave; use a page of ours or take it out.", ()


def _strangers(desk: _Desk, drafted: Drafted) -> Iterator[tuple[str, str, tuple[Evidence, ...]]]:
    text = f" {' '.join(drafted.words)} "
    for name in desk.strangers:
        if f" {' '.join(words_of(name))} " in text:
            yield "other_account_named", f"The draft names {name}, another company; take it out.", ()


def _orders(desk: _Desk, drafted: Drafted) -> Iterator[tuple[str, str, tuple[Evidence, ...]]]:
    if desk.orders and any(run in desk.orders for run in runs(drafted.words, ORDER_WORDS)):
        text = (
            "The draft repeats an order that stood in a text from outside; write it anew without that text."
        )
        yield "untrusted_order_echoed", text, ()


def _pages(desk: _Desk, drafted: Drafted) -> Iterator[tuple[str, str, tuple[Evidence, ...]]]:
    cited = [item for statement in drafted.draft.statements for item in statement.evidence]
    unsafe = tuple(
        item for item in cited if item.source == "knowledge" and item.record in desk.internal_pages
    )
    if unsafe or desk.quotes_internal(drafted.words):
        text = "The draft quotes a page that is not for customers; use a customer-safe page instead."
        yield "internal_knowledge", text, unsafe


_CHECKS: tuple[Check, ...] = (_secrets, _addresses, _links, _strangers, _orders, _pages)


def _addressed(review: Review, proposal: Proposal) -> Iterator[Finding]:
    if proposal.account != review.about.view.identifier:
        text = f"It is about {proposal.account}, and this loop may only act on {review.about.view.name}."
        yield found("compliance", "other_account", proposal.id, text, is_blocking=True)
    if proposal.recipient is None or not (proposal.action_type in WRITTEN or leaves(proposal)):
        return
    contact = review.about.view.contact(proposal.recipient)
    if contact is None:
        text = "Its recipient is no contact of this account; choose one who is."
        yield found("compliance", "recipient_unknown", proposal.id, text, is_blocking=True)
        return
    person = review.recipient(proposal)
    if contact.has_opted_out or (person is not None and person.has_opted_out):
        text = f"{contact.name} has opted out of mail; call, or write to another contact."
        cited = contact.cite("mail_consent", "name")
        yield found("compliance", "recipient_opted_out", proposal.id, text, is_blocking=True, evidence=cited)
    if person is not None and person.is_unreachable:
        text = f"{contact.name} cannot be reached at {contact.email}; find another contact."
        yield found(
            "compliance",
            "recipient_unreachable",
            proposal.id,
            text,
            is_blocking=True,
            evidence=person.evidence,
        )
