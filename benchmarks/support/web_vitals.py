"""Core Web Vitals and transferred bytes of one page load, by the Chrome DevTools Protocol."""

import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page
from playwright.sync_api import TimeoutError as NotThere

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
KINDS = {
    "Document": "html", "Script": "scripts", "Stylesheet": "styles", "Font": "fonts", "Image": "pictures",
    "Media": "media",
}  # fmt: skip
QUIET_SECONDS = 1.0
LONGEST_SECONDS = 40.0
OBSERVERS = """(() => {
  const seen = (window.__vitals = { lcp: 0, element: "", cls: 0, shifts: [], tasks: [], taps: {} });
  const watch = (type, take, more) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe(
      { type, buffered: true, ...more });
  watch("largest-contentful-paint", (entry) => {
    seen.lcp = entry.startTime;
    seen.element = (entry.element?.className || entry.element?.tagName || "").toString().slice(0, 40);
  });
  watch("layout-shift", (entry) => {
    if (entry.hadRecentInput) return;
    seen.cls += entry.value;
    const moved = entry.sources?.[0]?.node;
    const name = moved?.className || moved?.nodeName || "";
    seen.shifts.push([Math.round(entry.value * 1000) / 1000, String(name).slice(0, 60)]);
  });
  watch("longtask", (entry) => seen.tasks.push(entry.duration));
  watch("event", (entry) => {
    if (!entry.interactionId) return;
    seen.taps[entry.interactionId] = Math.max(seen.taps[entry.interactionId] || 0, entry.duration);
  }, { durationThreshold: 16 });
})()"""


@dataclass(frozen=True)
class Line:
    """A connection and a processor, as the browser emulates them."""

    name: str
    bits_per_second: float = 0.0
    latency_ms: float = 0.0
    slowdown: float = 1.0


LOOPBACK = Line("loopback")
SLOW = Line("1.6 Mbit/s, processor ÷ 4", 1.6e6, 150.0, 4.0)


@dataclass
class Load:
    """One page load: bytes on the line by kind, and the vitals in milliseconds."""

    bytes: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    lcp: float = 0.0
    cls: float = 0.0
    blocked: float = 0.0
    taps: list[float] = field(default_factory=list)
    remarks: str = ""

    @property
    def weight(self) -> float:
        """Without films and music, in KB."""
        return (self.bytes.total() - self.bytes["media"]) / 1000

    @property
    def tap(self) -> float:
        """Interaction to next paint at the 75th percentile; zero where nothing was tapped."""
        if len(self.taps) < 2:
            return max(self.taps, default=0.0)
        return statistics.quantiles(self.taps, n=4, method="inclusive")[2]


class Meter:
    """Counts what one tab takes from the line; media whose reading was broken off, as far as they came."""

    def __init__(self, session: CDPSession) -> None:
        self.load, self._kinds = Load(), dict[str, str]()
        self._received: Counter[str] = Counter()
        self._busy: set[str] = set()
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._arrived)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", self._failed)
        session.send("Network.enable")

    @property
    def is_quiet(self) -> bool:
        return not self._busy

    def _sent(self, event: Any) -> None:
        if event["request"]["url"].startswith("http"):
            kind = event.get("type", "")
            self._kinds[event["requestId"]] = KINDS.get(kind, "other")
            self._busy.add(event["requestId"])

    def _answered(self, event: Any) -> None:
        if event["response"].get("fromDiskCache") or event["response"].get("fromPrefetchCache"):
            return
        self.load.requests += event["requestId"] in self._kinds

    def _arrived(self, event: Any) -> None:
        self._received[event["requestId"]] += event["encodedDataLength"]

    def _finished(self, event: Any) -> None:
        self._busy.discard(event["requestId"])
        if kind := self._kinds.get(event["requestId"]):
            self.load.bytes[kind] += int(event["encodedDataLength"])

    def _failed(self, event: Any) -> None:
        self._busy.discard(event["requestId"])
        if kind := self._kinds.get(event["requestId"]):
            self.load.bytes[kind] += self._received[event["requestId"]]


def opened(browser: Browser, address: str, cookies: Any) -> BrowserContext:
    context = browser.new_context(base_url=address, **PHONE)
    context.set_default_timeout(LONGEST_SECONDS * 1000)
    context.add_cookies(cookies)
    context.add_init_script(OBSERVERS)
    return context


def measured(context: BrowserContext, path: str, line: Line, shown: str, taps: list[str]) -> Load:
    """A load in a tab of its own until `shown` is there and the line is quiet, then taps on these."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    meter = Meter(session)
    _emulate(session, line)
    page.goto(path, wait_until="commit")
    load = meter.load
    page.locator(shown).first.wait_for()
    _settle(page, meter)
    _read(page, load)
    weight, requests = Counter(load.bytes), load.requests
    load.taps = _tapped(page, taps)
    load.bytes, load.requests = weight, requests
    page.close()
    return load


def _emulate(session: CDPSession, line: Line) -> None:
    if line.bits_per_second:
        speed = line.bits_per_second / 8
        throttled = {"downloadThroughput": speed, "uploadThroughput": speed, "latency": line.latency_ms}
        session.send("Network.emulateNetworkConditions", {"offline": False, **throttled})
    session.send("Emulation.setCPUThrottlingRate", {"rate": line.slowdown})


def _settle(page: Page, meter: Meter) -> None:
    """Until nothing is on its way for a second: a video that buffers for ever is given up after a while."""
    quiet = waited = 0.0
    while quiet < QUIET_SECONDS and waited < LONGEST_SECONDS:
        page.wait_for_timeout(100)
        quiet, waited = (quiet + 0.1 if meter.is_quiet else 0.0), waited + 0.1


def _read(page: Page, load: Load) -> None:
    seen = page.evaluate("window.__vitals")
    load.lcp, load.cls = seen["lcp"], seen["cls"]
    load.blocked = sum(max(0.0, duration - 50) for duration in seen["tasks"])
    size, moved = max(seen["shifts"], default=(0.0, ""))
    load.remarks = f"largest: {seen['element']}" + (f"; moved: {moved}" if size >= 0.01 else "")


def _tapped(page: Page, selectors: list[str]) -> list[float]:
    for selector in selectors:
        try:
            page.locator(selector).first.tap(timeout=3000)
        except NotThere:
            continue
        page.wait_for_timeout(600)
    taps: list[float] = page.evaluate("Object.values(window.__vitals.taps)")
    return taps
