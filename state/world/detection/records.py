"""Facts about the records themselves: people who opted out, and accounts that look like one."""

from collections.abc import Iterator

from state.world.detection.competition import alike
from state.world.detection.rule import Finding
from state.world.detection.scene import Scene
from state.world.detection.wording import day_text, half_up
from state.world.view import ReadingNode


def consent_opted_out(scene: Scene) -> Iterator[Finding]:
    """Tell each person who must not be mailed, by record or by their own words."""
    asked: dict[str, ReadingNode] = {}
    for reading in scene.view.readings:
        speaker = scene.view.speaker_of(reading) if reading.topic == "opt_out" else None
        if speaker is not None and reading.at <= scene.now:
            asked[speaker.key] = reading
    for person in scene.view.contacts:
        claim, words = person.claim("mail_consent"), asked.get(person.key)
        is_recorded = claim is not None and claim.value == "opted_out"
        if words is not None and claim is not None and not is_recorded and claim.valid_from > words.at:
            continue
        if not is_recorded and words is None:
            continue
        since = (
            claim.valid_from
            if claim is not None and is_recorded
            else words.at
            if words is not None
            else scene.now
        )
        yield scene.signal(
            "CONSENT_OPTED_OUT", person.key, scene.limits.consent_opted_out.severity, since,
            f"{person.name} wants no mail since {day_text(scene.day_of(since))}.",
            (*person.cite("mail_consent"), *(words.cite("text") if words is not None else ())),
            sub_state="recorded" if is_recorded else "asked",
            labels=person.cite("name"),
            numbers={"since": scene.day_of(since).isoformat()},
        )  # fmt: skip


def duplicate_account(scene: Scene) -> Iterator[Finding]:
    """Tell each other account of the same mail domain whose name is nearly the same."""
    rule = scene.limits.duplicate_account
    own = bare_name(scene.view.name, rule.legal_forms)
    others = [peer for peer in scene.around.same_domain if not peer.is_parted]
    for peer in sorted(others, key=lambda one: one.account):
        score = half_up(alike(own, bare_name(peer.name, rule.legal_forms)))
        if score < rule.name_score:
            continue
        yield scene.signal(
            "DUPLICATE_ACCOUNT", scene.view.key, rule.severity, scene.view.first_seen,
            f"{peer.name} has the same mail domain and nearly the same name.",
            scene.view.cite("domain"),
            sub_state=peer.account,
            labels=scene.view.cite("name"),
            numbers={"other": peer.name, "other_account": peer.account, "name_score": str(score)},
        )  # fmt: skip


def bare_name(name: str, legal_forms: tuple[str, ...]) -> str:
    """Keep letters and digits of a company's name, without its legal form."""
    words = "".join(
        letter if letter.isalnum() else " " for letter in name.casefold().replace(".", "")
    ).split()
    while len(words) > 1 and words[-1] in legal_forms:
        words.pop()
    return "".join(words)
