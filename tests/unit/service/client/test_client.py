from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from privacy import signatures
from privacy.answers import Response
from privacy.contract import Manifest
from privacy.errors import ContractBroken, Invalid, Refused
from privacy.receipt_code import lock, new_receipt_code
from privacy.sealing import Envelope
from privacy.signatures import private_key_of
from service.client.client import RespondentClient
from service.client.failures import AnswerMissing, ServerRefused, Unreachable
from service.client.progress import begin, load, save, seal_response
from service.client.transport import LARGEST_REPLY

HOST = "https://pulse.example"
SAFE = Response({"safe": 1}, {"unit": 0})


def _said(response: Response | None) -> dict[str, Any] | None:
    """The answers and attributes that are not skipped."""
    if response is None:
        return None
    given = {**response.answers, **response.attributes}
    return {name: value for name, value in given.items() if value is not None}


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


def test_an_invitation_gives_one_voice(server: Any, client: RespondentClient, manifest: Manifest) -> None:
    client.respond(manifest, "code-0", SAFE)
    for code in ("code-0", "nobody"):
        with pytest.raises(ServerRefused) as refusal:
            client.respond(manifest, code, SAFE)
        assert refusal.value.status == 403
        assert str(refusal.value) == f"{HOST} refused: Not allowed: the invitation does not allow this"
    assert len(server.box) == 1


def test_faults_of_a_response_are_told_before_the_invitation_is_spent(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    with pytest.raises(Invalid) as refusal:
        client.respond(manifest, "code-0", Response({"safe": 7, "where": 9}, {"unit": 5}))
    assert len(refusal.value.problems) == 3
    assert server.invitations["code-0"] is None


def test_a_token_reply_that_was_lost_is_asked_for_again(
    server: Any, client: RespondentClient, manifest: Manifest, tmp_path: Path
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
    client.submit(manifest, seal_response(manifest, voice, SAFE))
    assert [_said(answer) for answer in server.answers()] == [{"safe": 1, "unit": 0}]


def test_a_token_request_begun_under_another_contract_is_not_sent(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    drawing = begin(manifest, "code-0")
    another = replace(manifest, issuer_public_key=manifest.issuer_public_key[:-6] + b"\1" + b"\2\3\1\0\1")
    with pytest.raises(ContractBroken, match="another contract"):
        client.draw_token(another, drawing)
    assert server.invitations["code-0"] is None


def test_a_reply_that_was_lost_and_a_second_try_are_one_vote(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    pending = seal_response(manifest, client.draw_token(manifest, begin(manifest, "code-0")), SAFE)
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
    server: Any, client: RespondentClient, manifest: Manifest, tmp_path: Path
) -> None:
    pending = seal_response(manifest, client.draw_token(manifest, begin(manifest, "code-0")), SAFE)
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
    assert [_said(answer) for answer in server.answers()] == [{"safe": 1, "unit": 0}]


def test_a_forged_receipt_is_refused(server: Any, client: RespondentClient, manifest: Manifest) -> None:
    server.forge = True
    with pytest.raises(Refused, match="receipt does not hold"):
        client.respond(manifest, "code-0", SAFE)


def test_a_receipt_for_another_answer_is_refused(
    server: Any, client: RespondentClient, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_post_responses", _other_receipt(server))
    with pytest.raises(Refused, match="another answer"):
        client.respond(manifest, "code-0", SAFE)


def _other_receipt(server: Any) -> Callable[..., httpx.Response]:
    from privacy.canonical import b64u
    from privacy.receipts import sign_receipt

    signature = sign_receipt(server._receipt_key, server.wave, bytes(32))
    return lambda request, name: httpx.Response(
        201, json={"leaf": bytes(32).hex(), "signature": b64u(signature)}
    )


def test_the_code_alone_changes_an_answer_from_another_device(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    code = client.respond(manifest, "code-0", SAFE).code
    other_device = RespondentClient(HOST, server.http)
    typed = code.lower().replace("-", " ")
    changed = other_device.change(manifest, typed, Response({"recommend": 3}, {}))
    assert (changed.code, changed.sequence) == (code, 2)
    assert [_said(answer) for answer in server.answers()] == [{"recommend": 3}]
    assert other_device.change(manifest, code, SAFE).sequence == 3
    assert [_said(answer) for answer in server.answers()] == [{"safe": 1, "unit": 0}]


def test_the_code_alone_withdraws_and_the_server_sees_a_change(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    code = client.respond(manifest, "code-0", SAFE).code
    other_device = RespondentClient(HOST, server.http)
    assert other_device.withdraw(manifest, code).sequence == 2
    assert server.answers() == [None]
    assert len({len(data) for _, data in server.box.values()}) == 1
    assert other_device.change(manifest, code, SAFE).sequence == 3


def test_a_code_that_opens_nothing_changes_nothing(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    client.respond(manifest, "code-0", SAFE)
    with pytest.raises(AnswerMissing):
        client.withdraw(manifest, new_receipt_code())
    assert [_said(answer) for answer in server.answers()] == [{"safe": 1, "unit": 0}]


def test_an_answer_of_somebody_else_is_not_taken_for_ones_own(
    server: Any, client: RespondentClient, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = client.respond(manifest, "code-0", SAFE).code
    client.respond(manifest, "code-1", SAFE)
    others = [data for verified, data in server.box.values()][1]
    monkeypatch.setattr(server, "_get_responses", lambda request, name: httpx.Response(200, content=others))
    with pytest.raises(Refused, match="somebody else"):
        client.withdraw(manifest, mine)


def test_a_locker_that_holds_another_key_is_refused(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    voice = client.draw_token(manifest, begin(manifest, "code-0"))
    pending = seal_response(manifest, voice, SAFE)
    key, code = private_key_of(voice.pseudonym), pending.receipt_code
    planted = replace(
        Envelope.parse(pending.envelope), locker=lock(code, server.wave, signatures.new_key()), signature=b""
    )
    data = planted.encoded + signatures.sign(key, planted.encoded)
    client.submit(manifest, replace(pending, envelope=data))
    with pytest.raises(Refused, match="does not open this answer"):
        client.withdraw(manifest, code)


def test_after_the_close_the_code_proves_that_the_answer_is_on_the_board(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    receipts = [client.respond(manifest, f"code-{number}", SAFE) for number in range(5)]
    with pytest.raises(ServerRefused, match="not closed yet"):
        client.check(manifest, receipts[0].code)
    server.closed = True
    found = [client.check(manifest, receipt.code) for receipt in receipts]
    assert [one.leaf for one in found] == [receipt.leaf for receipt in receipts]
    assert sorted(one.index for one in found) == list(range(5))
    assert {(one.responses, one.issued, one.invited) for one in found} == {(5, 5, 40)}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"root": bytes(32).hex()}, Refused),
        ({"responses": 3}, ContractBroken),
        ({"issued": 1}, ContractBroken),
        ({"issued": 41}, ContractBroken),
        ({"invited": 39}, ContractBroken),
        ({"root": "zz"}, Unreachable),
        ({"responses": "2"}, Unreachable),
        ({"responses": -1}, Unreachable),
    ],
    ids=repr,
)
def test_a_board_that_does_not_hold_is_refused(
    server: Any, client: RespondentClient, manifest: Manifest, changes: dict[str, Any], error: type[Exception]
) -> None:
    codes = [client.respond(manifest, f"code-{number}", SAFE).code for number in range(2)]
    server.closed = True
    server.board_changes = changes
    with pytest.raises(error):
        client.check(manifest, codes[0])


def test_requests_carry_nothing_that_tells_people_apart(
    server: Any, client: RespondentClient, manifest: Manifest
) -> None:
    code = client.respond(manifest, "code-0", SAFE).code
    client.withdraw(manifest, code)
    server.closed = True
    client.check(manifest, code)
    names = {name for request in server.requests for name in request.headers}
    assert names <= {
        "host", "user-agent", "accept", "accept-encoding", "connection", "content-type", "content-length",
    }  # fmt: skip
    for name in ("user-agent", "accept", "accept-encoding", "connection"):
        assert len({request.headers[name] for request in server.requests}) == 1
    assert {request.headers["connection"] for request in server.requests} == {"close"}
    assert b"person" not in b"".join(value for request in server.requests for _, value in request.headers.raw)


@pytest.mark.parametrize("location", ["https://elsewhere.example/", "/api/v1/other"])
def test_redirects_are_not_followed(location: str, server: Any) -> None:
    asked = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"Location": location})

    http = httpx.Client(transport=httpx.MockTransport(redirect), follow_redirects=True)
    with pytest.raises(ServerRefused, match="never followed"):
        RespondentClient(HOST, http).fetch_manifest(server.wave)
    assert asked == ["pulse.example"]


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, text="<html>Sign in to the network</html>"),
        httpx.Response(200, json=[1]),
        httpx.Response(200, json={}),
        httpx.Response(200, json={"blind_signature": 3}),
        httpx.Response(200, json={"blind_signature": "***"}),
        httpx.Response(429),
        httpx.Response(502, text="<html>Bad gateway</html>"),
    ],
    ids=range(7),
)
def test_a_reply_that_makes_no_sense_costs_nothing(
    server: Any,
    client: RespondentClient,
    manifest: Manifest,
    monkeypatch: pytest.MonkeyPatch,
    reply: httpx.Response,
) -> None:
    drawing = begin(manifest, "code-0")
    with monkeypatch.context() as patch:
        patch.setattr(server, "_post_tokens", lambda request, name: reply)
        with pytest.raises(Unreachable):
            client.draw_token(manifest, drawing)
    assert client.draw_token(manifest, drawing).token


def test_a_blind_signature_that_does_not_hold_is_refused(
    server: Any, client: RespondentClient, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from privacy.canonical import b64u

    wrong = httpx.Response(200, json={"blind_signature": b64u(bytes(256))})
    monkeypatch.setattr(server, "_post_tokens", lambda request, name: wrong)
    with pytest.raises(Refused):
        client.draw_token(manifest, begin(manifest, "code-0"))


def test_a_reply_without_end_is_not_read_to_its_end(server: Any) -> None:
    read = []

    def endless(request: httpx.Request) -> httpx.Response:
        def body() -> Any:
            while True:
                read.append(1)
                yield bytes(1024 * 1024)

        return httpx.Response(200, content=body())

    http = httpx.Client(transport=httpx.MockTransport(endless))
    with pytest.raises(Unreachable, match="too long"):
        RespondentClient(HOST, http).fetch_manifest(server.wave)
    assert len(read) <= LARGEST_REPLY // (1024 * 1024) + 1


def test_an_error_is_one_printable_line_whatever_the_server_sends(server: Any) -> None:
    problem = {"title": "Not\nfound\x1b[2J", "detail": "x" * 5000}
    http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(404, json=problem)))
    with pytest.raises(ServerRefused) as refusal:
        RespondentClient(HOST, http).fetch_manifest(server.wave)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 400


def test_a_server_that_is_not_there_is_one_line(server: Any) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no\nroute", request=request)

    http = httpx.Client(transport=httpx.MockTransport(nobody))
    with pytest.raises(Unreachable, match=r"^no answer from https://pulse\.example: no route$"):
        RespondentClient(HOST, http).fetch_manifest(server.wave)
