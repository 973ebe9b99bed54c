"""Results as pages and files: what is shown, what is withheld, and to whom."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from tests.integration.staff.conftest import World
from tests.integration.web.conftest import Browser

Enter = Callable[[str], Browser]
TABS = ("", "/groups", "/differences", "/trend", "/comments")


def test_every_tab_opens_and_states_margins(
    world: World, signed_in: Enter, released: SimpleNamespace
) -> None:
    analyst = signed_in("analyst")
    assert released.id in analyst.page("/results")
    for tab in TABS:
        text = analyst.page(f"/results/{released.id}{tab}")
        assert "90 %" in text
        assert "style=" not in text
    assert "±" in analyst.page(f"/results/{released.id}")
    assert "Ich rede." in analyst.page(f"/results/{released.id}?language=de")


@pytest.mark.parametrize("name", ["distribution", "themes", "items", "heatmap", "differences", "trend"])
def test_every_chart_is_a_picture_and_a_table(
    world: World, signed_in: Enter, released: SimpleNamespace, name: str
) -> None:
    analyst = signed_in("analyst")
    base = f"/results/{released.id}/charts/{name}"
    svg, png, csv = (analyst.get(f"{base}.{kind}") for kind in ("svg", "png", "csv"))
    ElementTree.fromstring(svg.text)  # noqa: S314 - our own
    assert png.content.startswith(b"\x89PNG")
    assert csv.headers["content-type"].startswith("text/csv")
    assert len(csv.text.splitlines()) > 1


def test_a_withheld_wave_shows_no_figure_anywhere(world: World, signed_in: Enter) -> None:
    world.survey()
    world.roster(40)
    wave = world.released(3, k=5)
    analyst = signed_in("analyst")
    for tab in TABS:
        text = re.sub(r"<title>.*?</title>", "", analyst.page(f"/results/{wave.id}{tab}"))
        assert not re.search(r"\d ± \d", text), tab
    assert "not shown" in analyst.page(f"/results/{wave.id}")
    heat = analyst.page(f"/results/{wave.id}/groups")
    cells = set(re.findall(r'<td class="heat[^>]*>.*?</td>', heat))
    assert len(cells) == 1, "withheld and absent cells are the same bytes"


def test_results_are_not_there_before_the_release(world: World, signed_in: Enter) -> None:
    world.survey()
    world.roster(40)
    wave = world.opened()
    analyst = signed_in("analyst")
    answer = analyst.get(f"/results/{wave.id}")
    assert answer.status_code == 409
    assert "the wave is open" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/results/none", "/results/WAVE/groups?by=nothing", "/results/WAVE/trend?theme=nothing"],
)
def test_what_is_not_there_is_said_in_words(
    world: World, signed_in: Enter, released: SimpleNamespace, path: str
) -> None:
    assert signed_in("analyst").get(path.replace("WAVE", released.id)).status_code == 404


def test_the_ledger_page_lists_the_wave_for_an_auditor(
    world: World, signed_in: Enter, released: SimpleNamespace
) -> None:
    text = signed_in("auditor").page("/ledger")
    assert released.wave[:12] in text
    assert "The chain of entries holds" in text
