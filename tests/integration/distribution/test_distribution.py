"""How people hear of a wave is fixed before it opens, and what is impossible about it is named then."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from service.store.tables_schedules import DistributionRow

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MAIL = {"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_security": "none", "mail_from": "pulse@example.org"}
REMINDERS = ["2026-03-04T08:00:00Z", "2026-03-06T08:00:00Z"]


def with_addresses(world: SimpleNamespace) -> None:
    people = [{"person": "ada", "attributes": {"unit": "north"}, "email": "ada@example.org"}]
    world.ok("PUT", "/surveys/pulse/roster", json={"people": people})


@pytest.fixture
def draft(world: SimpleNamespace) -> str:
    world.asked()
    with_addresses(world)
    return str(world.draft())


def test_what_is_wished_of_a_draft_is_kept_and_shown(world: SimpleNamespace, draft: str) -> None:
    world.limit(**MAIL, slack_webhook=SecretStr("https://chat.example.org/x"))
    body = {"mail": True, "reminders": REMINDERS, "announce": ["slack"], "thermometer": True}
    found = world.ok("PUT", f"/waves/{draft}/distribution", json=body)
    assert {name: found[name] for name in body} == body
    assert (found["addresses"], found["rounds"], found["announcements"]) == (1, [], [])
    assert world.ok("GET", f"/waves/{draft}/distribution", "analyst") == found
    world.ok("POST", f"/waves/{draft}/open")
    found = world.ok("GET", f"/waves/{draft}/distribution")
    assert [row["due_at"] for row in found["rounds"]] == ["2026-03-02T08:00:00Z", *REMINDERS]
    first, second, _ = found["rounds"]
    assert (first["sent"], first["in_doubt"]) == (0, 0)
    # How many reminders go out would tell how many have not answered.
    assert (second["sent"], second["refused"], second["put_off"], second["in_doubt"]) == (None,) * 4
    assert [row["kind"] for row in found["announcements"]] == ["opened", "closing"]
    assert world.call("PUT", f"/waves/{draft}/distribution", json=body).status_code == 409


@ON_SQLITE
@pytest.mark.parametrize(
    ("wish", "fault"),
    [
        ({"reminders": REMINDERS[:1]}, "reminders"),
        ({"mail": True, "reminders": ["2026-03-02T12:00:00Z"]}, "reminders"),
        ({"mail": True, "reminders": ["2026-03-09T00:00:00Z"]}, "reminders"),
        ({"mail": True, "reminders": [REMINDERS[0], "2026-03-04T20:00:00Z"]}, "reminders"),
        ({"mail": True, "reminders": [*REMINDERS, "2026-03-07T08:00:00Z"]}, "reminders"),
        ({"announce": ["teams"]}, "no-webhook"),
        ({"announce": ["pager"]}, "request"),
        ({"mail": "yes"}, "request"),
        ({"post": True}, "request"),
    ],
)
def test_what_is_impossible_is_refused_and_nothing_is_stored(
    world: SimpleNamespace, draft: str, problem_of: Callable, wish: dict, fault: str
) -> None:
    world.limit(**MAIL)
    answer = world.call("PUT", f"/waves/{draft}/distribution", json=wish)
    assert answer.status_code == 422
    assert fault in {one["id"] for one in problem_of(answer)["problems"]}
    assert world.rows(DistributionRow) == []


@ON_SQLITE
def test_letters_need_a_server_and_an_address(
    world: SimpleNamespace, draft: str, problem_of: Callable
) -> None:
    answer = world.call("PUT", f"/waves/{draft}/distribution", json={"mail": True})
    assert [one["id"] for one in problem_of(answer)["problems"]] == ["no-mail-server"]
    world.limit(**MAIL)
    world.roster(3)
    answer = world.call("PUT", f"/waves/{draft}/distribution", json={"mail": True})
    assert [one["id"] for one in problem_of(answer)["problems"]] == ["no-addresses"]


@ON_SQLITE
def test_a_schedule_that_could_not_be_heard_of_is_refused(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    world.asked()
    body = {"cadence": "weekly", "starts_on": "2026-03-09", "mail": True, "announce": ["slack"]}
    answer = world.call("PUT", "/surveys/pulse/schedule", json=body)
    assert {one["id"] for one in problem_of(answer)["problems"]} == {"no-mail-server", "no-webhook"}


OWN = {"subject": "{survey} is here", "text": "Dear all,\n\nuntil {closes}:\n\n{link}"}


def test_a_survey_has_words_of_its_own_and_can_go_back(world: SimpleNamespace) -> None:
    world.asked()
    path = "/surveys/pulse/letters"
    assert len(world.ok("GET", path, "analyst")["items"]) == 4  # two kinds in two languages
    world.ok("PUT", f"{path}/invitation/de", json=OWN)
    own = [one for one in world.ok("GET", path)["items"] if one["own"]]
    assert [(one["kind"], one["language"], one["subject"]) for one in own] == [
        ("invitation", "de", OWN["subject"])
    ]
    shown = world.ok("POST", f"{path}/invitation/de/preview", json=OWN)
    assert shown["subject"] == "Puls is here"
    assert shown["text"].count("https://pulse.example.org/") == 2
    assert "Erinnerung" in shown["text"]  # what no template can leave out
    world.ok("DELETE", f"{path}/invitation/de")
    world.ok("DELETE", f"{path}/invitation/de")
    assert not any(one["own"] for one in world.ok("GET", path)["items"])


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "fault", "line"),
    [
        ({"text": "Dear all"}, "letter-link", None),
        ({"text": "{link} {link}"}, "letter-link", None),
        ({"subject": "{link}"}, "letter-link", None),
        ({"text": "{link}\n{name}"}, "letter-place", 2),
        ({"text": "{link}\n{closes"}, "letter-place", 2),
        ({"text": "{link}\n\nhttps://elsewhere.example"}, "letter-address", 3),
        ({"text": "{link}\nwww.elsewhere.example"}, "letter-address", 2),
        ({"text": "{link}\nwrite to hr@example.org"}, "letter-address", 2),
        ({"text": "{link}\nx\u202ey"}, "letter-control", 2),
        ({"subject": "a\r\nBcc: all"}, "letter-lines", None),
        ({"subject": " "}, "letter-empty", None),
        ({"subject": "a" * 151}, "letter-too-long", None),
    ],
)
def test_a_template_that_does_not_hold_is_refused_with_its_line(
    world: SimpleNamespace, problem_of: Callable, change: dict, fault: str, line: int | None
) -> None:
    world.asked()
    for method, path in (("PUT", ""), ("POST", "/preview")):
        answer = world.call(method, f"/surveys/pulse/letters/reminder/en{path}", json={**OWN, **change})
        assert answer.status_code == 422
        assert (fault, line) in {(one["id"], one["line"]) for one in problem_of(answer)["problems"]}
    assert not any(one["own"] for one in world.ok("GET", "/surveys/pulse/letters")["items"])


@ON_SQLITE
def test_there_are_no_letters_of_other_kinds_or_languages(world: SimpleNamespace) -> None:
    world.asked()
    assert world.call("PUT", "/surveys/pulse/letters/threat/en", json=OWN).status_code == 404
    assert world.call("PUT", "/surveys/pulse/letters/reminder/fr", json=OWN).status_code == 422
    assert world.call("GET", "/surveys/none/letters").status_code == 404


@ON_SQLITE
def test_turning_reminders_off_says_the_same_to_every_code(world: SimpleNamespace) -> None:
    world.asked()
    for code in ("q83vEjRWeJCrze8SNFZ4kA", "", "é" * 30):
        answer = world.call("POST", "/reminders/off", None, json={"code": code})
        assert (answer.status_code, answer.content) == (204, b"")
