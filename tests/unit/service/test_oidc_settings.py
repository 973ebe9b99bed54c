"""Settings of OpenID Connect: whole or not at all, and never over plain HTTP to another machine."""

from pathlib import Path

import pytest

from privacy.errors import Invalid
from service.settings import read_settings

WHOLE = {
    "SOTTOVOCE_OIDC_ISSUER": "https://login.example.org/realm",
    "SOTTOVOCE_OIDC_CLIENT_ID": "sottovoce",
    "SOTTOVOCE_OIDC_CLIENT_SECRET": "secret",
}


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> object:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_the_secret_may_stand_in_a_file_and_is_never_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "secret"
    path.write_text("from a file\n")
    values = {name: value for name, value in WHOLE.items() if not name.endswith("SECRET")}
    settings = read(monkeypatch, **values, SOTTOVOCE_OIDC_CLIENT_SECRET_FILE=str(path))
    assert settings.oidc_client_secret.get_secret_value() == "from a file"
    assert "from a file" not in repr(settings)


@pytest.mark.parametrize("missing", ["SOTTOVOCE_OIDC_CLIENT_ID", "SOTTOVOCE_OIDC_CLIENT_SECRET"])
def test_an_issuer_needs_both_names(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    with pytest.raises(Invalid, match=missing):
        read(monkeypatch, **{name: value for name, value in WHOLE.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOTTOVOCE_OIDC_ISSUER", "http://login.example.org"),
        ("SOTTOVOCE_OIDC_ISSUER", "https://login.example.org?x"),
        ("SOTTOVOCE_OIDC_ISSUER", "http://localhost.evil.example"),
        ("SOTTOVOCE_OIDC_ROLES", "groups=owner"),
        ("SOTTOVOCE_OIDC_ROLES", "groups:people=emperor"),
        ("SOTTOVOCE_OIDC_ROLES", "groups:people=owner,"),
    ],
)
def test_what_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(Invalid, match=name):
        read(monkeypatch, **{**WHOLE, name: value})
