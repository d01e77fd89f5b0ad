"""What every deliberation says, also when it does nothing: interpretation, assessment, hypotheses, reasons to rest."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from agents.playbook.considering import Considered
from agents.playbook.facts import Facts
from agents.playbook.forming import stage_of
from agents.playbook.loading import Playbook
from agents.playbook.owners import ownership
from agents.playbook.slot_catalogue import SLOTS
from agents.playbook.slots import first_filled
from agents.playbook.subject_facts import subject_facts
from agents.playbook.subjects import scenes
from agents.playbook.timing import data_border, next_border
from state.decision.planning import Assessment, Hypothesis, Interpretation, NoAction
from state.decision.proposal import Proposal
from state.ports.deciding import Deliberating
from state.world.business_time import local_day
from state.world.detection import survey
from state.world.detection.scene import Scene as Detecting
from state.world.detection.usage import panel_of
from state.world.detection.wording import day_text, percent_text
from state.world.judgement import Contradiction
from state.world.signal import Severity, Signal

MOST_CHANGES = 2
_LOUD = Severity.MEDIUM.rank


def interpretation(about: Deliberating, proposals: Sequence[Proposal]) -> Interpretation:
    """Say what is happening, what changed and what matters now, in a sentence or two each."""
    judgement = about.judgement
    drivers = [
        driver.text.rstrip(".") for driver in judgement.momentum.drivers if driver.direction in ("up", "down")
    ]
    moving = f"Momentum is {judgement.momentum.direction}"
    happening = f"{about.view.name} is {judgement.posture}: {_sentence(judgement.posture_reason)} {moving}"
    return Interpretation(
        happening=f"{happening}: {'; '.join(drivers[:2])}." if drivers else f"{happening}.",
        changed=_changed(about),
        matters_now=_matters(about, proposals),
    )


def _sentence(text: str) -> str:
    stripped = text.strip().rstrip(".")
    return f"{stripped[:1].upper()}{stripped[1:]}."


def _changed(about: Deliberating) -> str:
    since = about.baseline.text if about.baseline is not None else "in the time compared"
    if not about.changes:
        return f"Nothing beyond the noise floor {since}."
    shown = " ".join(_sentence(change.text) for change in about.changes[:MOST_CHANGES])
    rest = len(about.changes) - MOST_CHANGES
    return f"{shown} {rest} more {since}." if rest > 0 else shown


def _matters(about: Deliberating, proposals: Sequence[Proposal]) -> str:
    if proposals:
        return _sentence(proposals[0].why_now)
    loud = [
        signal for signal in about.judgement.signals if signal.severity.rank >= _LOUD and not signal.to_admin
    ]
    if loud:
        return _sentence(_loudest(loud).text)
    coming = next_border(about)
    return (
        "Nothing is known that calls for an act."
        if coming is None
        else f"Nothing now; {coming[1]} on {_day(coming[0], about)}."
    )


def _loudest(signals: Sequence[Signal]) -> Signal:
    return min(signals, key=lambda signal: (-signal.severity.rank, signal.name, signal.subject))


def _day(instant: datetime, about: Deliberating) -> str:
    return day_text(local_day(instant, about.around.zone))


def assessment(about: Deliberating, proposals: Sequence[Proposal]) -> Assessment:
    """Say what is missing or contradictory, and whether that makes deciding unsafe."""
    judgement = about.judgement
    missing = (
        *(unknown.text for unknown in judgement.unknowns),
        *(f"No {name} source is connected." for name in judgement.not_connected),
    )
    critical = [one for one in judgement.contradictions if one.is_critical_attribute]
    touched = [
        one
        for one in critical
        if _rests_on(one, proposals, about.profile.judgement.contradiction.top_proposals)
    ]
    if touched:
        because = f"Sources disagree on {touched[0].attribute.replace('_', ' ')}, and a leading proposal rests on it."
    elif judgement.posture == "UNKNOWN":
        because = "Too little is known to name a posture; only what is certain is proposed."
    elif missing:
        because = "What is missing would not change what is proposed first."
    else:
        because = "Nothing required is missing and no critical sources disagree."
    return Assessment(
        missing=missing,
        contradictory=tuple(one.text for one in judgement.contradictions),
        safe_to_decide=not touched,
        because=because,
    )


def _rests_on(contradiction: Contradiction, proposals: Sequence[Proposal], top: int) -> bool:
    sides = {item.id for item in contradiction.sides}
    return any(sides & {item.id for item in proposal.evidence} or proposal.subject == contradiction.subject
               for proposal in proposals[:top])  # fmt: skip


def hypotheses(about: Deliberating, book: Playbook, considered: Considered) -> tuple[Hypothesis, ...]:
    """Say the explanations that would change what is right: the question's, then those whose conditions hold."""
    asked = () if considered.weighed is None else considered.weighed.hypotheses
    return (*asked, *_supposed(about, book, considered.facts))


def _supposed(about: Deliberating, book: Playbook, base: Facts) -> Iterator[Hypothesis]:
    for supposed in book.hypotheses:
        for scene in scenes(supposed.row.subject, about, book.settings)[:1]:
            facts = {**base, **subject_facts(scene, book.settings)}
            seen = supposed.test(facts)
            if seen is None:
                continue
            said = first_filled(supposed.row.text, stage_of(book, scene, ownership("account", scene)), SLOTS)
            if said is not None:
                cited = {
                    item.id: item for name in sorted(seen) if name in facts for item in facts[name].evidence
                }
                cited |= {item.id: item for item in said.evidence}
                yield Hypothesis(
                    id=supposed.row.id, text=said.text, likelihood=float(supposed.row.likelihood),
                    evidence=tuple(cited.values()),
                )  # fmt: skip


def no_action(about: Deliberating, considered: Considered) -> NoAction:
    """Say why nothing is done, and when to look again: the earliest border that is still to come."""
    coming, judgement = next_border(about), about.judgement
    reasons = [_sentence(judgement.posture_reason), *_season(about)]
    if judgement.posture == "UNKNOWN":
        silences = survey(about.view, about.around, about.profile).silences
        reasons += list(
            dict.fromkeys(_sentence(one.text) for one in silences if one.reason == "not_enough_data")
        )
        reasons += [_sentence(unknown.text) for unknown in judgement.unknowns]
        reasons += [f"No {name} source is connected." for name in judgement.not_connected]
    quiet = [signal for signal in judgement.signals if signal.severity.rank < _LOUD]
    if quiet:
        reasons.append(f"{_sentence(_loudest(quiet).text)} That alone calls for nothing.")
    if not any(signal.severity.rank >= _LOUD for signal in judgement.signals):
        reasons.append("No signal of medium or high severity is live.")
    look = coming[0] if coming is not None else data_border(about)
    if coming is not None:
        reasons.append(f"Next: {coming[1]} on {_day(coming[0], about)}.")
    return NoAction(reasons=tuple(dict.fromkeys(reasons)), look_again_at=look)


def _season(about: Deliberating) -> Iterator[str]:
    """Name a fall of usage that the same weeks of last year explain."""
    if not any(driver.direction == "down" for driver in about.judgement.momentum.drivers):
        return
    scene = Detecting(
        about.view.seen_from(about.profile.company.verified_domains), about.around, about.profile
    )
    series = about.view.series("active_users")
    panel = panel_of(scene, series) if series is not None and series.points else None
    border = float(about.profile.signals.usage_drop_percent.share)
    if panel is None or not panel.is_enough or about.judgement.has("USAGE_DROP_PERCENT"):
        return
    if panel.drop >= border and panel.seasonal_drop > 0:
        now, then = percent_text(panel.drop), percent_text(panel.seasonal_drop)
        yield f"Active users are {now} lower, a seasonal break: the same weeks of last year fell by {then}."
