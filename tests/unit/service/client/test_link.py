import pytest

from privacy.errors import Invalid
from service.client.link import parse_link, parse_wave_url

WAVE = "ab" * 32


@pytest.mark.parametrize(
    ("base_url", "kept"),
    [
        ("https://pulse.example", "https://pulse.example"),
        ("https://Pulse.Example:8443", "https://pulse.example:8443"),
        ("https://example.org/surveys/own", "https://example.org/surveys/own"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost", "http://localhost"),
        ("http://abcdefgh.onion", "http://abcdefgh.onion"),
    ],
)
def test_a_link_names_server_wave_and_code(base_url: str, kept: str) -> None:
    invitation = parse_link(f" {base_url}/w/{WAVE}#q83vEjRWeJCrze8SNFZ4kA\n")
    assert invitation.address.base_url == kept
    assert invitation.address.wave == bytes.fromhex(WAVE)
    assert invitation.code == "q83vEjRWeJCrze8SNFZ4kA"
    assert parse_wave_url(f"{base_url}/w/{WAVE}/") == invitation.address
    assert parse_wave_url(f"{base_url}/w/{WAVE}#code") == invitation.address


def test_the_code_is_not_in_the_text_form_of_an_invitation() -> None:
    assert "secret" not in repr(parse_link(f"https://pulse.example/w/{WAVE}#secret"))


@pytest.mark.parametrize(
    "link",
    [
        "",
        "pulse.example",
        f"https://pulse.example/w/{WAVE}",
        f"https://pulse.example/w/{WAVE}#",
        f"https://pulse.example/w/{WAVE}#cöde",
        f"https://pulse.example/w/{WAVE[:-1]}#code",
        f"https://pulse.example/w/{WAVE.upper()}#code",
        f"https://pulse.example/x/{WAVE}#code",
        f"https://pulse.example/w/{WAVE}/more#code",
        f"https://pulse.example/w/{WAVE}?person=7#code",
        f"https://person@pulse.example/w/{WAVE}#code",
        f"https:///w/{WAVE}#code",
        f"https://pulse.example:port/w/{WAVE}#code",
        f"https://[pulse/w/{WAVE}#code",
        f"ftp://pulse.example/w/{WAVE}#code",
        f"http://pulse.example/w/{WAVE}#code",
        f"http://192.0.2.1/w/{WAVE}#code",
        f"http://0.0.0.0:8000/w/{WAVE}#code",
        f"https://0.0.0.0/w/{WAVE}#code",
        f"http://[::]:8000/w/{WAVE}#code",
        f"https://[::]/w/{WAVE}#code",
    ],
)
def test_what_is_no_safe_link_is_refused_as_input(link: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_link(link)
    assert [problem.id for problem in refusal.value.problems] == ["link"]
