"""Moves of an open deal: its close date, its stage and its value; and that it was won, lost or reopened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, zip_longest

from state.evidence import Evidence
from state.world.business_time import fiscal_quarter
from state.world.delta import Delta
from state.world.detection.rule import Finding, Silence
from state.world.detection.scene import Scene
from state.world.detection.wording import counted, day_text, percent_text
from state.world.profile.deal_signals import CloseDateSlipped, ValueMoved
from state.world.signal import Severity
from state.world.view import Deal, Entity

_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def settled(history: tuple[Delta, ...], minutes: int) -> tuple[Delta, ...]:
    """Leave out values that were replaced within some minutes, cleared ones and repetitions."""
    kept: list[Delta] = []
    for claim, following in zip_longest(history, history[1:]):
        stood = following is None or following.valid_from - claim.valid_from > timedelta(minutes=minutes)
        if stood and claim.value is not None and (not kept or kept[-1].value != claim.value):
            kept.append(claim)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Slip:
    """A close date that moved later."""

    old: Delta
    new: Delta

    @property
    def old_day(self) -> date:
        """Where it stood."""
        return date.fromisoformat(str(self.old.value)[:10])

    @property
    def new_day(self) -> date:
        """Where it went."""
        return date.fromisoformat(str(self.new.value)[:10])

    @property
    def days(self) -> int:
        """Units: days later."""
        return (self.new_day - self.old_day).days


def slips(deal: Deal, rule: CloseDateSlipped) -> tuple[Slip, ...]:
    """List every slip of a deal's close date, oldest first."""
    claims = settled(deal.history("close_on"), rule.corrected_minutes)
    pairs = (Slip(old, new) for old, new in pairwise(claims))
    return tuple(slip for slip in pairs if slip.days >= rule.moved_days)


def close_date_slipped(scene: Scene) -> Iterator[Finding]:
    """Tell the newest slip of each open deal, and a close date that has passed."""
    rule = scene.limits.close_date_slipped
    for deal in scene.view.open_deals:
        close_on = deal.close_on
        if close_on is None:
            continue
        found = slips(deal, rule)
        if scene.today >= scene.business_day(close_on, rule.passed_business_days):
            yield _passed(scene, deal, close_on, len(found) + 1)
        elif found and scene.is_live(found[-1].new.valid_from) and _still_later(found[-1], close_on, rule):
            yield _moved(scene, deal, found)


def _still_later(slip: Slip, close_on: date, rule: CloseDateSlipped) -> bool:
    return (close_on - slip.old_day).days >= rule.moved_days


def _moved(scene: Scene, deal: Deal, found: tuple[Slip, ...]) -> Finding:
    last, count = found[-1], len(found)
    nth = _ORDINALS.get(count, f"{count}th")
    return scene.signal(
        "CLOSE_DATE_SLIPPED",
        deal.key,
        _slip_severity(scene, count, last.old_day, last.new_day),
        last.new.valid_from,
        f"The close date of {deal.name} moved from {day_text(last.old_day)} to {day_text(last.new_day)},"
        f" its {nth} slip.",
        [claim.evidence() for slip in found for claim in (slip.old, slip.new)],
        sub_state=f"moved-{count}",
        labels=deal.cite("name"),
        numbers={"slips": str(count), "days_moved": str(last.days), "nth": nth},
    )


def _passed(scene: Scene, deal: Deal, close_on: date, count: int) -> Finding:
    over = (scene.today - close_on).days
    return scene.signal(
        "CLOSE_DATE_SLIPPED",
        deal.key,
        _slip_severity(scene, count, close_on, scene.today),
        scene.start_of(close_on + timedelta(days=1)),
        f"The close date of {deal.name}, {day_text(close_on)}, passed {counted(over, 'day')} ago and it is open.",
        deal.cite("close_on", "stage"),
        sub_state="passed",
        labels=deal.cite("name"),
        numbers={"slips": str(count), "days_over": str(over)},
    )


def _slip_severity(scene: Scene, count: int, old: date, new: date) -> Severity:
    rule, month = scene.limits.close_date_slipped, scene.profile.company.fiscal_year_start_month
    crosses = rule.is_high_across_quarter and fiscal_quarter(old, month) != fiscal_quarter(new, month)
    return Severity.HIGH if count >= rule.high_slips or crosses else rule.severity


def deal_stage_moved(scene: Scene) -> Iterator[Finding]:
    """Tell the newest step back and the newest step forward of each open deal that still hold."""
    for deal in scene.view.open_deals:
        current = _index(scene, deal, deal.stage)
        if current is not None:
            yield from _stage_moves(scene, deal, current)


def _stage_moves(scene: Scene, deal: Deal, current: int) -> Iterator[Finding]:
    limits = scene.limits
    for name, rule, sign in (
        ("DEAL_STAGE_REGRESSED", limits.deal_stage_regressed, -1),
        ("DEAL_STAGE_ADVANCED", limits.deal_stage_advanced, 1),
    ):
        claims = settled(deal.history("stage"), rule.reverted_minutes)
        for old, new in reversed(tuple(pairwise(claims))):
            before, after = _index(scene, deal, str(old.value)), _index(scene, deal, str(new.value))
            if (
                before is None
                or after is None
                or (after - before) * sign <= 0
                or not scene.is_live(new.valid_from)
            ):
                continue
            holds = current < before if sign < 0 else current >= after
            if holds:
                verb = "went back" if sign < 0 else "advanced"
                yield scene.signal(
                    name, deal.key, rule.severity, new.valid_from,
                    f"{deal.name} {verb} from {old.value} to {new.value} on {day_text(scene.day_of(new.valid_from))}.",
                    (old.evidence(), new.evidence()),
                    labels=deal.cite("name"),
                    numbers={"moved_on": scene.day_of(new.valid_from).isoformat(), "steps": str(abs(after - before))},
                )  # fmt: skip
                break


def _index(scene: Scene, deal: Deal, stage: str | None) -> int | None:
    return None if stage is None else scene.profile.pipeline.pipeline(deal.pipeline).index_of(stage)


def deal_value_moved(scene: Scene) -> Iterator[Finding]:
    """Tell the newest fall and the newest rise of each open deal's amount that still hold."""
    limits = scene.limits
    for deal in scene.view.open_deals:
        currency = deal.text("currency") or scene.profile.company.currency
        if currency != scene.profile.company.currency:
            if len(deal.history("amount")) > 1:
                text = f"No rate turns {currency} into {scene.profile.company.currency}."
                yield Silence("DEAL_VALUE_DECREASED", deal.key, "not_configured", text)
            continue
        yield from _value_moves(scene, deal, "DEAL_VALUE_DECREASED", limits.deal_value_decreased, -1)
        yield from _value_moves(scene, deal, "DEAL_VALUE_INCREASED", limits.deal_value_increased, 1)


def _value_moves(scene: Scene, deal: Deal, name: str, rule: ValueMoved, sign: int) -> Iterator[Finding]:
    claims = settled(deal.history("amount"), rule.corrected_minutes)
    current = deal.decimal("amount")
    for old, new in reversed(tuple(pairwise(claims))):
        if current is None or not scene.is_live(new.valid_from) or not _comparable(deal, old, new):
            continue
        before, after = Decimal(str(old.value)), Decimal(str(new.value))
        if not (_beyond(before, after, rule, sign) and _beyond(before, current, rule, sign)):
            continue
        if sign < 0 and _is_split(scene, deal, before - after, new.valid_from, rule):
            continue
        share = abs(after - before) / before
        verb = "fell" if sign < 0 else "rose"
        yield scene.signal(
            name, deal.key, Severity.HIGH if share >= rule.high_share else rule.severity, new.valid_from,
            f"The amount of {deal.name} {verb} from {_money(deal, before)} to {_money(deal, after)},"
            f" by {percent_text(float(share))}.",
            (old.evidence(), new.evidence(), *deal.cite("currency")),
            labels=deal.cite("name"),
            numbers={"percent": percent_text(float(share)), "difference": _money(deal, abs(after - before))},
        )  # fmt: skip
        return


def _beyond(before: Decimal, after: Decimal, rule: ValueMoved, sign: int) -> bool:
    change = (after - before) * sign
    return before > 0 and change >= rule.amount and change / before >= rule.share


def _comparable(deal: Deal, old: Delta, new: Delta) -> bool:
    """Both amounts are real ones, in one currency."""
    moments = (old.valid_from, new.valid_from)
    same_currency = len({_at(deal, "currency", moment) for moment in moments}) == 1
    return same_currency and all(_at(deal, "amount_inferred", moment) is not True for moment in moments)


def _at(entity: Entity, attribute: str, moment: datetime) -> object:
    known = [claim.value for claim in entity.history(attribute) if claim.valid_from <= moment]
    return known[-1] if known else None


def _is_split(scene: Scene, deal: Deal, missing: Decimal, moment: datetime, rule: ValueMoved) -> bool:
    near = timedelta(minutes=rule.split_minutes)
    found = Decimal(0)
    for other in scene.view.open_deals:
        first = next(iter(other.history("amount")), None)
        if first is not None and other.key != deal.key and abs(first.valid_from - moment) <= near:
            found += Decimal(str(first.value or 0))
    return found == missing


def _money(deal: Deal, amount: Decimal) -> str:
    found = deal.amount
    return str(amount) if found is None else str(found.model_copy(update={"amount": amount}))


def deal_closed(scene: Scene) -> Iterator[Finding]:
    """Tell the newest closing or reopening of each deal."""
    for deal in scene.view.deals:
        claim = deal.claim("outcome")
        if claim is None or not scene.is_live(claim.valid_from):
            continue
        proof: tuple[Evidence, ...] = (claim.evidence(), *deal.cite("closed_on"))
        day = deal.day("closed_on") or scene.day_of(claim.valid_from)
        yield scene.signal(
            "DEAL_CLOSED",
            deal.key,
            scene.limits.deal_closed.severity,
            claim.valid_from,
            f"{deal.name} was {claim.value} on {day_text(day)}.",
            proof,
            sub_state=str(claim.value),
            labels=deal.cite("name"),
        )
