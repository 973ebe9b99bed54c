"""Anybody can compare what a server gives respondents' browsers with this release."""

import hashlib
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from service.cli import main
from service.web import static_files
from service.web.assets import ADDRESS, FORMAT, asset_contents, asset_list


@pytest.fixture
def server() -> Iterator[SimpleNamespace]:
    """A server that gives ``files``, address -> bytes, whatever the wave; a test may alter them."""
    files = {**asset_contents(), ADDRESS: asset_list()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(re.sub(r"/w/[0-9a-f]{64}", "/w/{wave}", self.path))
            self.send_response(200 if content is not None else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield SimpleNamespace(files=files, address=f"http://127.0.0.1:{http.server_port}")
    http.shutdown()
    thread.join()
    http.server_close()


def verify(address: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["assets", "verify", address])
    return int(str(ended.value.code))


def test_the_list_names_every_script_of_respondents_and_handlers_with_its_hash() -> None:
    listed = json.loads(asset_list())
    contents = asset_contents()
    assert listed["format"] == FORMAT
    assert listed["files"] == {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    folders = ("respondent/", "inbox/")
    scripts = {f"/static/{path}" for path in static_files.files() if path.startswith(folders)}
    assert scripts <= set(contents)
    assert {f"/w/{{wave}}?lang={language}" for language in ("en", "de", "fr", "es", "ar")} <= set(contents)


def test_everything_that_a_respondents_page_loads_is_listed() -> None:
    contents = asset_contents()
    for name, content in contents.items():
        loaded = re.findall(rb"(?:src|href)=\"(/static/[^\"]+)\"", content)
        if name.endswith(".js"):
            folder = Path(name).parent
            code = re.sub(rb"/\*.*?\*/", b"", content, flags=re.DOTALL)  # types are imported in comments
            imported = re.findall(rb"(?:from|import\()\s*[\"'](\./[^\"']+)[\"']", code)
            loaded += [(folder / path.decode()).as_posix().encode() for path in imported]
        assert {path.decode() for path in loaded} <= set(contents), name


def test_a_server_of_this_release_passes(server: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(server.address) == 0
    assert "are those of this release" in capsys.readouterr().out


def test_one_altered_byte_anywhere_is_named(
    server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "/static/respondent/sealing.js"
    server.files[name] += b" "
    assert verify(server.address) == 2
    assert name in capsys.readouterr().err


def test_a_list_that_says_otherwise_is_named(
    server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    server.files[ADDRESS] = b"{}"
    assert verify(server.address) == 2
    assert ADDRESS in capsys.readouterr().err


@pytest.mark.parametrize("url", ["ftp://localhost", "nothing", "https://someone@localhost"])
def test_an_address_that_names_no_server_is_refused(url: str) -> None:
    assert verify(url) == 2
