"""Schedules, letters and how people hear of a wave, as pages: an owner's way, and what other roles see."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from service.store.tables_main import InvitationRow
from service.store.tables_schedules import DistributionRow, MailTextRow, ScheduleRow
from tests.integration.web.conftest import START, Pages, service_in
from tests.integration.web.program_parts import DEFINITION, SCRIPT, shown
from tests.integration.web.test_every_page import check_policy
from tests.post_office import PostOffice

SCHEDULE = {
    "cadence": "weekly",
    "starts_on": "2026-03-09",
    "zone": "Europe/Berlin",
    "opens": "09:00",
    "closes": "18:00",
    "open_days": "3",
    "on_holiday": "move",
    "people_one_in": "2",
    "lead_days": "7",
    "epsilon": "1",
    "pauses": "2026-08-03 to 2026-08-21 summer",
}


PEOPLE = 800


def surveyed(pages: Pages) -> str:
    """The address of a survey with a roster."""
    assert pages.post("/surveys/new", source=DEFINITION).status_code == 303
    roster = "person,email\n" + "".join(f"p{place:03},p{place:03}@example.org\n" for place in range(PEOPLE))
    files = {"file": ("roster.csv", roster.encode(), "text/csv")}
    assert pages.post("/surveys/pulse/roster", files=files).status_code == 303
    return "/surveys/pulse"


def schedules(pages: Pages) -> list[ScheduleRow]:
    return pages.stored(select(ScheduleRow))


def test_an_owner_looks_at_the_year_before_anything_is_stored(pages: Pages) -> None:
    survey = surveyed(pages)
    form = pages.get(f"{survey}/schedule")
    check_policy(form)
    assert "<h2>Set it up</h2>" in form.text
    looked = pages.post(f"{survey}/schedule", **SCHEDULE, do="look")
    assert looked.status_code == 200, shown_faults(looked.text)
    assert looked.text.count("<meter") > 40
    assert "summer" in looked.text
    assert schedules(pages) == []


def test_a_schedule_is_started_paused_resumed_and_ended(pages: Pages) -> None:
    survey = surveyed(pages)
    assert pages.post(f"{survey}/schedule", **SCHEDULE, do="start").status_code == 303
    (row,) = schedules(pages)
    assert (row.state, row.value["people_one_in"], row.value["zone"]) == ("active", 2, "Europe/Berlin")
    assert row.value["pauses"] == [{"first": "2026-08-03", "last": "2026-08-21", "reason": "summer"}]
    assert 'value="Europe/Berlin"' in shown(pages, f"{survey}/schedule")
    assert pages.post(f"{survey}/schedule/pause").status_code == 303
    assert schedules(pages)[0].state == "paused"
    assert pages.post(f"{survey}/schedule/pause").status_code == 409
    assert pages.post(f"{survey}/schedule/resume").status_code == 303
    assert pages.post(f"{survey}/schedule/end").status_code == 303
    assert len(schedules(pages)) == 1  # not asked twice
    assert pages.post(f"{survey}/schedule/end", sure="yes").status_code == 303
    assert schedules(pages) == []


def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_stored(pages: Pages) -> None:
    survey = surveyed(pages)
    wrong = {
        "zone": "Europe/Nowhere",
        "holidays": "XX",
        "pauses": "all of August",
        "epsilon": "much",
        "open_days": "9",
        "starts_on": "soon",
        "reminder1_days": "1",
    }
    for name, value in wrong.items():
        answer = pages.post(f"{survey}/schedule", **{**SCHEDULE, name: value}, do="start")
        assert answer.status_code == 422, name
        assert 'role="alert"' in answer.text
        assert SCRIPT not in answer.text
    assert schedules(pages) == []


def test_what_the_form_does_not_send_stays_as_it_was(pages: Pages) -> None:
    survey = surveyed(pages)
    some = {**SCHEDULE, "questions_per_wave": "2", "k": "7", "do": "start"}
    assert pages.post(f"{survey}/schedule", **some, whole_form="yes", always=["step"]).status_code == 303
    first = schedules(pages)[0].value
    assert (first["always"], first["terms"]) == (["step"], {"epsilon": 1, "k": 7, "tables": [[]]})
    assert pages.post(f"{survey}/schedule", **some).status_code == 303
    assert schedules(pages)[0].value == first


def test_letters_are_changed_looked_at_and_given_back(pages: Pages) -> None:
    survey = surveyed(pages)
    letter = f"{survey}/letters/reminder/en"
    check_policy(pages.get(f"{survey}/letters"))
    own = {"subject": f"{{survey}} {SCRIPT}", "text": "Dear all\r\n\r\n{link}"}
    looked = pages.post(letter, **own, do="look")
    assert looked.status_code == 200
    assert "Dear all" in looked.text
    assert SCRIPT not in looked.text
    assert pages.stored(select(MailTextRow)) == []
    wrong = pages.post(letter, subject="x", text="no place for the code", do="store")
    assert wrong.status_code == 422
    assert "put {link} into the text once" in wrong.text
    assert pages.post(letter, **own, do="store").status_code == 303
    (row,) = pages.stored(select(MailTextRow))
    assert row.text == "Dear all\n\n{link}"
    assert SCRIPT not in shown(pages, f"{survey}/letters")
    assert pages.post(letter, **own, do="usual").status_code == 303
    assert pages.stored(select(MailTextRow)) == []


def test_a_trial_is_sent_with_the_words_of_the_form(tmp_path: Path) -> None:
    mail, words = PostOffice(), {"subject": "Hello", "text": "Here:\n\n{link}"}
    settings = {"smtp_host": "127.0.0.1", "smtp_security": "none", "mail_from": "pulse@example.org"}
    with mail.open() as port:
        for pages in service_in(tmp_path, **settings, smtp_port=port):
            letter = f"{surveyed(pages)}/letters/invitation/en"
            assert "Send the trial" in shown(pages, letter)
            sent = pages.post(letter, **words, to="kim@example.org", do="trial")
            assert (sent.status_code, "The mail server took the trial letter" in sent.text) == (200, True)
            wrong = pages.post(letter, **words, to=f"kim{SCRIPT}", do="trial")
            assert (wrong.status_code, SCRIPT in wrong.text) == (422, False)
            mail.answer = lambda _: "550 no such mailbox"
            assert pages.post(letter, **words, to="kim@example.org", do="trial").status_code == 409
            assert [one["Subject"] for _, one in mail.letters] == ["Trial: Hello"]
            assert pages.stored(select(MailTextRow)) == []


def test_without_a_mail_server_no_trial_is_offered(pages: Pages) -> None:
    letter = f"{surveyed(pages)}/letters/invitation/en"
    assert "Send the trial" not in shown(pages, letter)
    sent = pages.post(letter, subject="Hello", text="{link}", to="kim@example.org", do="trial")
    assert (sent.status_code, "no mail server" in sent.text) == (422, True)


def test_how_people_hear_of_a_wave_is_said_while_it_is_a_draft(pages: Pages) -> None:
    draft = drafted(pages)
    assert f"{PEOPLE} people on the roster have an address" in shown(pages, f"{draft}/distribution")
    refused = pages.post(f"{draft}/distribution", mail="yes")
    assert refused.status_code == 422
    assert "no mail server" in refused.text
    assert pages.post(f"{draft}/distribution", thermometer="yes").status_code == 303
    (row,) = pages.stored(select(DistributionRow))
    assert (row.mail, row.thermometer) == (False, True)
    assert pages.post(f"{draft}/open", agreed="yes").status_code == 303
    assert pages.post(f"{draft}/distribution", thermometer="").status_code == 409


def test_cards_and_codes_come_as_pdf_once(pages: Pages) -> None:
    draft = drafted(pages)
    assert pages.post(f"{draft}/open", agreed="yes").status_code == 303
    before = {row.digest for row in pages.stored(select(InvitationRow))}
    answer = pages.post(f"{draft}/links", form="kiosk")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert before.isdisjoint({row.digest for row in pages.stored(select(InvitationRow))})
    assert pages.post(f"{draft}/links", form="pdf").status_code == 409


def test_other_roles_read_or_see_nothing(pages: Pages) -> None:
    survey, draft = surveyed(pages), None
    assert draft is None
    for address in (f"{survey}/schedule", f"{survey}/letters"):
        assert pages.get(address, "analyst").status_code == 200
        assert "<form" not in pages.get(address, "analyst").text.partition("<main")[2]
        assert pages.get(address, "auditor").status_code == 403
        assert pages.get(address, None).status_code == 303
    for role in ("analyst", "auditor"):
        assert pages.post(f"{survey}/schedule", role, **SCHEDULE, do="start").status_code == 403
        assert pages.post(f"{survey}/letters/reminder/en", role, do="usual").status_code == 403
    assert pages.post(f"{survey}/schedule", **SCHEDULE, do="start", csrf="wrong").status_code == 403
    assert schedules(pages) == []


def drafted(pages: Pages) -> str:
    """The address of a draft that opens now."""
    survey = surveyed(pages)
    answer = pages.post(
        f"{survey}/plan",
        do="draft",
        opens_at=f"{START:%Y-%m-%dT%H:%M}",
        closes_at=f"{START + timedelta(days=7):%Y-%m-%dT%H:%M}",
        epsilon="3",
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def shown_faults(text: str) -> str:
    """The part of a page that says what is wrong."""
    return text.partition('role="alert"')[2][:2000]
