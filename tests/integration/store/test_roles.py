"""docs/operations-postgresql.md: with a role for each process, each does its work and no other's."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from privacy.answers import Response
from privacy.release import verify_release
from service.accounts.api_keys import digest_of, new_api_key
from service.client.client import RespondentClient
from service.client.link import parse_link
from service.client.progress import begin, seal_response
from service.demo.people import people
from service.demo.staff import Owner
from service.demo.story import open_wave
from service.errors import Unavailable
from service.store import box, conversations, mixing, staff
from service.store.engine import open_engine
from service.store.mixing import mix, traces
from service.store.schema import migrate
from service.store.unit_of_work import unit_of_work
from service.surveys.definition_file import load
from tests.integration.store.page_roles import (
    DATABASE,
    PAGE,
    Roles,
    administer,
    block,
    delete,
    process,
    tally,
)
from tests.integration.store.page_work import converse, judge_a_program


@pytest.fixture(scope="module")
def roles(postgres: str) -> Iterator[Roles]:
    """Everything that the page says to do, in its order."""
    server, roles = open_engine(postgres), Roles(postgres)
    settings = [re.findall(r"SET (\w+)", statement)[0] for statement in block("server")]
    administer(server, *block("server"), "SELECT pg_reload_conf()", *block("roles"))
    with roles.engine("owner") as owner:
        migrate(owner, "main")
        migrate(owner, "box")
    with roles.engine("superuser") as superuser:
        administer(superuser, *block("database"), *block("main"), *block("box"))
    yield roles
    names = re.findall(r"CREATE ROLE (\w+)", PAGE.read_text())
    administer(server, f"DROP DATABASE {DATABASE} WITH (FORCE)", *[f"DROP ROLE {name}" for name in names])
    administer(server, *[f"ALTER SYSTEM RESET {name}" for name in settings], "SELECT pg_reload_conf()")


def test_the_settings_on_the_page_are_those_that_are_checked() -> None:
    said = [re.fullmatch(r"ALTER SYSTEM SET (\w+) = (\S+);", statement) for statement in block("server")]
    assert {found[1]: found[2] for found in said if found} == mixing._SERVER_SETTINGS


def test_one_role_for_each_process_is_enough_for_a_whole_wave(roles: Roles, tmp_path: Path) -> None:
    """The real processes, each with its own role and key folder, mixing all the while."""
    key = new_api_key()
    with roles.engine("registrar") as registrar, unit_of_work(registrar) as tx:
        staff.add_key(tx, name="test", role="admin", digest=digest_of(key), day=date(2026, 1, 1))
    tally(roles, tmp_path, "keys", "--count", "2")
    source = (files("survey_definitions") / "psychological-safety.yaml").read_text()
    survey, _ = load(source)
    with ExitStack() as stack:
        collector = stack.enter_context(process(roles, tmp_path, "collector"))
        registrar = stack.enter_context(process(roles, tmp_path, "registrar"))
        results = stack.enter_context(process(roles, tmp_path, "results"))
        owner, reader = Owner(registrar, key), Owner(results, key)
        stack.callback(owner.close)
        stack.callback(reader.close)
        survey_id = owner.create_survey(source)
        owner.put_roster(survey_id, survey, people(survey, 12))
        times = {"opens_at": "2098-01-01T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z", "allow_empty": True}
        draft = owner.call("POST", f"/surveys/{survey_id}/waves", times)["id"]
        delete(registrar, key, f"/waves/{draft}")
        wave = open_wave(owner, survey_id)
        links = [parse_link(link) for link in owner.invite(wave).values()]
        with RespondentClient(registrar) as drawing, RespondentClient(collector) as sending:
            manifest = sending.fetch_manifest(bytes.fromhex(wave))
            receipts = []
            for link in links[:6]:
                voice = drawing.draw_token(manifest, begin(manifest, link.code))
                receipts.append(sending.submit(manifest, seal_response(manifest, voice, Response({}, {}))))
            sending.change(manifest, receipts[0].code, Response({}, {}))
            sending.withdraw(manifest, receipts[1].code)
            own = {"wave": wave, "invitation": links[0].code}
            assert reader.call("POST", "/ledger/own", own)
            owner.close_wave(wave)
            assert sending.check(manifest, receipts[0].code).responses == 6
        tally(roles, tmp_path, "watch", "--once")
        assert verify_release(reader.release(wave), manifest)["board"]["responses"] == 6
        assert reader.call("GET", f"/waves/{wave}/results")["items"]
        assert reader.call("GET", f"/surveys/{survey_id}/trend?question={survey.questions[0].id}")
        assert reader.call("GET", "/ledger")["items"][0]["state"] == "committed"
        judge_a_program(owner, survey_id, wave, lambda path: delete(registrar, key, path))
        converse(roles, owner, survey_id, registrar, collector)
    for log in tmp_path.glob("*.log"):
        assert log.read_text() == "", log
    with roles.engine("superuser") as superuser, superuser.connect() as connection:
        assert connection.execute(text("SELECT pg_relation_size('draw')")).scalar_one() == 0
    with roles.engine("registrar") as registrar:
        with unit_of_work(registrar) as tx:
            box.purge(tx, bytes.fromhex(wave))
        mix(registrar, ["response", "issuance", "feedback_draw", *conversations.TABLES])


TABLES = [
    "api_key",
    "survey",
    "roster",
    "wave",
    "tally_key",
    "invitation",
    "issuance",
    "ledger",
    "draw",
    "release",
    "staff_user",
    "recovery_code",
    "staff_session",
    "one_time_link",
    "sign_in_attempts",
    "audit",
    "action",
    "program",
    "objective",
    "outside_figure",
    "program_wave",
    "carried",
    "schedule",
    "occurrence",
    "wave_person",
    "distribution",
    "mail_round",
    "mail_again",
    "mail_text",
    "announcement",
    "quiet",
]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        *[("collector", f"SELECT count(*) FROM {table}") for table in TABLES],
        ("collector", "DELETE FROM response"),
        ("collector", "UPDATE box_wave SET closed = false"),
        ("collector", "UPDATE response SET nullifier = ''"),
        *[
            ("results", f"SELECT count(*) FROM {table}")
            for table in (
                "roster",
                "issuance",
                "draw",
                "carried",
                "program",
                "response",
                "staff_user",
                "staff_session",
                "wave_person",
                "mail_round",
                "mail_again",
                "quiet",
            )
        ],
        ("results", "DELETE FROM release"),
        ("results", "INSERT INTO api_key VALUES ('', '', '', '', current_date, false)"),
        *[
            ("tally", f"SELECT count(*) FROM {table}")
            for table in (
                "roster",
                "invitation",
                "issuance",
                "api_key",
                "staff_user",
                "audit",
                "program",
                "wave_person",
                "mail_round",
                "quiet",
            )
        ],
        ("tally", "UPDATE wave SET manifest = ''"),
        ("tally", "UPDATE release SET content = ''"),
        ("tally", "DELETE FROM response"),
        ("registrar", "SELECT count(*) FROM draw"),
        ("registrar", "SELECT count(*) FROM carried"),
        ("registrar", "UPDATE ledger SET micro_rho = 0"),
        ("registrar", "UPDATE audit SET actor = ''"),
        ("registrar", "DELETE FROM audit"),
        ("registrar", "TRUNCATE audit"),
        ("registrar", "UPDATE response SET envelope = ''"),
        ("registrar", "INSERT INTO release VALUES ('', '')"),
        *[(role, "CREATE TABLE mine (x int)") for role in ("registrar", "collector", "results", "tally")],
    ],
)
def test_a_role_may_not_do_what_is_no_part_of_its_work(roles: Roles, role: str, statement: str) -> None:
    with roles.engine(role) as engine:
        with pytest.raises(ProgrammingError) as refused, engine.begin() as connection:
            connection.execute(text(statement))
        assert isinstance(refused.value.orig, InsufficientPrivilege)


@pytest.mark.parametrize(
    "right",
    ["SELECT ON response", "INSERT ON response", "TRUNCATE ON response", f"TEMPORARY ON DATABASE {DATABASE}"],
)
def test_without_any_one_of_its_rights_mixing_is_refused_and_nothing_is_lost(
    roles: Roles, right: str
) -> None:
    with roles.engine("superuser") as superuser, roles.engine("collector") as collector:
        mix(collector, ["response"])
        administer(superuser, f"REVOKE {right} FROM sottovoce_collector")
        with pytest.raises(Unavailable):
            mix(collector, ["response"])
        administer(superuser, f"GRANT {right} TO sottovoce_collector")
        mix(collector, ["response"])


def test_the_roles_that_mix_leave_no_trace_and_the_others_could_not_remove_the_log(roles: Roles) -> None:
    for role in ("registrar", "collector"):
        with roles.engine(role) as engine:
            assert traces(engine) == ()
    for role in ("results", "tally"):
        with roles.engine(role) as engine:
            assert traces(engine) == ("this role may not remove the log",)


def test_migrations_need_the_owner(roles: Roles) -> None:
    with roles.engine("owner") as owner:
        migrate(owner, "main")
        migrate(owner, "box")
        tables = [*TABLES, "box_wave", "response", "receipt_key"]
        administer(owner, *[f"ALTER TABLE {table} ADD COLUMN later int" for table in tables])
        administer(owner, *[f"ALTER TABLE {table} DROP COLUMN later" for table in tables])
    for role in ("registrar", "collector", "results", "tally"):
        with roles.engine(role) as engine, pytest.raises(ProgrammingError):
            administer(engine, "ALTER TABLE wave ADD COLUMN later int")
