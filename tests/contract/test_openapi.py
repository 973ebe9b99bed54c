"""The committed OpenAPI file is what the code describes."""

import json

import pytest

from service import openapi
from service.app import describe_api


def test_the_committed_file_has_not_drifted() -> None:
    assert openapi.main(["--check"]) == 0


def test_drift_is_named_with_what_to_do(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pathlib import Path

    other = Path(str(tmp_path)) / "openapi.json"
    other.write_text("{}\n")
    monkeypatch.setattr(openapi, "TARGET", other)
    assert openapi.main(["--check"]) == 2
    assert "make openapi" in capsys.readouterr().err


def test_every_operation_has_a_name_a_summary_and_a_place() -> None:
    operations = [one for path in describe_api()["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names) >= 25
    assert all(one.get("summary") and one.get("tags") for one in operations)


def test_every_reference_leads_somewhere() -> None:
    api = describe_api()
    text = json.dumps(api)
    schemas = set(api["components"]["schemas"])
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= schemas
