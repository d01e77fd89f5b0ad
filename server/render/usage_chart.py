"""Active users as a small drawing: each day, the smoothed line, what is normal and the limits of chance.

Invariant: the same values always give the same bytes; the drawing holds no style and loads nothing; a sentence says
the same to whoever does not see it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from xml.sax.saxutils import escape

from graphs.telling.portrait import UsageOut
from state.world.detection.wording import day_text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 190, 38, 10, 12, 26
SHARE = 1.08
"""Room above the highest value."""


def usage_svg(usage: UsageOut) -> str:
    """Draw it."""
    top = _top(usage)
    said = escape(usage_words(usage), {'"': "&quot;"})
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    return "\n".join(
        [
            f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{said}">',
            *_frame(usage, top),
            *_limits(usage, top),
            f'<path class="daily" d="{_line(usage, top)}"/>',
            *_smooth(usage, top),
            "</svg>",
        ]
    )


def usage_words(usage: UsageOut) -> str:
    """Say what the drawing shows."""
    last = next((value for value in reversed(usage.values) if value is not None), None)
    parts = [f"Active users a day since {day_text(usage.first)}, last {last}"]
    if usage.mean_before is not None and usage.mean_now is not None:
        parts.append(
            f"{usage.window_days}-day mean {usage.mean_now:.0f}, before that {usage.mean_before:.0f}"
        )
    if usage.low is not None and usage.high is not None:
        parts.append(f"limits of chance {usage.low:.0f} to {usage.high:.0f}")
        parts.append(f"the smoothed line stands at {usage.smooth[-1]:.0f}" if usage.smooth else "")
    else:
        parts.append("not enough days to say what is normal")
    if usage.seats:
        parts.append(f"{usage.seats} seats sold")
    return "; ".join(part for part in parts if part) + "."


def _top(usage: UsageOut) -> float:
    known = [value for value in usage.values if value is not None]
    highest = max([*known, usage.high or 0, 1])
    return SHARE * (max(highest, usage.seats) if usage.seats <= 2 * highest else highest)


def _x(usage: UsageOut, place: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * place / max(1, len(usage.values) - 1)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _line(usage: UsageOut, top: float) -> str:
    """Join reported days; a gap stays a gap."""
    parts: list[str] = []
    is_on = False
    for place, value in enumerate(usage.values):
        if value is not None:
            parts.append(f"{'L' if is_on else 'M'}{_x(usage, place):.1f} {_y(value, top):.1f}")
        is_on = value is not None
    return "".join(parts)


def _frame(usage: UsageOut, top: float) -> Iterator[str]:
    base, end = HEIGHT - BOTTOM, WIDTH - RIGHT
    yield f'<path class="axis" d="M{LEFT} {base}H{end}"/>'
    yield f'<text class="tick end" x="{LEFT - 6}" y="{base + 4}">0</text>'
    for place, day in _months(usage.first, len(usage.values)):
        x = _x(usage, place)
        yield f'<path class="axis" d="M{x:.1f} {base}v4"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{HEIGHT - 7}">{day:%b}</text>'
    if usage.seats and usage.seats <= top:
        y = _y(usage.seats, top)
        yield f'<path class="seats" d="M{LEFT} {y:.1f}H{end}"/>'
        yield f'<text class="tick end" x="{LEFT - 6}" y="{y + 4:.1f}">{usage.seats}</text>'
        yield f'<text class="tick" x="{LEFT + 4}" y="{y + 12:.1f}">seats sold</text>'


def _months(first: date, count: int) -> Sequence[tuple[int, date]]:
    days = ((place, first + timedelta(days=place)) for place in range(count))
    return [(place, day) for place, day in days if day.day == 1]


def _limits(usage: UsageOut, top: float) -> Iterator[str]:
    if usage.normal is None or usage.low is None or usage.high is None:
        return
    left, end = _x(usage, len(usage.values) - usage.window_days * 2), WIDTH - RIGHT
    high, low = _y(usage.high, top), _y(usage.low, top)
    band = max(2.0, low - high)
    yield f'<rect class="band" x="{left:.1f}" y="{high:.1f}" width="{end - left:.1f}" height="{band:.1f}"/>'
    yield f'<text class="tick end" x="{LEFT - 6}" y="{_y(usage.normal, top) + 4:.1f}">{usage.normal:.0f}</text>'


def _smooth(usage: UsageOut, top: float) -> Iterator[str]:
    if not usage.smooth or usage.low is None or usage.high is None:
        return
    start = len(usage.values) - len(usage.smooth)
    path = "L".join(
        f"{_x(usage, start + place):.1f} {_y(value, top):.1f}" for place, value in enumerate(usage.smooth)
    )
    is_out = not usage.low <= usage.smooth[-1] <= usage.high
    yield f'<path class="smooth{" out" if is_out else ""}" d="M{path}"/>'
