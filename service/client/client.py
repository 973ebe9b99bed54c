"""The protocol from the respondent's side: docs/protocol.md, step by step, over HTTP.

Nothing the server says is believed that can be checked: the manifest against its hash and this version's
plan, the token against the issuer's key, the receipt against the receipt key, the board against its root.
"""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx

from privacy.answers import Response, encode, layout_of, withdrawn
from privacy.board import HASH_SIZE, leaf_of, verify_proof
from privacy.canonical import b64u, unb64u
from privacy.contract import Manifest
from privacy.errors import ContractBroken, Refused
from privacy.manifest_reader import read_manifest
from privacy.pairing import check_pairing
from privacy.plan import check_policy
from privacy.receipt_code import locator_of, normalise, unlock
from privacy.receipts import check_receipt
from privacy.sealing import Envelope, Verified, envelope_size, seal, verify
from privacy.signatures import point_of
from privacy.tokens import TokenVerifier, finalize
from service.client.failures import AnswerMissing, ServerRefused, Unreachable
from service.client.progress import Drawing, Pending, Voice, begin, seal_response
from service.client.transport import Transport, object_of


@dataclass(frozen=True, slots=True)
class Receipt:
    """The collector's signature (64 bytes) that it stored the envelope whose ``leaf`` this is.

    ``sequence`` is 1 for a first answer and one more for each change.
    """

    wave: bytes
    code: str = field(repr=False)
    sequence: int
    leaf: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Inclusion:
    """An answer's place among the sealed responses of a closed wave, checked up to the board's ``root``.

    ``index`` counts from 0. ``responses``, ``issued`` and ``invited`` are the numbers on the board.
    """

    leaf: bytes
    sequence: int
    index: int
    root: bytes
    responses: int
    issued: int
    invited: int


class RespondentClient:
    """Everything a respondent does with one server.

    Each method raises ServerRefused if the server says no, Unreachable if the same call may be made again,
    and Refused or ContractBroken if what the server sent does not hold.
    """

    def __init__(self, base_url: str, http: httpx.Client | None = None) -> None:
        """``http`` is used for connections alone; none of its headers or cookies are sent."""
        self._transport = Transport(base_url, http)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that were not given by the caller."""
        self._transport.close()

    def fetch_manifest(self, wave: bytes) -> Manifest:
        """The contract of ``wave`` (32 bytes), which hashes to it and whose plan this version computes."""
        manifest = read_manifest(self._transport.get(f"{_path(wave)}/manifest"), wave)
        check_policy(manifest)
        check_pairing(manifest)
        return manifest

    def draw_token(self, manifest: Manifest, drawing: Drawing) -> Voice:
        """Trade the invitation for a token, unlinkably, to be used at once or days later.

        After a lost reply, send the same value again.
        """
        if drawing.blinded.issuer_public_key != manifest.issuer_public_key:
            raise ContractBroken("the token request was begun under another contract; begin again")
        body = {"invitation": drawing.invitation, "blinded_message": b64u(drawing.blinded.message)}
        reply = self._transport.post(
            f"{_path(drawing.wave)}/tokens", json.dumps(body).encode(), "application/json"
        )
        signature = _b64u(object_of(reply), "blind_signature")
        return Voice(drawing.wave, drawing.pseudonym, finalize(drawing.blinded, signature))

    def submit(self, manifest: Manifest, pending: Pending) -> Receipt:
        """Hand in a sealed answer. Until this returns, keep ``pending``: its bytes may be sent again."""
        reply = object_of(
            self._transport.post(
                f"{_path(pending.wave)}/responses", pending.envelope, "application/octet-stream"
            )
        )
        leaf, signature = leaf_of(pending.envelope), _b64u(reply, "signature")
        if _hash(reply, "leaf") != leaf:
            raise Refused("the receipt is for another answer; keep yours and send it again")
        check_receipt(manifest, leaf, signature)
        sequence = Envelope.parse(pending.envelope).sequence
        return Receipt(pending.wave, pending.receipt_code, sequence, leaf, signature)

    def respond(self, manifest: Manifest, invitation: str, response: Response) -> Receipt:
        """All of it in one go, for callers that need not survive an interruption."""
        encode(layout_of(manifest), response)  # its faults are told before the invitation is spent
        voice = self.draw_token(manifest, begin(manifest, invitation))
        return self.submit(manifest, seal_response(manifest, voice, response))

    def change(self, manifest: Manifest, receipt_code: str, response: Response) -> Receipt:
        """Replace the answer behind the code. Raises Invalid with every fault of the response."""
        return self.submit(manifest, self.prepare_change(manifest, receipt_code, response))

    def withdraw(self, manifest: Manifest, receipt_code: str) -> Receipt:
        """Take the answer behind the code back. To the server it looks like any change."""
        return self.submit(manifest, self.prepare_withdrawal(manifest, receipt_code))

    def prepare_change(self, manifest: Manifest, receipt_code: str, response: Response) -> Pending:
        """The sealed replacement, to be handed in with ``submit``."""
        return self._replacement(manifest, receipt_code, encode(layout_of(manifest), response))

    def prepare_withdrawal(self, manifest: Manifest, receipt_code: str) -> Pending:
        """The sealed withdrawal, to be handed in with ``submit``."""
        return self._replacement(manifest, receipt_code, withdrawn(layout_of(manifest)))

    def check(self, manifest: Manifest, receipt_code: str) -> Inclusion:
        """After the wave has closed: prove that the answer behind the code is among those on the board."""
        _, verified = self._fetch(manifest, receipt_code)
        board = object_of(self._transport.get(f"{_path(manifest.wave)}/board"))
        proof = object_of(self._transport.get(f"{_path(manifest.wave)}/proofs/{verified.nullifier.hex()}"))
        root, index = _hash(board, "root"), _count(proof, "index")
        responses, issued, invited = (_count(board, name) for name in ("responses", "issued", "invited"))
        if not responses <= issued <= invited == manifest.invited or _count(proof, "size") != responses:
            raise ContractBroken("the numbers on the board contradict the contract or one another")
        verify_proof(verified.leaf, index, responses, _hashes(proof, "path"), root)
        return Inclusion(verified.leaf, verified.sequence, index, root, responses, issued, invited)

    def stored(self, manifest: Manifest, receipt_code: str) -> Envelope:
        """The sealed answer that the server has behind the code. Raises AnswerMissing if it has none."""
        return self._fetch(manifest, receipt_code)[0]

    def _fetch(self, manifest: Manifest, receipt_code: str) -> tuple[Envelope, Verified]:
        wave, locator = manifest.wave, locator_of(receipt_code, manifest.wave)
        try:
            data = self._transport.get(f"{_path(wave)}/responses/{locator.hex()}")
        except ServerRefused as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            raise AnswerMissing(error.status, f"no answer behind this receipt code: {error}") from None
        issuer = TokenVerifier(manifest.issuer_public_key)
        verified = verify(data, wave, issuer, envelope_size(layout_of(manifest)))
        if verified.locator != locator:
            raise Refused("the server sent somebody else's answer")
        return Envelope.parse(data), verified

    def _replacement(self, manifest: Manifest, receipt_code: str, plaintext: bytes) -> Pending:
        envelope, verified = self._fetch(manifest, receipt_code)
        key = unlock(receipt_code, manifest.wave, envelope.locker)
        if point_of(key) != envelope.public_key:
            raise Refused("the receipt code does not open this answer")
        data = seal(manifest, envelope.token, key, receipt_code, verified.sequence + 1, plaintext)
        return Pending(manifest.wave, normalise(receipt_code), data)


def _path(wave: bytes) -> str:
    return f"/api/v1/waves/{wave.hex()}"


def _b64u(reply: dict[str, Any], name: str) -> bytes:
    try:
        return unb64u(reply[name])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreachable(f"the server's reply has no usable {name}") from None


def _hashes(reply: dict[str, Any], name: str) -> list[bytes]:
    try:
        values = [bytes.fromhex(value) for value in reply[name]]
    except (KeyError, TypeError, ValueError):
        values = [b""]
    if any(len(value) != HASH_SIZE for value in values):
        raise Unreachable(f"the server's reply has no usable {name}")
    return values


def _hash(reply: dict[str, Any], name: str) -> bytes:
    return _hashes({name: [reply.get(name)]}, name)[0]


def _count(reply: dict[str, Any], name: str) -> int:
    value = reply.get(name)
    if type(value) is not int or value < 0:
        raise Unreachable(f"the server's reply has no usable {name}")
    return value
