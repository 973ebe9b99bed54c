"""Who may do what: every operation against every role, from one table."""

from collections.abc import Callable
from itertools import product
from types import SimpleNamespace

import pytest

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


ADMIN = {"admin"}
OWNER = {"admin", "owner"}
ANALYST = {"admin", "owner", "analyst"}
READER = {"admin", "owner", "analyst", "service"}

# operation id -> the roles that may; None: anybody, without a key
MATRIX = {
    "health": None,
    "create_key": ADMIN,
    "list_keys": ADMIN,
    "revoke_key": ADMIN,
    "create_survey": OWNER,
    "replace_survey": OWNER,
    "list_surveys": ANALYST,
    "get_survey": ANALYST,
    "replace_roster": OWNER,
    "get_roster": ANALYST,
    "get_load": ANALYST,
    "plan_survey": OWNER,
    "draft_wave": OWNER,
    "list_waves_of_survey": READER,
    "list_waves": READER,
    "get_wave": READER,
    "change_wave": OWNER,
    "delete_wave": OWNER,
    "open_wave": OWNER,
    "close_wave": OWNER,
    "make_invitations": OWNER,
    "draw_token": None,
    "get_release": READER,
    "get_results": READER,
    "get_participation": ANALYST,
    "get_thermometer": None,
    "get_trend": READER,
    "get_differences": READER,
    "get_changes": READER,
    "get_ledger": ANALYST,
    "get_own_ledger": None,
    "get_invited_results": None,  # an invitation is asked for
    "get_audit": ADMIN,
    "list_actions": READER,
    "create_action": OWNER,
    "change_action": OWNER,
    "delete_action": OWNER,
    "ask_whether_it_helped": OWNER,
    "list_actions_of_program": READER,
    "list_programs": READER,
    "create_program": OWNER,
    "get_program": READER,
    "change_program": OWNER,
    "delete_program": OWNER,
    "list_objectives": READER,
    "create_objective": OWNER,
    "change_objective": OWNER,
    "delete_objective": OWNER,
    "list_outside_figures": READER,
    "add_outside_figures": OWNER,
    "delete_outside_figure": OWNER,
    "list_program_waves": READER,
    "attach_wave": OWNER,
    "detach_wave": OWNER,
    "plan_program": OWNER,
    "get_detectable": ANALYST,
    "get_evaluation": READER,
    "compare_programs": READER,
    "get_report": READER,
    "set_schedule": OWNER,
    "get_schedule": ANALYST,
    "get_schedule_year": ANALYST,
    "pause_schedule": OWNER,
    "resume_schedule": OWNER,
    "end_schedule": OWNER,
    "list_letters": ANALYST,
    "put_letter": OWNER,
    "drop_letter": OWNER,
    "preview_letter": OWNER,
    "send_trial_letter": OWNER,
    "set_distribution": OWNER,
    "get_distribution": ANALYST,
    "turn_reminders_off": None,  # the code in a letter is asked for
    "list_channels": ANALYST,
    "create_channel": OWNER,
    "get_channel": ANALYST,
    "change_channel": OWNER,
    "name_handler": OWNER,
    "remove_handler": OWNER,
    "list_said": ANALYST,
    "change_said": OWNER,
    "delete_said": OWNER,
    "read_feedback_statistics": READER,
    "make_feedback_links": OWNER,
    "draw_feedback_token": None,  # a feedback link or an invitation is asked for
}
ROLES = ("admin", "owner", "analyst", "service")


def operations(world: SimpleNamespace) -> dict[str, tuple[str, str]]:
    """Method and path of each operation, its parameters naming nothing that is there."""
    found = {}
    for path, methods in world.app.openapi()["paths"].items():
        for method, operation in methods.items():
            named = path.replace("{survey}", "none").replace("{wave}", "w-none").replace("{key}", "k-none")
            named = named.replace("{action}", "a-none").replace("{program}", "p-none")
            named = named.replace("{objective}", "o-none").replace("{figure}", "f-none")
            named = (
                named.replace("{channel}", "0" * 32).replace("{user}", "u-none").replace("{entry}", "y-none")
            )
            named = named.replace("{kind}", "reminder").replace("{language}", "en")
            found[operation["operationId"]] = (method.upper(), named.removeprefix("/api/v1"))
    return found


@ON_SQLITE
def test_every_operation_is_in_the_matrix(world: SimpleNamespace) -> None:
    assert set(operations(world)) == set(MATRIX)


def test_each_role_may_do_what_the_matrix_says_and_nothing_else(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    for role, (operation, (method, path)) in product([*ROLES, None], operations(world).items()):
        answer = world.call(method, path, role)
        allowed = MATRIX[operation]
        if allowed is None or role in allowed:
            assert answer.status_code not in (401, 403), operation
        elif role is None:
            assert answer.status_code == 401, operation
            assert answer.headers["www-authenticate"] == "Bearer"
            problem_of(answer)
        else:
            assert answer.status_code == 403, operation
            problem_of(answer)


def test_whatever_is_wrong_with_a_key_the_refusal_is_the_same(world: SimpleNamespace) -> None:
    key = world.ok("POST", "/keys", "admin", json={"name": "gone", "role": "service"})
    world.ok("DELETE", f"/keys/{key['id']}", "admin")
    valid = world.keys["admin"]
    sent = [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Basic {valid}",
        f"Bearer {key['key']}",
        f"Bearer {valid}x",
        f"Bearer {valid[:-1]}",
        "Bearer sv_" + "A" * 43,
        b"Bearer \xff",
    ]
    answers = [
        world.call("GET", "/waves", None, headers={} if header is None else {"Authorization": header})
        for header in sent
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
