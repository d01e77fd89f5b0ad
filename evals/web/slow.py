"""Every page as somebody with a slow laptop on a slow line meets it: a quarter of the speed, 150 ms, 1.6 Mbit/s.

Units: kilobytes are those on the wire, cold cache; times count from the navigation.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from evals.bench.stage import Skipped
from evals.bench.table import Line
from evals.web.homes import sample_home
from evals.web.serving import Served, served

CHROMIUM = Path("/usr/bin/chromium")
CPU_SLOWER, LATENCY_MS, BITS_PER_SECOND = 4, 150, 1_600_000
REPEATS = 3
SETTLED_MS = 700
"""After everything is loaded: a late shift or a late paint is still seen."""
BORDERS = {"kB": 60.0, "usable": 1.2, "LCP": 1.0, "TBT": 100.0, "CLS": 0.05}
UNITS = {"kB": "kB", "usable": "s", "LCP": "s", "TBT": "ms", "CLS": ""}
OBSERVED = """
window.seen = {lcp: 0, cls: 0, long: []};
const watch = (type, note) =>
  new PerformanceObserver((found) => found.getEntries().forEach(note)).observe({type, buffered: true});
watch("largest-contentful-paint", (one) => { seen.lcp = one.startTime; });
watch("layout-shift", (one) => { if (!one.hadRecentInput) seen.cls += one.value; });
watch("longtask", (one) => { seen.long.push([one.startTime, one.duration]); });
"""
TOLD = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const first = paint ? paint.startTime : page.domContentLoadedEventEnd;
  const after = seen.long.filter(([start, taken]) => start + taken > first);
  const busy = Math.max(0, ...after.map(([start, taken]) => start + taken));
  return {
    LCP: Math.max(seen.lcp, first) / 1000, CLS: seen.cls,
    TBT: after.reduce((sum, [, taken]) => sum + Math.max(0, taken - 50), 0),
    usable: Math.max(first, page.domContentLoadedEventEnd, busy) / 1000,
  };
}"""
"""Usable: something is painted, every script has run, and no long task holds the page."""


def measure() -> Sequence[Line]:
    """Measure every page on the sample company. Raises: Skipped."""
    if not CHROMIUM.exists():
        raise Skipped(f"{CHROMIUM} is not there: apt-get install chromium")
    with sample_home() as home, served(home, "fieldstone") as server, sync_playwright() as playwright:
        flags = ["--disable-gpu", "--disable-dev-shm-usage", *(["--no-sandbox"] if os.getuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        try:
            return [line for place in places(server) for line in _lines(browser, server, place)]
        finally:
            browser.close()


def places(server: Served) -> list[str]:
    """List the pages: those of the navigation, and one of each kind that they lead to."""
    card = server.client.get("/api/cards", params={"limit": 1}).json()["items"][0]["id"]
    deep = [f"/inbox/{card}", "/accounts/acme-corp", "/accounts/acme-corp/brief", f"/why/{card}", "/stop"]
    return ["/signin", *named(server.client.get("/today").text), *deep]


def named(page: str) -> list[str]:
    """Read the navigation."""
    inside = page.partition('<nav aria-label="Pages">')[2].partition("</nav>")[0]
    return [part.partition('"')[0] for part in inside.split('href="')[1:]]


def _lines(browser: Browser, server: Served, place: str) -> list[Line]:
    found = [_once(browser, server, place) for _ in range(REPEATS)]
    shown = place if "_" not in place else place.rpartition("/")[0] + "/…"
    return [
        Line(f"{shown}: {name}", median(one[name] for one in found), UNITS[name], border)
        for name, border in BORDERS.items()
    ]


def _once(browser: Browser, server: Served, place: str) -> Mapping[str, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    try:
        name, value = server.cookie
        context.add_cookies([{"name": name, "value": value, "url": server.url}])
        page = context.new_page()
        bytes_of = _slowed(page, context.new_cdp_session(page))
        page.add_init_script(OBSERVED)
        page.goto(server.url + place, wait_until="load")
        page.wait_for_timeout(SETTLED_MS)
        told: dict[str, float] = page.evaluate(TOLD)
        return {**told, "kB": sum(bytes_of.values()) / 1000}
    finally:
        context.close()


def _slowed(page: Page, session: CDPSession) -> dict[str, float]:
    """Slow the browser down. Shape: request → bytes on the wire, filled as they come."""
    del page
    found: dict[str, float] = {}
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    speed = BITS_PER_SECOND / 8
    line = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": speed, "uploadThroughput": speed}
    session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
    session.on(
        "Network.loadingFinished", lambda one: found.__setitem__(one["requestId"], one["encodedDataLength"])
    )
    return found
