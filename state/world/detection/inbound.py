"""What came in from outside: replies, forms, human opens, news, and new people who fit."""

from collections.abc import Iterator
from datetime import timedelta

from state.world.detection.fit import contact_score, is_duplicate, is_outsider, persona_tier
from state.world.detection.rule import Finding, Silence
from state.world.detection.scene import Scene
from state.world.detection.wording import counted, day_text
from state.world.view import Mail, Open


def reply_received(scene: Scene) -> Iterator[Finding]:
    """Tell the newest personal mail of each outside sender that nobody here has answered."""
    newest: dict[str, Mail] = {}
    for mail in scene.view.mails:
        if (
            mail.is_inbound
            and mail.is_personal
            and mail.at <= scene.now
            and not scene.view.is_inside(mail.sender)
        ):
            newest[mail.sender] = mail
    for mail in sorted(newest.values(), key=lambda one: one.key):
        if not scene.is_live(mail.at) or _is_answered(scene, mail):
            continue
        person = scene.view.contact_by_email(mail.sender)
        yield scene.signal(
            "REPLY_RECEIVED",
            mail.key,
            scene.limits.reply_received.severity,
            mail.at,
            f"{person.name if person else mail.sender} wrote on {day_text(scene.day_of(mail.at))};"
            " nobody has answered.",
            mail.cite("sender", "subject", "text"),
            sub_state=_class_of(scene, mail),
            labels=() if person is None else person.cite("name"),
            numbers={"received_on": scene.day_of(mail.at).isoformat()},
        )


def _is_answered(scene: Scene, mail: Mail) -> bool:
    touched = any(t.at > mail.at and t.kind != "mail_in" and t.address == mail.sender for t in scene.touches)
    thread = mail.text("thread")
    return touched or any(
        other.at > mail.at and not other.is_inbound and thread is not None and other.text("thread") == thread
        for other in scene.view.mails
    )


def _class_of(scene: Scene, mail: Mail) -> str:
    """Shape: unsubscribe, request or other; a reading decides, not the mood of the words."""
    topics = {reading.topic for reading in scene.view.readings if reading.read_in == mail.key}
    if "opt_out" in topics:
        return "unsubscribe"
    return "request" if "request" in topics and "request_withdrawn" not in topics else "other"


def form_submitted(scene: Scene) -> Iterator[Finding]:
    """Tell each form that a person filled in and whose account is certain enough."""
    rule = scene.limits.form_submitted
    for form in scene.view.forms:
        certain = (form.decimal("resolution") or 1) >= rule.resolution
        if form.flag("spam") or not certain or not scene.is_live(form.at):
            continue
        severity = rule.medium_severity if form.form_kind in rule.medium_forms else rule.severity
        person = scene.view.contact_by_email(form.sender)
        yield scene.signal(
            "FORM_SUBMITTED",
            form.key,
            severity,
            form.at,
            f"{person.name if person else form.sender} sent a {form.form_kind} form"
            f" on {day_text(scene.day_of(form.at))}.",
            form.cite("kind", "sender", "text"),
            sub_state=form.form_kind,
            labels=() if person is None else person.cite("name"),
            numbers={"sent_on": scene.day_of(form.at).isoformat()},
        )


def email_opened_multiple(scene: Scene) -> Iterator[Finding]:
    """Tell each known reader whose opens look human; a hint, never a ground."""
    rule = scene.limits.email_opened_multiple
    by_reader: dict[str, list[Open]] = {}
    for opened in sorted(scene.view.opens, key=lambda one: (one.at, one.key)):
        if opened.at <= scene.now and not opened.is_proxy and not _is_machine(scene, opened):
            by_reader.setdefault(opened.recipient, []).append(opened)
    for address, opens in sorted(by_reader.items()):
        person = scene.view.contact_by_email(address)
        human = _without_bursts(opens, rule.burst_seconds)
        window = [one for one in human if human[-1].at - one.at <= timedelta(hours=rule.within_hours)]
        hours = {one.at.replace(minute=0, second=0, microsecond=0) for one in window}
        if person is None or len(window) < rule.opens or len(hours) < rule.separate_hours:
            continue
        if scene.is_live(window[-1].at):
            yield scene.signal(
                "EMAIL_OPENED_MULTIPLE", person.key, rule.severity, window[-1].at,
                f"{person.name} opened our mail {counted(len(window), 'time')} in {rule.within_hours} hours.",
                [cited for one in window for cited in one.cite("mail", "recipient")],
                labels=person.cite("name"),
                numbers={"opens": str(len(window)), "hours": str(rule.within_hours)},
                confidence=float(rule.confidence_max),
            )  # fmt: skip


def _is_machine(scene: Scene, opened: Open) -> bool:
    """Tell whether an image was fetched so soon after delivery that a scanner did it."""
    sent = next((mail.at for mail in scene.view.mails if mail.identifier == opened.mail), None)
    delivered = opened.instant("delivered_at") or sent
    seconds = scene.limits.email_opened_multiple.machine_seconds
    return delivered is not None and opened.at - delivered <= timedelta(seconds=seconds)


def _without_bursts(opens: list[Open], seconds: int) -> list[Open]:
    kept: list[Open] = []
    for one in opens:
        if not kept or one.at - kept[-1].at > timedelta(seconds=seconds):
            kept.append(one)
    return kept


def news_event(scene: Scene) -> Iterator[Finding]:
    """Tell each recent report that is surely about this company; always inferred."""
    rule = scene.limits.news_event
    for report in scene.view.news:
        if report.matched_by == "name" or not scene.is_live(report.at):
            continue
        yield scene.signal(
            "NEWS_EVENT",
            report.key,
            rule.severity,
            report.at,
            f"Reported on {day_text(scene.day_of(report.at))}: {report.headline.rstrip('.')}.",
            report.cite("headline", "kind", "matched_by"),
            sub_state=report.news_kind,
            numbers={"reported_on": scene.day_of(report.at).isoformat()},
            confidence=float(rule.confidence_max),
            is_predicted=True,
        )


def new_contact_high_fit(scene: Scene) -> Iterator[Finding]:
    """Tell each new person who may be written to, plays a part that matters, at an account that fits."""
    rule = scene.limits.new_contact_high_fit
    for person in scene.view.contacts:
        created = person.day("created_on") or scene.day_of(person.first_seen)
        if not 0 <= (scene.today - created).days <= rule.new_days or person.has_opted_out or person.has_left:
            continue
        if is_outsider(scene, person) or is_duplicate(scene, person):
            continue
        tier, score = persona_tier(scene), contact_score(scene, person)
        if tier is None or score is None:
            text = "No ICP or personas are configured, and the CRM has no scores."
            yield Silence("NEW_CONTACT_HIGH_FIT", person.key, "not_configured", text)
        elif tier in rule.tiers and score >= rule.persona_score:
            yield scene.signal(
                "NEW_CONTACT_HIGH_FIT", person.key, rule.severity, person.first_seen,
                f"{person.name} is new since {day_text(created)} and scores {score} at a tier {tier} account.",
                (*person.cite("created_on", "fit_score", "title"), *scene.view.cite("fit_score")),
                labels=person.cite("name"),
                numbers={"score": str(score), "since": created.isoformat(), "tier": tier},
            )  # fmt: skip
