"""A pulse that comes by itself, through the real processes: schedule, letter, answer, tally, release."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from privacy.answers import Response
from privacy.release import verify_release
from service.accounts.api_keys import digest_of, new_api_key
from service.client.client import RespondentClient
from service.client.link import parse_link
from service.demo.server import running_service
from service.demo.staff import Owner
from service.store import staff
from service.store.engine import open_engine
from service.store.unit_of_work import unit_of_work
from tests.post_office import PostOffice, link_in

PEOPLE = 12
DEFINITION = (
    'id: mood\nversion: "1"\ntitle: {en: Mood, de: Stimmung}\nlanguages: [en, de]\nquestions:\n'
    "  - {id: mood, type: scale, favourable: [good], text: {en: How is it, de: Wie ist es},"
    " options: [{id: bad, text: {en: Bad, de: Schlecht}}, {id: good, text: {en: Good, de: Gut}}]}\n"
)


def test_a_pulse_comes_by_itself_and_its_letters_lead_to_a_release(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    data, key, office = tmp_path / "data", new_api_key(), PostOffice()
    data.mkdir()
    main = open_engine(database.main)
    with unit_of_work(main) as tx:
        staff.add_key(tx, name="test", role="admin", digest=digest_of(key), day=datetime.now(UTC).date())
    main.dispose()
    with office.open() as port:
        settings = {
            "DATABASE": database.main,
            "BOX_DATABASE": database.box,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "pulse@example.org",
            "ORGANISATION": "Example & Sons",
        }
        with running_service(data, 0, settings) as address:
            owner = Owner(address, key)
            _story(owner, office, address)
            owner.close()
    log = (data / "service.log").read_text()
    assert not any(f"person-{number}" in log for number in range(PEOPLE))


def _story(owner: Owner, office: PostOffice, address: str) -> None:
    owner.create_survey(DEFINITION)
    people = [
        {
            "person": f"person-{number}",
            "attributes": {},
            "email": f"person-{number}@example.org",
            "language": ("en", "de")[number % 2],
        }
        for number in range(PEOPLE)
    ]
    owner.call("PUT", "/surveys/mood/roster", {"people": people})
    now = datetime.now(UTC) - timedelta(minutes=1)
    schedule: dict[str, Any] = {
        "cadence": "weekly",
        "starts_on": now.date().isoformat(),
        "opens": now.strftime("%H:%M"),
        "closes": now.strftime("%H:%M"),
        "open_days": 2,
        "terms": {"epsilon": 0.8, "merge_at": 1, "allow_empty": True},
        "mail": True,
    }
    year = owner.call("PUT", "/surveys/mood/schedule", schedule)
    assert len(year["waves"]) > 51
    assert year["waves"][0]["invited"] == PEOPLE
    until(lambda: _first_date(owner).get("state") == "open" and len(office.letters) == PEOPLE)
    assert set(office.number.values()) == {1}
    subjects = {letter["Subject"] for _, letter in office.letters}
    assert subjects == {"Mood: your view", "Stimmung: Ihre Sicht"}
    links = [parse_link(link_in(letter)) for _, letter in office.letters]
    with RespondentClient(address) as client:
        manifest = client.fetch_manifest(links[0].address.wave)
        for link in links[:8]:
            client.respond(manifest, link.code, Response({"mood": 1}, {}))
    found = _first_date(owner)
    (sent,) = owner.call("GET", f"/waves/{found['wave']}/distribution")["rounds"]
    assert (sent["sent"], sent["refused"], sent["in_doubt"]) == (PEOPLE, 0, 0)
    wave = links[0].address.wave.hex()
    owner.close_wave(wave)
    until(lambda: owner.wave(wave)["state"] == "released")
    assert verify_release(owner.release(wave), manifest)["board"]["responses"] == 8
    assert owner.call("GET", "/ledger")["items"][0]["micro_rho"] == year["waves"][0]["micro_rho"]


def _first_date(owner: Owner) -> dict[str, Any]:
    """What became of the schedule's first date, empty until it is decided."""
    dates = owner.call("GET", "/surveys/mood/schedule")["dates"]
    return dates[-1] if dates else {}


def until(holds: Callable[[], bool]) -> None:
    """Ask until it holds; each question goes to the service, so it takes its time."""
    assert any(holds() for _ in range(3_000))
