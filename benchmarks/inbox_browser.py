"""How soon a handler reads: the page, the list of 25 conversations, and one conversation of 10 messages.

    PYTHONPATH=. .venv/bin/python benchmarks/inbox_browser.py

The real service and the system's Chromium on one machine, at full speed and with its processor slowed 4
times. Milliseconds, the middle of 5 runs: until the page asks for the passphrase; from unlocking to the list
with its subjects opened, the rounds of PBKDF2 among it; and from the press of a subject until all of it is
opened and shown (limit: 500). The ratio is to the same at full speed.
"""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tests.browser.inbox_office import PASSPHRASE, Desk, Office, running_office
from tests.browser.launching import LAUNCH, executable

CONVERSATIONS = 25
MESSAGES = 10
TIMES = 5
SUBJECT = "Conversation number {}"
READY = """new MutationObserver((_, watching) => {
  if (!document.querySelector("input[type=password]")) return;
  window.ready = performance.now();
  watching.disconnect();
}).observe(document, {subtree: true, childList: true});"""
# Milliseconds from the press of a button until so many of these stand there, and are painted.
PRESSED = """([button, wanted, number]) => new Promise((done) => {
  const began = performance.now();
  const look = () => {
    if (document.querySelectorAll(wanted).length !== number) return;
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  };
  const watching = new MutationObserver(look);
  watching.observe(document.body, {subtree: true, childList: true});
  [...document.querySelectorAll("button")].find((one) => one.textContent.startsWith(button)).click();
})"""


def fill(office: Office) -> None:
    """Conversations of ten messages, let out."""
    for number in range(CONVERSATIONS):
        sender = office.sender("It is about the shifts. " * 20, SUBJECT.format(number))
        for _ in range(MESSAGES - 1):
            office.send("messages", sender.addition("And there is more to say. " * 20))
    office.let_out()


def run(page: Page, office: Office, number: int) -> list[float]:
    """Milliseconds of the page, the list and a conversation, in a page that is loaded anew."""
    page.goto(f"{office.address}/inbox")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    ready = page.evaluate("window.ready")
    listed = page.evaluate(PRESSED, ["Unlock", ".entry", CONVERSATIONS])
    opened = page.evaluate(PRESSED, [SUBJECT.format(number), ".message .written", MESSAGES])
    return [float(ready), float(listed), float(opened)]


def measured(office: Office, desk: Desk, slowed: int) -> list[float]:
    """The middle of several runs, the processor slowed so many times."""
    page = desk.browser.new_page()
    page.add_init_script(READY)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    runs = [run(page, office, number) for number in range(TIMES)]
    page.close()
    return [median(parts) for parts in zip(*runs, strict=True)]


def main() -> None:
    """Print one line a speed."""
    with (
        TemporaryDirectory() as folder,
        running_office(Path(folder)) as office,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable(), args=LAUNCH)
        office.begin()
        desk = Desk(browser, office, "robin")
        desk.open()
        desk.make_key()
        desk.make_channel_key()
        fill(office)
        office.sign_in(desk.browser, desk.name)
        full = measured(office, desk, 1)
        for slowed in (1, 4):
            found = full if slowed == 1 else measured(office, desk, slowed)
            parts = zip(("page", "list", "conversation"), found, full, strict=True)
            told = [f"{name} {value:.0f} ms ({value / whole:.1f})" for name, value, whole in parts]
            print(f"slowed {slowed} times: {', '.join(told)}")
        browser.close()


if __name__ == "__main__":
    main()
