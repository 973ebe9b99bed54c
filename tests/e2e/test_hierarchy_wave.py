"""A wave over an organisation's hierarchy through the real processes: the parts of a unit add up to it."""

from collections import Counter
from types import SimpleNamespace

from privacy.answers import Response
from service.client.client import RespondentClient
from service.client.link import parse_link
from tests.times import a_month_from_now

DEFINITION = """
id: units
version: "1"
title: {en: Units}
languages: [en]
questions:
  - id: heard
    type: scale
    text: {en: I am heard.}
    options:
      - {id: no, text: {en: "No"}}
      - {id: partly, text: {en: Partly}}
      - {id: yes, text: {en: "Yes"}}
attributes:
  - {id: division, path: unit, text: {en: Division}}
  - {id: team, path: unit, text: {en: Team}}
breakdowns:
  - [division]
  - [team]
"""
UNITS = {"Sales / Inside": 30, "Sales / Field": 25, "Works / Day": 35, "Works / Night": 6, "Works": 5}
NAMES = {"Inside": "Inside", "Field": "Field", "Day": "Day", "Night": "Night, Works", "Works": "Night, Works"}


def test_teams_are_merged_stated_counted_and_add_up_to_their_division(service: SimpleNamespace) -> None:
    owner = service.owner
    survey_id = owner.create_survey(DEFINITION)
    units = [unit for unit, number in UNITS.items() for _ in range(number)]
    people = [{"person": f"p{n}", "attributes": {"unit": unit}} for n, unit in enumerate(units)]
    owner.call("PUT", f"/surveys/{survey_id}/roster", {"people": people})
    terms = {**a_month_from_now(), "epsilon": 7.9}
    draft = owner.call("POST", f"/surveys/{survey_id}/waves", terms)
    expected = draft["plan"]["chosen"]["expected"]
    wave = owner.call("POST", f"/waves/{draft['id']}/open")["wave"]
    links = owner.invite(wave)
    told: Counter[str] = Counter()
    with RespondentClient(service.address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        division, team = manifest.attributes
        places = {level.text["en"]: place for place, level in enumerate(team.levels)}
        for number, unit in enumerate(units):
            name = NAMES[unit.split(" / ")[-1]]
            place = places[name] if number % 10 else None
            told[name if number % 10 else "not-said"] += 1
            code = parse_link(links[f"p{number}"]).code
            client.respond(manifest, code, Response({"heard": number % 3}, {"team": place}))
        owner.close_wave(wave)
    for _ in range(10_000):
        if owner.wave(wave)["state"] == "released":
            break
    rows = owner.call("GET", f"/waves/{wave}/results?figure=count&limit=200")["items"]
    counts = {(*row["table"], *row["group"].values()): row for row in rows}
    assert {name for key in counts if key[:1] == ("team",) for name in key[1:]} == {
        *(level.id for level in team.levels),
        "not-said",
    }
    assert len(division.levels) == 2
    for parent in division.levels:
        parts = [counts["team", level.id] for level in team.levels if level.parent == parent.id]
        if counts["division", parent.id]["shown"] and all(part["shown"] for part in parts):
            total = sum(part["value"] for part in parts)
            assert abs(total - counts["division", parent.id]["value"]) < 0.06 * len(parts)
    shown = [key for key in counts if key[:1] == ("division",) and counts[key]["shown"]]
    assert shown
    for name, number in told.items():
        if name in places:
            row = counts["team", team.levels[places[name]].id]
            assert not row["shown"] or abs(row["value"] - number) < 4 * row["margin"]
    assert {tuple(one["table"]) for one in expected} == {(), ("division",), ("team",)}
