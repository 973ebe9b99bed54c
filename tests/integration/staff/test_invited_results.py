"""What everybody who was invited reads of a released wave: what is shown, what was done, and nothing else."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from service.store import actions
from service.store.invitations import refusal
from service.store.unit_of_work import unit_of_work

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def ask(world: SimpleNamespace, wave: str, code: str) -> SimpleNamespace:
    """The request of somebody without a key."""
    return world.call("POST", f"/waves/{wave}/results/invited", None, json={"invitation": code})


@pytest.fixture
def wave(world: SimpleNamespace) -> SimpleNamespace:
    """A released wave with the ``codes`` of its people."""
    wave = world.whole_wave()
    world.ok("POST", f"/waves/{wave.id}/close")
    world.release(wave.id, answers=400)
    return wave


def test_everybody_who_was_invited_reads_the_figures_that_are_shown(
    world: SimpleNamespace, wave: SimpleNamespace
) -> None:
    answers = [ask(world, wave.wave, code) for code in wave.codes.values()]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["cache-control"] == "no-store"
    read = answers[0].json()
    released = world.ok("GET", f"/waves/{wave.id}/release")
    shown = [row for row in released["figures"] if row["shown"]]
    assert 0 < len(shown) < len(released["figures"])
    assert read["figures"] == [{name: row[name] for name in read["figures"][0]} for row in shown]
    assert (read["responses"], read["invited"]) == (0, 12)
    assert read["themes"]["openness"] == {"en": "Openness", "de": "Offenheit"}
    assert [question["id"] for question in read["questions"]] == ["speak", "heard", "advise", "place"]
    for relation, promise in read["guarantee"].items():
        assert promise == {name: released["guarantee"][relation][name] for name in ("guess", "words")}


@ON_SQLITE
def test_an_invitation_is_not_used_up_and_the_wave_has_two_names(
    world: SimpleNamespace, wave: SimpleNamespace
) -> None:
    code = wave.codes["p000"]
    first = ask(world, wave.wave, code)
    assert ask(world, wave.wave, f" {code} ").content == first.content
    assert ask(world, wave.id, code).content == first.content


def test_whatever_is_wrong_with_an_invitation_the_refusal_is_the_same(
    world: SimpleNamespace, wave: SimpleNamespace, problem_of: Callable
) -> None:
    other = world.opened(epsilon=0.5)
    code = wave.codes["p000"]
    asked = [
        (wave.wave, "A" * 22),
        (wave.wave, ""),
        (other.wave, code),
        ("0" * 64, code),
        ("none", code),
        ("x" * 64, code),
        (world.draft(), code),
    ]
    answers = [
        world.call(
            "POST",
            f"/waves/{name}/results/invited",
            None,
            content=f'{{"invitation": "{sent}"}}',
            headers={"Content-Type": "application/json"},
        )
        for name, sent in asked
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    assert problem_of(answers[0])["detail"] == str(refusal())


@ON_SQLITE
def test_before_the_release_only_the_invited_learn_that_it_is_not_there(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    wave = world.whole_wave()
    code = wave.codes["p000"]
    for state in ("open", "closed"):
        answer = ask(world, wave.wave, code)
        assert answer.status_code == 409
        assert state in problem_of(answer)["detail"]
        assert ask(world, wave.wave, "A" * 22).status_code == 403
        if state == "open":
            world.ok("POST", f"/waves/{wave.id}/close")


def test_published_actions_of_the_wave_and_of_the_whole_survey_are_told(
    world: SimpleNamespace, wave: SimpleNamespace
) -> None:
    world.now = world.now.replace(year=world.now.year + 1)
    other = world.opened(epsilon=0.5)
    told = {"text": {"en": "We meet weekly"}, "state": "doing", "owner": "Robin", "theme": "openness"}
    with unit_of_work(world.main) as tx:
        for wave_id, published in ((wave.id, True), (None, True), (wave.id, False), (other.id, True)):
            values = {**told, "wave_id": wave_id, "due": date(2026, 6, 30), "published": published}
            actions.add_action(tx, "pulse", day=date(2026, 4, 1), values=values)
    read = ask(world, wave.wave, wave.codes["p000"]).json()
    assert read["actions"] == [{**told, "due": "2026-06-30"}] * 2


@ON_SQLITE
def test_what_is_no_such_request_is_refused_and_never_echoed(
    world: SimpleNamespace, wave: SimpleNamespace, problem_of: Callable
) -> None:
    path = f"/waves/{wave.wave}/results/invited"
    for body in ({}, {"invitation": 7}, {"invitation": "A" * 22, "secret-field": "secret-value"}):
        answer = world.call("POST", path, None, json=body)
        assert answer.status_code == 422
        problem_of(answer)
        assert "secret" not in answer.text
    assert world.call("POST", path, None, content=b"x" * 5000).status_code == 415
    assert world.call("POST", path, None, json={"invitation": "A" * 5000}).status_code == 413
    assert world.call("GET", path, None).status_code == 405


@ON_SQLITE
def test_reading_changes_no_row_and_logs_nothing(
    world: SimpleNamespace, wave: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"

    def everything() -> list[object]:
        with world.main.connect() as connection:
            names = [name for (name,) in connection.exec_driver_sql(tables)]
            return [connection.exec_driver_sql(f'SELECT * FROM "{name}"').fetchall() for name in names]

    before = everything()
    ask(world, wave.wave, wave.codes["p000"])
    ask(world, wave.wave, "A" * 22)
    assert everything() == before
    assert not [record for record in caplog.records if record.name.startswith("sottovoce")]
