"""Competitors that a customer or the CRM names, and discounts that a customer asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import SequenceMatcher

from state.evidence import Evidence
from state.ids import NodeKey
from state.world.detection.rule import Finding, Silence
from state.world.detection.scene import Scene
from state.world.detection.wording import day_text, number_text
from state.world.signal import Severity
from state.world.view import Deal, ReadingNode


@dataclass(frozen=True, slots=True)
class _Mention:
    """One record that names a rival."""

    rival: str
    at: datetime
    proof: tuple[Evidence, ...]


def competitor_added(scene: Scene) -> Iterator[Finding]:
    """Tell each competitor once; further records that name it are evidence of the same signal."""
    rule = scene.limits.competitor_added
    if scene.profile.competitors is None and any(r.topic == "competitor" for r in scene.view.readings):
        text = "No dictionary of competitors is configured."
        yield Silence("COMPETITOR_ADDED", scene.view.key, "not_configured", text)
    mentions = sorted([*_recorded(scene), *_spoken(scene)], key=lambda one: (one.rival, one.at))
    for rival in sorted({one.rival for one in mentions}):
        found = [one for one in mentions if one.rival == rival]
        if not scene.is_live(found[-1].at):
            continue
        is_late = rule.is_high_in_final_two and _is_late(scene)
        yield scene.signal(
            "COMPETITOR_ADDED",
            scene.view.key,
            Severity.HIGH if is_late else rule.severity,
            found[0].at,
            f"{rival} is named as a competitor since {day_text(scene.day_of(found[0].at))}.",
            [cited for one in found for cited in one.proof],
            sub_state=rival,
            numbers={"since": scene.day_of(found[0].at).isoformat(), "competitor": rival},
        )


def matched(scene: Scene, name: str) -> str | None:
    """Find the dictionary's competitor whose name or alias a written name is close enough to."""
    known = scene.profile.competitors
    if known is None:
        return None
    wanted, border = plain(name), scene.limits.competitor_added.fuzzy_score
    scored = [
        (alike(wanted, plain(alias)), rival.name)
        for rival in known.competitors
        for alias in (rival.name, *rival.aliases)
    ]
    best = max(scored, key=lambda one: (one[0], one[1]), default=(0.0, ""))
    return best[1] if best[0] >= border else None


def plain(name: str) -> str:
    """Keep letters and digits only, lower case."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def alike(left: str, right: str) -> float:
    """Units: 0 to 100, by matching blocks."""
    return SequenceMatcher(None, left, right, autojunk=False).ratio() * 100


def _recorded(scene: Scene) -> Iterator[_Mention]:
    for deal in scene.view.open_deals:
        for claim in deal.history("competitors"):
            for name in claim.value if isinstance(claim.value, list | tuple) else ():
                yield _Mention(matched(scene, str(name)) or str(name), claim.valid_from, (claim.evidence(),))


def _spoken(scene: Scene) -> Iterator[_Mention]:
    for reading in scene.view.readings:
        if reading.topic != "competitor" or reading.speaker != "them" or reading.at > scene.now:
            continue
        for name in reading.texts("names") or (reading.text("name") or "",):
            rival = matched(scene, name)
            if rival is not None:
                yield _Mention(rival, reading.at, reading.cite("text", "name"))


def _is_late(scene: Scene) -> bool:
    return any(
        deal.stage is not None and scene.profile.pipeline.pipeline(deal.pipeline).is_final_two(deal.stage)
        for deal in scene.view.open_deals
    )


def discount_requested(scene: Scene) -> Iterator[Finding]:
    """Tell what discount the buyer of an open deal asked for, by the CRM or in the buyer's words."""
    asked = [r for r in scene.view.readings if r.topic == "discount_request" and scene.is_live(r.at)]
    open_deals = scene.view.open_deals
    for deal in open_deals:
        words = asked if len(open_deals) == 1 else []
        recorded = deal.discount_requested_percent
        if recorded or words:
            yield _discount(scene, deal.key, deal, recorded, words)
    if asked and len(open_deals) != 1:
        yield _discount(scene, scene.view.key, None, None, asked)


def _discount(
    scene: Scene, subject: NodeKey, deal: Deal | None, recorded: Decimal | None, words: list[ReadingNode]
) -> Finding:
    said = next((p for reading in reversed(words) if (p := reading.decimal("percent")) is not None), None)
    percent = recorded or said
    what = "a discount" if percent is None else f"a discount of {number_text(float(percent))}%"
    proof = [
        *(deal.cite("discount_requested_percent") if deal else ()),
        *(cited for reading in words for cited in reading.cite("percent", "text")),
    ]
    since = min((item.observed_at for item in proof), default=scene.now)
    return scene.signal(
        "DISCOUNT_REQUESTED", subject, scene.limits.discount_requested.severity, since,
        f"The buyer asked for {what}.",
        proof,
        numbers={} if percent is None else {"percent": number_text(float(percent))},
    )  # fmt: skip
