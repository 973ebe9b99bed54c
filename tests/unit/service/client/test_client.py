"""Responding: one invitation is one voice, whatever is lost on the way, and nothing unproven is believed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from privacy.answers import Response
from privacy.canonical import b64u
from privacy.contract import Manifest
from privacy.errors import ContractBroken, Invalid, Refused
from privacy.receipts import sign_receipt
from service.client.client import RespondentClient
from service.client.failures import ServerRefused, Unreachable
from service.client.progress import begin, load, save, seal_response


def test_a_response_arrives_as_it_was_given(
    server: Any, client: RespondentClient, manifest: Manifest, full_response: Response
) -> None:
    receipt = client.respond(manifest, "code-0", full_response)
    assert server.answers() == [full_response]
    assert (receipt.wave, receipt.sequence) == (server.wave, 1)
    assert receipt.leaf in {verified.leaf for verified, _ in server.box.values()}


def test_a_manifest_of_another_hash_is_refused(
    server: Any, client: RespondentClient, another_promise: bytes
) -> None:
    server.published = another_promise
    with pytest.raises(ContractBroken, match="does not hash"):
        client.fetch_manifest(server.wave)


def test_a_manifest_whose_plan_this_version_does_not_compute_is_refused(
    server: Any, client: RespondentClient
) -> None:
    policy = replace(server.manifest.policy, epsilon_presence=server.manifest.policy.epsilon_presence / 2)
    altered = replace(server.manifest, policy=policy)
    server.wave, server.published = altered.wave, altered.canonical()
    with pytest.raises(ContractBroken, match="epsilon"):
        client.fetch_manifest(altered.wave)


def test_an_invitation_gives_one_voice(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response
) -> None:
    client.respond(manifest, "code-0", safe_response)
    for code in ("code-0", "nobody"):
        with pytest.raises(ServerRefused) as refusal:
            client.respond(manifest, code, safe_response)
        assert refusal.value.status == 403
        assert str(refusal.value) == f"{server.host} refused: Not allowed: the invitation does not allow this"
    assert len(server.box) == 1


def test_faults_of_a_response_are_told_before_the_invitation_is_spent(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    with pytest.raises(Invalid) as refusal:
        client.respond(manifest, "code-0", Response({"safe": 7, "where": 9}, {"unit": 5}))
    assert len(refusal.value.problems) == 3
    assert server.invitations["code-0"] is None


def test_a_token_reply_that_was_lost_is_asked_for_again(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response, tmp_path: Path
) -> None:
    drawing = begin(manifest, "code-0")
    server.lose = {"post_tokens"}
    with pytest.raises(Unreachable):
        client.draw_token(manifest, drawing)
    server.lose = set()
    save(tmp_path / "kept", drawing)
    again = load(tmp_path / "kept")
    assert again == drawing
    voice = client.draw_token(manifest, again)
    client.submit(manifest, seal_response(manifest, voice, safe_response))
    assert server.said() == [{"safe": 1, "unit": 0}]


def test_a_token_request_begun_under_another_contract_is_not_sent(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    drawing = begin(manifest, "code-0")
    another = replace(manifest, issuer_public_key=manifest.issuer_public_key[:-6] + b"\1" + b"\2\3\1\0\1")
    with pytest.raises(ContractBroken, match="another contract"):
        client.draw_token(another, drawing)
    assert server.invitations["code-0"] is None


def test_a_reply_that_was_lost_and_a_second_try_are_one_vote(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response
) -> None:
    pending = seal_response(manifest, client.draw_token(manifest, begin(manifest, "code-0")), safe_response)
    server.lose = {"post_responses"}
    with pytest.raises(Unreachable):
        client.submit(manifest, pending)
    server.lose = set()
    receipt = client.submit(manifest, pending)
    assert receipt.code == pending.receipt_code
    assert len(server.box) == 1
    sent = [request.content for request in server.requests if request.url.path.endswith("/responses")]
    assert sent == [pending.envelope, pending.envelope]


def test_a_full_server_leaves_the_sealed_answer_to_be_sent_again(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response, tmp_path: Path
) -> None:
    pending = seal_response(manifest, client.draw_token(manifest, begin(manifest, "code-0")), safe_response)
    server.busy = {"post_responses"}
    with pytest.raises(
        Unreachable, match="cannot take this now: Unavailable: the store cannot be written now"
    ):
        client.submit(manifest, pending)
    assert not server.box
    save(tmp_path / "kept", pending)
    server.busy = set()
    kept = load(tmp_path / "kept")
    assert kept == pending
    client.submit(manifest, kept)
    assert server.said() == [{"safe": 1, "unit": 0}]


def test_a_blind_signature_that_does_not_hold_is_refused(
    server: Any, client: RespondentClient, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = httpx.Response(200, json={"blind_signature": b64u(bytes(256))})
    monkeypatch.setattr(server, "_post_tokens", lambda request, name: wrong)
    with pytest.raises(Refused):
        client.draw_token(manifest, begin(manifest, "code-0"))


def test_a_forged_receipt_is_refused(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response
) -> None:
    server.forge = True
    with pytest.raises(Refused, match="receipt does not hold"):
        client.respond(manifest, "code-0", safe_response)


def test_a_receipt_for_another_answer_is_refused(
    server: Any,
    client: RespondentClient,
    manifest: Manifest,
    safe_response: Response,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "_post_responses", _other_receipt(server))
    with pytest.raises(Refused, match="another answer"):
        client.respond(manifest, "code-0", safe_response)


def _other_receipt(server: Any) -> Callable[..., httpx.Response]:
    signature = sign_receipt(server._receipt_key, server.wave, bytes(32))
    return lambda request, name: httpx.Response(
        201, json={"leaf": bytes(32).hex(), "signature": b64u(signature)}
    )
