"""What people do with a service whose processes have the roles of docs/operations-postgresql.md."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from service.client.feedback import FeedbackClient
from service.client.feedback_values import Draft, seal_opening
from service.clock import system_clock
from service.demo.staff import Owner
from service.feedback import handling
from service.http.context import Context
from service.settings import Settings
from service.store import conversations
from service.store.mixing import mix
from service.tally.feedback_statistics import MonthlyStatistics
from tests.feedback_parts import add_channel, handlers_reply
from tests.integration.store.page_roles import Roles


def converse(roles: Roles, owner: Owner, survey_id: str, registrar: str, collector: str) -> None:
    """Open a channel, write to it and delete what was written; the registrar's role does what handlers do."""
    (link, *_) = owner.call("POST", "/feedback/passes", {"survey": survey_id})["items"]
    with roles.engine("registrar") as engine:
        channel = add_channel(engine)
    with FeedbackClient(registrar) as drawing, FeedbackClient(collector) as sending:
        card = sending.card()
        token = drawing.draw_token(drawing.begin(card, link["link"].partition("#")[2]))
        opened = sending.open(seal_opening(card.channels[0], token, Draft("Shifts", "Too late.", "en")))
        found = sending.read(opened.code)
        sending.add(found, "verdict", "", mark="resolved", verdict="resolved")
        with roles.engine("registrar") as engine:
            # Two days on, when everything has been let out.
            context = Context(Settings(), lambda: system_clock() + timedelta(days=2), engine, engine)
            content = handlers_reply(bytes(32), found.name, "Soon.", 3)
            handling.reply(context, channel.handler.user_id, found.name, content, "reply")
            handling.read(context, channel.handler.user_id, found.name)
        with roles.engine("collector") as engine:
            mix(engine, conversations.TABLES)
        sending.delete(found)
    with roles.engine("tally") as engine:
        MonthlyStatistics(engine, engine, lambda: datetime(2098, 1, 1, tzinfo=UTC)).publish_what_is_over()


def judge_a_program(owner: Owner, survey_id: str, wave: str, remove: Callable[[str], None]) -> None:
    """Set up a program, read what the wave says of it, and take everything away again."""
    program = owner.call(
        "POST",
        "/programs",
        {
            "name": "Mentoring",
            "kind": "mentorship",
            "starts_on": "2098-01-01",
            "ends_on": "2098-06-30",
            "survey": survey_id,
            "attribute": "department",
            "participants": ["engineering"],
        },
    )
    path = f"/programs/{program['id']}"
    objective = {"text": "Up", "measure": {"kind": "index"}, "target": 4, "due": "2098-06-30"}
    figure = {"name": "retention", "day": "2098-06-30", "value": 96, "people": 20}
    made = [
        f"objectives/{owner.call('POST', f'{path}/objectives', objective)['id']}",
        f"outside-figures/{owner.call('POST', f'{path}/outside-figures', figure)['id']}",
        f"waves/{owner.call('PUT', f'{path}/waves/{wave}', {'label': 'end'})['id']}",
    ]
    owner.call("POST", f"{path}/plan", {"epsilon": 1, "allow_empty": True, "waves": [{"label": "one-month"}]})
    made += [f"waves/{one['id']}" for one in owner.call("GET", f"{path}/waves")["items"][1:]]
    assert owner.call("PATCH", path, {"sponsor": "Sascha"})["sponsor"] == "Sascha"
    assert owner.call("GET", f"{path}/evaluation")["waves"][0]["label"] == "end"
    for one in made:
        remove(f"{path}/{one}")
    remove(path)
