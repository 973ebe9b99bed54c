"""The modules that a respondent's browser runs: their own tests, their types and their weight."""

import gzip
import json
import os
import subprocess
from pathlib import Path

import cryptography_vectors

ROOT = Path(__file__).parents[2]
CRYPTOGRAPHY = "answers encoding errors manifest sealing tokens"
MOST_BYTES = 16_000


def test_the_modules_pass_their_tests_under_node(node: str) -> None:
    vectors = Path(cryptography_vectors.__file__).parent / "HPKE/test-vectors.json"
    tests = sorted((ROOT / "tests/javascript").glob("*.test.js"))
    assert tests
    run = subprocess.run(
        [node, "--test", "--test-reporter=spec", *tests],
        cwd=ROOT,
        env={**os.environ, "HPKE_VECTORS": str(vectors)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "skipped 0" in run.stdout


def test_the_modules_have_the_types_that_they_say(node: str) -> None:
    command = [node, ROOT / "node_modules/.bin/tsc", "--project", ROOT / "tsconfig.json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_cryptography_is_light_on_the_wire() -> None:
    modules = ROOT / "service/web/static/respondent"
    sizes = {
        name: len(gzip.compress((modules / f"{name}.js").read_bytes(), 9)) for name in CRYPTOGRAPHY.split()
    }
    assert sum(sizes.values()) < MOST_BYTES, sizes


def test_nothing_but_development_needs_a_package() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert "dependencies" not in package
    assert all(version[0].isdigit() for version in package["devDependencies"].values())
    assert all(entry.get("dev") for path, entry in lock["packages"].items() if path)
    assert all(
        "resolved" not in entry and "integrity" in entry for path, entry in lock["packages"].items() if path
    )
