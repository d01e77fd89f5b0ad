"""Facts of one subject: the deal, ticket, promise, person, form or question a row is about."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from agents.playbook.documents import document_for
from agents.playbook.expansion import promised_offer
from agents.playbook.facts import Facts, known, present, silence
from agents.playbook.people import person_of
from agents.playbook.purpose import answer_to
from agents.playbook.rows import Settings
from agents.playbook.scene import Known, Scene, is_mailable
from state.world.business_time import fiscal_quarter
from state.world.judgement import Contradiction
from state.world.view import Contact, Deal, Form, Promise, ReadingNode, Subscription, Ticket

PRICES = frozenset({"quote", "pricing"})


def subject_facts(scene: Scene, settings: Settings, topic: str | None = None) -> Facts:
    """Collect what a condition may know of the subject; `topic` is the question whose answer it reads."""
    facts: Facts = {**_deal(scene), **_contract(scene)}
    if scene.node is not None:
        facts |= _OF_TYPE.get(type(scene.node), _nothing)(scene)
    if isinstance(scene.node, ReadingNode):
        facts |= _reading(scene, scene.node, settings)
    if scene.contradiction is not None:
        one = scene.contradiction
        facts["contradiction.attribute"] = Known(one.attribute, one.sides)
        facts["contradiction.is_noted"] = Known(_is_noted(scene, one))
    if topic is not None and scene.subject is not None:
        answer = answer_to(scene.about, topic, scene.subject)
        facts["question.is_answered"] = Known(answer is not None, answer.cite("answer") if answer else ())
        if answer is not None:
            facts["question.answer"] = Known(first_word(answer.text("answer") or ""), answer.cite("answer"))
    return facts


def _is_noted(scene: Scene, contradiction: Contradiction) -> bool:
    """Say whether the edit behind the record's side carries a note of its own."""
    node = scene.node
    claim = None if node is None else node.claim(contradiction.attribute)
    if node is None or claim is None:
        return False
    return any(note.event == claim.event and note.value for note in node.history("note"))


def _nothing(_: Scene) -> Facts:
    return {}


def _deal(scene: Scene) -> Facts:
    deal = scene.deal
    if deal is None or not deal.is_open:
        return {"deal.present": Known(value=False)}
    line = scene.about.profile.pipeline.pipeline(deal.text("pipeline"))
    stage, close_on, money = deal.text("stage") or "", deal.close_on, deal.amount
    start = scene.about.profile.company.fiscal_year_start_month
    same = None if close_on is None else fiscal_quarter(close_on, start) == fiscal_quarter(scene.today, start)
    return present(
        {
            "deal.present": Known(value=True, evidence=deal.cite("name")),
            "deal.kind": known(deal.text("kind"), deal.cite("kind")),
            "deal.is_final_two": known(line.is_final_two(stage), deal.cite("stage")),
            "deal.is_proposal_on": known(line.is_from(stage, line.proposal_from), deal.cite("stage")),
            "deal.forecast": known(forecast_of(scene, deal), deal.cite("forecast_category", "stage")),
            "deal.days_to_close": known(
                (close_on - scene.today).days if close_on else None, deal.cite("close_on")
            ),
            "deal.closes_this_quarter": known(same, deal.cite("close_on")),
            "deal.quiet_days": known(silence(scene.about)),
            "deal.amount": known(money.amount if money else None, deal.cite("amount")),
            **_discount(scene, deal),
        }
    )


def forecast_of(scene: Scene, deal: Deal) -> str:
    """Read the forecast category that was set; `none` when the source has none."""
    return deal.text("forecast_category") or "none"


def discount_of(scene: Scene, deal: Deal) -> Decimal | None:
    """Read the discount asked for: the CRM's field, else the latest words with a number."""
    if deal.discount_requested_percent is not None:
        return deal.discount_requested_percent
    spoken = [node for node in scene.view.readings_of("discount_request") if node.value("percent")]
    latest = max(spoken, key=lambda node: (node.at, node.key), default=None)
    return None if latest is None else latest.decimal("percent")


def _discount(scene: Scene, deal: Deal) -> Mapping[str, Known | None]:
    percent, prices = discount_of(scene, deal), scene.about.profile.prices
    cited = (
        *deal.cite("discount_requested_percent"),
        *(e for node in scene.view.readings_of("discount_request") for e in node.cite("percent")),
    )
    is_sellers = None if percent is None or prices is None else prices.approver(percent) == "seller"
    return {
        "deal.discount_percent": known(percent, cited),
        "deal.discount_is_sellers": known(is_sellers, cited),
    }


def _contract(scene: Scene) -> Facts:
    contract = scene.contract
    ends = None if contract is None else contract.ends_on
    if contract is None or ends is None:
        return {}
    return {"contract.days_left": Known((ends - scene.today).days, contract.cite("ends_on"))}


def _ticket(scene: Scene) -> Facts:
    ticket = scene.as_(Ticket)
    return {} if ticket is None else {"ticket.severity": Known(ticket.severity, ticket.cite("severity"))}


def _promise(scene: Scene) -> Facts:
    promise = scene.as_(Promise)
    if promise is None:
        return {}
    due, priced = promise.due_on, promised_offer(scene)
    about_price = bool(PRICES & set(promise.texts("items")))
    return present(
        {
            "promise.is_ours": known(promise.is_ours, promise.cite("deliverable")),
            "promise.is_price": known(about_price, promise.cite("items")),
            "promise.is_priced": known(about_price and priced is not None, priced.evidence if priced else ()),
            "promise.days_overdue": known((scene.today - due).days if due else None, promise.cite("due_on")),
        }
    )


def _contact(scene: Scene) -> Facts:
    contact = scene.as_(Contact)
    if contact is None:
        return {}
    person = scene.about.person(contact.key)
    soft = [b for b in scene.view.bounces if b.recipient == contact.email and b.status_code.startswith("4")]
    codes = scene.about.profile.signals.stakeholder_changed.hard_bounce_codes
    bounced = [b for b in scene.view.bounces if b.recipient == contact.email and b.status_code in codes]
    joined = [
        news for news in scene.view.news
        if news.news_kind == "person_joined" and news.person.casefold() == contact.name.casefold()
    ]  # fmt: skip
    return {
        "contact.is_weighty": Known(contact.is_champion or contact.is_economic_buyer, contact.cite("roles")),
        "contact.is_marked": Known(not contact.is_verified, contact.cite("verified")),
        "contact.is_recorded_active": Known(not contact.has_left, contact.cite("active")),
        "contact.has_left": Known(
            contact.has_left or (person is not None and person.is_unreachable),
            person.evidence if person else (),
        ),
        "contact.address_bounced": Known(
            bool(bounced),
            tuple(e for one in bounced for e in one.cite("recipient", "status_code", "diagnostic")),
        ),
        "contact.bounced_softly": Known(
            bool(soft), tuple(e for one in soft for e in one.cite("recipient", "status_code"))
        ),
        "contact.is_new_firm": Known(
            bool(joined), tuple(e for news in joined for e in news.cite("headline"))
        ),
    }


def _reading(scene: Scene, node: ReadingNode, settings: Settings) -> Facts:
    call_on = node.day("on") if node.topic == "call_back" else None
    items, wants = node.texts("items"), node.text("wants") or ""
    document = document_for(items, wants, settings.documents, scene.about)
    return present(
        {
            "call_back.is_due": known(call_on <= scene.today if call_on else None, node.cite("on")),
            "request.has_document": known(document is not None, node.cite("text")),
            "request.is_prices": known(bool(PRICES & set(items)), node.cite("text")),
        }
    )


def first_word(text: str) -> str:
    """Read the first word of an answer, lower case: the id of the option."""
    return "".join(
        letter for letter in (text.split() or [""])[0].casefold() if letter.isalnum() or letter == "_"
    )


def _form(scene: Scene) -> Facts:
    form = scene.as_(Form)
    if form is None:
        return {}
    person = person_of(scene.about, form.sender)
    may_write = person is not None and is_mailable(scene.about, person)
    return {
        "form.kind": Known(form.form_kind, form.cite("kind", "sender")),
        "form.sender_is_mailable": Known(may_write, form.cite("sender")),
    }


_OF_TYPE: Mapping[type, Callable[[Scene], Facts]] = {
    Ticket: _ticket,
    Promise: _promise,
    Contact: _contact,
    Form: _form,
    Deal: _nothing,
    Subscription: _nothing,
}
