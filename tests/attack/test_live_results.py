"""Who answered, and what, by watching the numbers move while a wave is open?

Attacker  a manager with every role's key, who sees who sits at a screen.
Does      reads every address before and after each person answers, changes their answer or withdraws it.
Wins      if one byte of any answer differs, but for the caller's own.
Alarm     none.
"""

import re
from types import SimpleNamespace
from typing import Any

import httpx

from privacy.answers import Response
from tests.attack.running import SURVEY, open_wave, until_released
from tests.attack.served import every_get

PEOPLE = 4


def everything(service: SimpleNamespace, wave: str, paths: dict[str, Any]) -> dict[str, tuple[int, bytes]]:
    """Status and bytes of every address that can be read, but for the numbers of a fault."""
    seen = {}
    headers = {"Authorization": f"Bearer {service.key}"}
    names = {"wave": wave, "survey": SURVEY}
    with httpx.Client(headers=headers, base_url=f"{service.address}/api/v1", trust_env=False) as http:
        for path in every_get(paths, **names):
            for query in ("", "?question=mood", "?by=team&level=blue", "?format=csv"):
                answer = http.get(f"{path}{query}")
                seen[path + query] = answer.status_code, answer.content
                stable = {name: value for name, value in answer.headers.items() if name != "date"}
                seen[f"headers of {path}{query}"] = answer.status_code, repr(stable).encode()
    return seen


def test_nothing_moves_while_a_wave_is_open(service: SimpleNamespace) -> None:
    paths = service.owner.call("GET", "/openapi.json")["paths"]
    with open_wave(service, PEOPLE) as wave:
        client, manifest = wave.client, wave.manifest
        before = everything(service, wave.wave, paths)
        assert sum(status == 200 for status, _ in before.values()) > 20
        assert before[f"/waves/{wave.wave}/board"][0] == 409
        codes = list(wave.codes.values())
        first = client.respond(manifest, codes[0], Response({"mood": 0, "why": "so"}, {"team": 0}))
        assert changed(before, everything(service, wave.wave, paths)) == []
        client.respond(manifest, codes[1], Response({"mood": 1}, {"team": 1}))
        client.change(manifest, first.code, Response({"mood": 1}, {}))
        assert changed(before, everything(service, wave.wave, paths)) == []
        client.withdraw(manifest, first.code)
        assert changed(before, everything(service, wave.wave, paths)) == []
        service.owner.close_wave(wave.wave)
        until_released(service.owner, wave.wave)
        # What was compared does hold what would have moved.
        after = changed(before, everything(service, wave.wave, paths))
        assert f"/waves/{wave.wave}/board" in after
        assert f"/waves/{wave.wave}/results" in after


def changed(one: dict[str, tuple[int, bytes]], two: dict[str, tuple[int, bytes]]) -> list[str]:
    assert one.keys() == two.keys()
    return [path for path in one if one[path] != two[path] and not re.search(r"/health|/openapi", path)]
