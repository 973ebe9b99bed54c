"""What a respondent sends, and how they sent it, is in no byte the service wrote: table, log or file."""

import json
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import text

from privacy.answers import Response
from service.client.client import RespondentClient
from service.client.link import parse_link
from service.client.progress import begin, seal_response
from service.store.engine import open_engine
from tests.files import contents_below
from tests.times import a_month_from_now

COMMENT = "Zwölf Boxkämpfer jagen Viktor quer über den Deich 7319"
AGENT = "SentinelBrowser/9481.22"
ADDRESS = "203.0.113.77"
COOKIE = "sentinel-cookie-5530"
HEADERS = {
    "User-Agent": AGENT,
    "X-Forwarded-For": ADDRESS,
    "X-Real-IP": ADDRESS,
    "Forwarded": f"for={ADDRESS}",
    "Cookie": f"session={COOKIE}",
    "Referer": f"https://{ADDRESS}/{COOKIE}",
}
SECRETS = (COMMENT, AGENT, ADDRESS, COOKIE)
DEFINITION = """
id: one-comment
version: "1"
title: {en: One comment}
languages: [en]
questions:
  - id: mood
    type: scale
    favourable: [good]
    text: {en: How is it}
    options: [{id: bad, text: {en: Bad}}, {id: good, text: {en: Good}}]
  - id: why
    type: text
    max_bytes: 200
    text: {en: Why}
"""


def test_no_comment_address_agent_or_cookie_is_in_any_byte(
    service: SimpleNamespace, postgres_files: Path
) -> None:
    wave, links = open_wave(service)
    with RespondentClient(service.address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        answer = Response({"mood": 1, "why": COMMENT}, {})
        for link in links:
            voice = client.draw_token(manifest, begin(manifest, parse_link(link).code))
            pending = seal_response(manifest, voice, answer)
            leave_sentinels(service.address, wave, pending.envelope)
            receipt = client.submit(manifest, pending)
        client.change(manifest, receipt.code, answer)
    assert not found(service, postgres_files, SECRETS)
    service.owner.close_wave(wave)
    wait_until_released(service.owner, wave)
    assert not found(service, postgres_files, SECRETS), "a comment below its threshold was kept"


def test_the_search_finds_what_is_there(service: SimpleNamespace, postgres_files: Path) -> None:
    survey_id = service.owner.create_survey(DEFINITION)
    person = "somebody-1742@example.org"
    people = [{"person": person, "attributes": {}}]
    service.owner.call("PUT", f"/surveys/{survey_id}/roster", {"people": people})
    assert found(service, postgres_files, (person,))


def test_no_column_is_a_time_or_counts_arrivals(service: SimpleNamespace) -> None:
    """Nothing finer than a day, but for a wave's own schedule; nothing that a database fills by itself."""
    for address in {service.database.main, service.database.box}:
        engine = open_engine(address)
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
                created = " ".join(row.sql.upper() for row in connection.execute(text(query)))
                assert "DATETIME" not in created
                assert "TIMESTAMP" not in created
                assert "AUTOINCREMENT" not in created
                assert "WITHOUT ROWID" not in created
            else:
                query = (
                    "SELECT data_type, column_default FROM information_schema.columns"
                    " WHERE table_schema = 'public'"
                )
                columns = connection.execute(text(query)).all()
                assert columns
                assert not [kind for kind, _ in columns if "time" in kind]
                assert not [default for _, default in columns if default and "nextval" in default]
        engine.dispose()


def open_wave(service: SimpleNamespace) -> tuple[str, list[str]]:
    """An open wave of three people and their links."""
    owner = service.owner
    survey_id = owner.create_survey(DEFINITION)
    people = [{"person": f"person-{n}", "attributes": {}} for n in range(3)]
    owner.call("PUT", f"/surveys/{survey_id}/roster", {"people": people})
    times = {**a_month_from_now(), "allow_empty": True}
    draft = owner.call("POST", f"/surveys/{survey_id}/waves", times)["id"]
    wave = owner.call("POST", f"/waves/{draft}/open")["wave"]
    return wave, list(owner.invite(wave).values())


def leave_sentinels(address: str, wave: str, envelope: bytes) -> None:
    """Send every kind of request with telltale headers, good and bad; no answer may repeat any of it."""
    base = f"{address}/api/v1/waves/{wave}"
    with httpx.Client(headers=HEADERS, trust_env=False) as http:
        answers = [
            http.get(f"{base}/manifest"),
            http.post(f"{base}/responses", content=envelope),
            http.post(f"{base}/responses", content=COMMENT.encode()),
            http.post(f"{base}/responses", content=envelope[:-1] + b"\0"),
            http.post(f"{base}/tokens", json={"invitation": COMMENT, "blinded_message": COMMENT}),
            http.post(
                f"{base}/tokens", content=COMMENT.encode(), headers={"Content-Type": "application/json"}
            ),
            http.post(f"{base}/tokens", json={COMMENT: COMMENT}),
            http.get(f"{base}/responses/{'00' * 16}"),
            http.get(f"{base}/proofs/{COMMENT}"),
            http.get(f"{address}/{COMMENT}?{COMMENT}={COOKIE}"),
            http.request("PATCH", f"{base}/responses", content=COMMENT.encode()),
        ]
    assert {answer.status_code for answer in answers} <= {200, 201, 403, 404, 405, 409, 422}
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert not [
            secret for secret in SECRETS if secret in answer.text or secret in json.dumps(answer.text)
        ]


def wait_until_released(owner: object, wave: str) -> None:
    """Ask until the tally has published."""
    for _ in range(10_000):
        if owner.wave(wave)["state"] == "released":  # type: ignore[attr-defined]
            return
    raise AssertionError("the wave was not released")


def found(service: SimpleNamespace, postgres_files: Path, secrets: tuple[str, ...]) -> dict[str, list[str]]:
    """Which secrets stand in which files of the service and of its database."""
    folders = [service.data, service.data.parent]
    if service.kind == "postgresql":
        folders.append(postgres_files)
    contents = {path: data for folder in folders for path, data in contents_below(folder).items()}
    hits = {
        secret: [
            str(path)
            for path, content in contents.items()
            if any(secret.encode(code) in content for code in ("utf-8", "utf-16-le"))
        ]
        for secret in secrets
    }
    return {secret: paths for secret, paths in hits.items() if paths}


@pytest.fixture
def postgres_files(request: pytest.FixtureRequest, service: SimpleNamespace) -> Path:
    """The data folder of the PostgreSQL server, if this test uses it."""
    if service.kind != "postgresql":
        return Path("/nonexistent")
    engine = open_engine(service.database.main)
    with engine.connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    engine.dispose()
    return Path(folder)
