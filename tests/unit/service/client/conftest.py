"""A server as a respondent's client sees it, made of the real tokens, envelopes, receipts and board."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from privacy import signatures
from privacy.answers import Response, layout_of
from privacy.board import Board, leaf_of
from privacy.canonical import b64u, unb64u
from privacy.contract import Manifest, Measure, Pairing
from privacy.decoding import decode
from privacy.errors import Refused
from privacy.issuing import BlindSigner
from privacy.opening import open_envelope
from privacy.pairing import make_pairing
from privacy.plan import make_policy
from privacy.receipts import sign_receipt
from privacy.sealing import Envelope, Verified, envelope_size, verify
from privacy.survey import Attribute, Option, Question
from privacy.tokens import TokenVerifier
from service.client import commands
from service.client.client import RespondentClient
from service.registrar.rsa import IssuerKey

HOST = "https://pulse.example"
_PATH = re.compile(r"/api/v1/waves/(?P<wave>[0-9a-f]{64})/(?P<what>\w+)(?:/(?P<name>[0-9a-f]+))?")


def _options(*names: str) -> tuple[Option, ...]:
    return tuple(Option(name, {"en": name.title(), "de": f"{name} (de)"}) for name in names)


QUESTIONS = (
    Question(
        "safe",
        "scale",
        {"en": "I can speak up.", "de": "Ich kann reden."},
        _options("never", "seldom", "often"),
    ),
    Question("where", "choice", {"en": "Where do you work?", "de": "Wo?"}, _options("home", "office")),
    Question("tools", "multiple", {"en": "Which helped?", "de": "Welche?"}, _options("chat", "mail", "wiki")),
    Question("recommend", "nps", {"en": "Recommend us?", "de": "Empfehlen?"}),
    Question("comment", "text", {"en": "What else?", "de": "Was noch?"}, max_bytes=60),
)
ATTRIBUTES = (Attribute("unit", {"en": "Your unit", "de": "Einheit"}, _options("north", "south"), "roster"),)


class Server:
    """The registrar and the collector of one wave. ``lose``, ``busy`` and ``forge`` make it misbehave."""

    def __init__(self, key: IssuerKey) -> None:
        self._signer = BlindSigner(key)
        self.wave_key, self._receipt_key = signatures.new_key(), signatures.new_key()
        self._publish(
            Manifest(
                survey_id="pulse",
                survey_version="1",
                title={"en": "Spring pulse", "de": "Frühlingspuls"},
                opens_at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
                closes_at=datetime(2026, 3, 9, 17, 30, tzinfo=UTC),
                invited=40,
                retention_days=365,
                questions=QUESTIONS,
                attributes=ATTRIBUTES,
                policy=make_policy(QUESTIONS, ATTRIBUTES, [(), ("unit",)], epsilon=2.0, k=8, comment_k=12),
                hpke_public_key=signatures.point_of(self.wave_key),
                issuer_public_key=self._signer.public_key,
                receipt_public_key=signatures.point_of(self._receipt_key),
                release_public_key=signatures.point_of(signatures.new_key()),
            )
        )
        self.host = HOST
        self._verifier = TokenVerifier(self.manifest.issuer_public_key)
        self.invitations: dict[str, str | None] = {f"code-{number}": None for number in range(5)}
        self.box: dict[bytes, tuple[Verified, bytes]] = {}
        self.closed = False
        self.lose: set[str] = set()  # actions that are carried out and never answered
        self.busy: set[str] = set()  # actions that are not carried out
        self.forge = False
        self.deaf = False  # after the close it takes nothing, not even what it has
        self.board_changes: dict[str, Any] = {}
        self.requests: list[httpx.Request] = []

    def _publish(self, manifest: Manifest) -> None:
        self.manifest, self.wave, self.published = manifest, manifest.wave, manifest.canonical()
        self.link = f"{HOST}/w/{self.wave.hex()}#code-0"
        self.layout = layout_of(manifest)

    def pair(self, **wanted: Any) -> Pairing:
        """From now on, it is a wave that is paired with a later one."""
        last = {"carried_until": datetime(2026, 6, 1, 12, 0, tzinfo=UTC)}
        pairing = make_pairing(
            QUESTIONS,
            ATTRIBUTES,
            self.manifest.policy,
            pairing_id=bytes(range(16)),
            measures=(Measure("safe", None),),
            **(wanted or last),
        )
        self._publish(replace(self.manifest, pairing=pairing))
        return pairing

    @property
    def http(self) -> httpx.Client:
        """Reaches nothing but this server, and holds a cookie, a login and headers that must not leave."""
        return httpx.Client(
            transport=httpx.MockTransport(self._handle),
            cookies={"tracker": "person-7"},
            headers={"User-Agent": "Person/7", "Referer": "https://intranet.example/person-7"},
            auth=("person", "seven"),
            follow_redirects=True,
        )

    def answers(self) -> list[Response | None]:
        """Everything in the box, opened as the tally would."""
        return [
            decode(self.layout, open_envelope(self.wave_key, Envelope.parse(data), verified.nullifier))
            for verified, data in self.box.values()
        ]

    def said(self) -> list[dict[str, Any] | None]:
        """The answers and attributes of every response that are not skipped; None where it was withdrawn."""
        given = [answer and {**answer.answers, **answer.attributes} for answer in self.answers()]
        return [one and {name: value for name, value in one.items() if value is not None} for one in given]

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = _PATH.fullmatch(request.url.path)
        if path is None or (path["wave"] != self.wave.hex()):
            return _problem(404, "Not found", "there is no such wave")
        action = f"{request.method.lower()}_{path['what']}"
        if action in self.busy:
            return _problem(503, "Unavailable", "the store cannot be written now")
        reply = getattr(self, f"_{action}")(request, path["name"])
        if action in self.lose:
            raise httpx.ReadError("connection reset", request=request)
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    def _get_manifest(self, request: httpx.Request, name: str | None) -> httpx.Response:
        return httpx.Response(200, content=self.published, headers={"Set-Cookie": "seen=1; Path=/"})

    def _post_tokens(self, request: httpx.Request, name: str | None) -> httpx.Response:
        body = json.loads(request.content)
        digest = hashlib.sha256(body["blinded_message"].encode()).hexdigest()
        if self.invitations.get(body["invitation"], "unknown") not in (None, digest):
            return _problem(403, "Not allowed", "the invitation does not allow this")
        self.invitations[body["invitation"]] = digest
        signature = self._signer.sign(unb64u(body["blinded_message"]))
        return httpx.Response(200, json={"blind_signature": b64u(signature)})

    def _post_responses(self, request: httpx.Request, name: str | None) -> httpx.Response:
        data = request.content
        if self.closed and (self.deaf or data not in [stored for _, stored in self.box.values()]):
            return _problem(409, "Conflict", "the wave is not open")
        try:
            verified = verify(data, self.wave, self._verifier, envelope_size(self.layout))
        except Refused:
            return _problem(422, "Refused", "the sealed response does not hold")
        before = self.box.get(verified.nullifier)
        if before is not None and before[1] != data and before[0].sequence >= verified.sequence:
            return _problem(422, "Refused", "the sealed response does not hold")
        self.box[verified.nullifier] = (verified, data)
        key = signatures.new_key() if self.forge else self._receipt_key
        signature = sign_receipt(key, self.wave, verified.leaf)
        return httpx.Response(201, json={"leaf": verified.leaf.hex(), "signature": b64u(signature)})

    def _get_responses(self, request: httpx.Request, name: str | None) -> httpx.Response:
        for verified, data in self.box.values():
            if verified.locator.hex() == name:
                return httpx.Response(200, content=data)
        return _problem(404, "Not found", "there is no response under this locator")

    def _board(self) -> Board:
        return Board([leaf_of(self.box[nullifier][1]) for nullifier in sorted(self.box)])

    def _get_board(self, request: httpx.Request, name: str | None) -> httpx.Response:
        if not self.closed:
            return _problem(409, "Conflict", "the wave has not closed yet")
        issued = sum(digest is not None for digest in self.invitations.values())
        board = {
            "root": self._board().root.hex(),
            "responses": len(self.box),
            "issued": issued,
            "invited": 40,
        }
        return httpx.Response(200, json=board | self.board_changes)

    def _get_proofs(self, request: httpx.Request, name: str | None) -> httpx.Response:
        index = sorted(self.box).index(bytes.fromhex(name or ""))
        path = [step.hex() for step in self._board().proof(index)]
        return httpx.Response(200, json={"index": index, "size": len(self.box), "path": path})


def _problem(status: int, title: str, detail: str) -> httpx.Response:
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return httpx.Response(status, json=problem, headers={"Content-Type": "application/problem+json"})


@pytest.fixture(scope="session")
def issuer_key() -> IssuerKey:
    """An issuer key of 2048 bits."""
    return IssuerKey.generate()


@pytest.fixture
def server(issuer_key: IssuerKey) -> Server:
    """An open wave with five invitations, ``code-0`` to ``code-4``."""
    return Server(issuer_key)


@pytest.fixture
def client(server: Server) -> Iterator[RespondentClient]:
    """A respondent's client of that server."""
    with server.http as http, RespondentClient(HOST, http) as client:
        yield client


@pytest.fixture
def manifest(server: Server, client: RespondentClient) -> Manifest:
    """The manifest as the client got it."""
    return client.fetch_manifest(server.wave)


@pytest.fixture
def reached(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, reached by whatever the commands connect to."""
    monkeypatch.setattr(
        commands, "RespondentClient", lambda base_url: RespondentClient(base_url, server.http)
    )
    return server


@pytest.fixture
def link(server: Server) -> str:
    """The link of the first invitation."""
    return server.link


@pytest.fixture
def answers_file(tmp_path: Path) -> Path:
    """A file with an answer to everything."""
    path = tmp_path / "answers.yaml"
    path.write_text(
        "safe: often\nwhere: home\ntools: [chat, wiki]\nrecommend: 9\ncomment: Grüße\n"
        "attributes:\n  unit: south\n"
    )
    return path


@pytest.fixture
def full_response() -> Response:
    """What ``answers_file`` says."""
    return Response(
        {"safe": 2, "where": 0, "tools": frozenset({0, 2}), "recommend": 9, "comment": "Grüße"}, {"unit": 1}
    )


@pytest.fixture
def safe_response() -> Response:
    """An answer to one question, and the attribute."""
    return Response({"safe": 1}, {"unit": 0})


@pytest.fixture
def another_promise(server: Server) -> bytes:
    """The canonical bytes of a manifest that differs in one promise."""
    return replace(server.manifest, invited=41).canonical()
