"""The layout for production: three serving processes, and the tally on a machine of its own."""

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from privacy.answers import Response
from privacy.release import verify_release
from service.accounts.api_keys import digest_of, new_api_key
from service.client.client import RespondentClient
from service.client.link import parse_link
from service.demo.server import running_service
from service.demo.staff import DemoRefused, Owner
from service.store import staff
from service.store.engine import open_engine
from service.store.unit_of_work import unit_of_work
from tests.times import a_month_from_now

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
DEFINITION = """
id: one-question
version: "1"
title: {en: One question}
languages: [en]
questions:
  - id: one
    type: choice
    text: {en: One or two}
    options: [{id: a, text: {en: A}}, {id: b, text: {en: B}}]
"""


class Routed(httpx.BaseTransport):
    """A reverse proxy as docs/operations.md describes it, in the client."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self._addresses = addresses
        self._http = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        base = httpx.URL(self._addresses[part_for(request.url.path)])
        url = request.url.copy_with(scheme=base.scheme, host=base.host, port=base.port)
        return self._http.handle_request(
            httpx.Request(request.method, url, headers=request.headers, stream=request.stream)
        )

    def close(self) -> None:
        self._http.close()


def part_for(path: str) -> str:
    """Which process the page routes a path to."""
    sentence = " ".join(OPERATIONS.split("Route these paths to the collector:")[1].split("##")[0].split())
    to_collector, rest = sentence.split(". Route ", 1)
    for part, text in (("collector", to_collector), ("results", rest.split(" to results")[0])):
        for pattern in re.findall(r"`(/[^`]+)`", text):
            if re.fullmatch(re.escape(pattern).replace(r"\*", "[^/]*"), path):
                return part
    return "registrar"


def test_a_wave_runs_on_separate_processes(database: SimpleNamespace, tmp_path: Path) -> None:
    key = new_api_key()
    engine = open_engine(database.main)
    with unit_of_work(engine) as tx:
        staff.add_key(tx, name="test", role="admin", digest=digest_of(key), day=date(2026, 1, 1))
    engine.dispose()
    settings = {"DATABASE": database.main, "BOX_DATABASE": database.box, "TALLY": "external"}
    with ExitStack() as stack:
        addresses = {}
        for part in ("collector", "results", "registrar"):
            folder = tmp_path / part
            folder.mkdir()
            addresses[part] = stack.enter_context(running_service(folder, 0, settings, part))
        owner = Owner("http://sottovoce.test", key, Routed(addresses))
        stack.callback(owner.close)
        survey_id = owner.create_survey(DEFINITION)
        people = [{"person": f"person-{n}", "attributes": {}} for n in range(6)]
        owner.call("PUT", f"/surveys/{survey_id}/roster", {"people": people})
        times = {**a_month_from_now(), "allow_empty": True}
        draft = owner.call("POST", f"/surveys/{survey_id}/waves", times)["id"]
        with pytest.raises(DemoRefused, match="tally keys"):
            owner.call("POST", f"/waves/{draft}/open")
        tally(tmp_path, settings, "keys", "--count", "2")
        wave = owner.call("POST", f"/waves/{draft}/open")["wave"]
        links = owner.invite(wave)
        http = stack.enter_context(httpx.Client(transport=Routed(addresses)))
        client = RespondentClient("http://127.0.0.1", http)
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        receipts = [
            client.respond(manifest, parse_link(link).code, Response({"one": 0}, {}))
            for link in list(links.values())[:4]
        ]
        owner.close_wave(wave)
        tally(tmp_path, settings, "watch", "--once")
        value = verify_release(owner.release(wave), manifest)
        assert value["board"]["responses"] == 4
        assert client.check(manifest, receipts[0].code).responses == 4
        assert owner.call("GET", "/ledger")["items"][0]["state"] == "committed"
    for part in ("collector", "results", "registrar"):
        held = {path.parent.name for path in (tmp_path / part / "keys").rglob("*") if path.is_file()}
        assert held <= {"collector": {"collector"}, "results": set(), "registrar": {"issuer"}}[part]
    issuers = {path.stem for path in (tmp_path / "registrar" / "keys" / "issuer").iterdir()}
    assert wave not in issuers, "what is left are the months' keys of conversations"


def tally(tmp_path: Path, settings: dict[str, str], *arguments: str) -> None:
    """Run the tally on its own machine: its own folder, and the two stores."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOTTOVOCE_")}
    environment |= {f"SOTTOVOCE_{name}": value for name, value in settings.items()}
    environment["SOTTOVOCE_DATA"] = str(tmp_path / "tally")
    command = [sys.executable, "-m", "service.cli", "tally", *arguments]
    subprocess.run(command, env=environment, check=True, capture_output=True)
