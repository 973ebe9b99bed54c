"""How soon a respondent can read the promise, and how much comes over the wire, on a slow phone.

    PYTHONPATH=. .venv/bin/python benchmarks/respondent_page.py

The real service and the system's Chromium, whose processor is slowed 4 times and whose network is slow 4G
(1.6 Mbit/s down, 0.75 up, 150 ms). Milliseconds from the request; kilobytes with headers. The ratio is to the
same page in a browser that is not slowed.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser.launching import LAUNCH, executable, started
from tests.browser.waves import Wave, open_wave

PHONE = {"width": 390, "height": 844}
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
WATCH = """new MutationObserver((_, watching) => {
  if (document.querySelector(".bar")) { window.ready = performance.now(); watching.disconnect(); }
}).observe(document, {subtree: true, childList: true});"""
LANGUAGES = ("en", "de", "ar")
TIMES = 3


def opened(browser: Browser, link: str, language: str, slow: bool) -> tuple[float, float, float]:
    """Milliseconds until the promise stands there, kilobytes by then, and kilobytes in all."""
    context = browser.new_context(viewport=PHONE, locale=language)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if slow:
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"] / 1000))
    page.add_init_script(WATCH)
    page.goto(link)
    page.wait_for_selector(".bar")
    by_then = sum(received)
    ready = float(page.evaluate("window.ready"))
    page.wait_for_load_state("networkidle")
    context.close()
    return ready, by_then, sum(received)


def main() -> None:
    """Print one line a language: the median of three."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright, started(Path(folder)) as server:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(LAUNCH))
        wave = open_wave(server)
        for language in LANGUAGES:
            slowed = middle(browser, wave, language, slow=True)
            quick = middle(browser, wave, language, slow=False)
            ready, first, all_of_it = slowed
            print(
                f"{language}: ready in {ready:.0f} ms after {first:.1f} KB, {all_of_it:.1f} KB in all; "
                f"{ready / quick[0]:.1f} times as long as not slowed"
            )
        browser.close()


def middle(browser: Browser, wave: Wave, language: str, *, slow: bool) -> Any:
    """The run of the middle time."""
    runs = sorted(opened(browser, wave.link(), language, slow) for _ in range(TIMES))
    return runs[TIMES // 2]


if __name__ == "__main__":
    main()
