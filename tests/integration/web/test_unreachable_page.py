"""The owner's page says how many addresses mail came back from, once there is one, and not which."""

from service.store import rosters
from service.store.unit_of_work import unit_of_work
from tests.integration.web.conftest import Pages
from tests.integration.web.program_parts import shown
from tests.integration.web.test_pulse_pages import PEOPLE, drafted


def test_an_owner_sees_how_many_addresses_mail_came_back_from(pages: Pages) -> None:
    page = f"{drafted(pages)}/distribution"
    assert "mail came back" not in shown(pages, page)
    with unit_of_work(pages.context.main) as tx:
        assert rosters.mark_unreachable(tx, ["p000@example.org", "p001@example.org"]) == 2
    text = shown(pages, page)
    assert "How many of the others have an address that mail came back from: 2." in text
    assert f"{PEOPLE - 2} people on the roster have an address" in text
    assert "p000" not in text
