"""With the receipt code alone an answer is changed, withdrawn and found on the board, and no other one is."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from privacy import signatures
from privacy.answers import Response
from privacy.contract import Manifest
from privacy.errors import ContractBroken, Refused
from privacy.receipt_code import lock, new_receipt_code
from privacy.sealing import Envelope
from privacy.signatures import private_key_of
from service.client.client import RespondentClient
from service.client.failures import AnswerMissing, ServerRefused, Unreachable
from service.client.progress import begin, seal_response


def test_the_code_alone_changes_an_answer_from_another_device(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response
) -> None:
    code = client.respond(manifest, "code-0", safe_response).code
    other_device = RespondentClient(server.host, server.http)
    typed = code.lower().replace("-", " ")
    changed = other_device.change(manifest, typed, Response({"recommend": 3}, {}))
    assert (changed.code, changed.sequence) == (code, 2)
    assert server.said() == [{"recommend": 3}]
    assert other_device.change(manifest, code, safe_response).sequence == 3
    assert server.said() == [{"safe": 1, "unit": 0}]


def test_the_code_alone_withdraws_and_the_server_sees_a_change(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response
) -> None:
    code = client.respond(manifest, "code-0", safe_response).code
    other_device = RespondentClient(server.host, server.http)
    assert other_device.withdraw(manifest, code).sequence == 2
    assert server.answers() == [None]
    assert len({len(data) for _, data in server.box.values()}) == 1
    assert other_device.change(manifest, code, safe_response).sequence == 3


def test_a_code_that_opens_nothing_changes_nothing(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response
) -> None:
    client.respond(manifest, "code-0", safe_response)
    with pytest.raises(AnswerMissing):
        client.withdraw(manifest, new_receipt_code())
    assert server.said() == [{"safe": 1, "unit": 0}]


def test_an_answer_of_somebody_else_is_not_taken_for_ones_own(
    server: Any,
    client: RespondentClient,
    manifest: Manifest,
    safe_response: Response,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = client.respond(manifest, "code-0", safe_response).code
    client.respond(manifest, "code-1", safe_response)
    others = [data for verified, data in server.box.values()][1]
    monkeypatch.setattr(server, "_get_responses", lambda request, name: httpx.Response(200, content=others))
    with pytest.raises(Refused, match="somebody else"):
        client.withdraw(manifest, mine)


def test_a_locker_that_holds_another_key_is_refused(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response
) -> None:
    voice = client.draw_token(manifest, begin(manifest, "code-0"))
    pending = seal_response(manifest, voice, safe_response)
    key, code = private_key_of(voice.pseudonym), pending.receipt_code
    planted = replace(
        Envelope.parse(pending.envelope), locker=lock(code, server.wave, signatures.new_key()), signature=b""
    )
    data = planted.encoded + signatures.sign(key, planted.encoded)
    client.submit(manifest, replace(pending, envelope=data))
    with pytest.raises(Refused, match="does not open this answer"):
        client.withdraw(manifest, code)


def test_after_the_close_the_code_proves_that_the_answer_is_on_the_board(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response
) -> None:
    receipts = [client.respond(manifest, f"code-{number}", safe_response) for number in range(5)]
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
    server: Any,
    client: RespondentClient,
    manifest: Manifest,
    safe_response: Response,
    *,
    changes: dict[str, Any],
    error: type[Exception],
) -> None:
    codes = [client.respond(manifest, f"code-{number}", safe_response).code for number in range(2)]
    server.closed = True
    server.board_changes = changes
    with pytest.raises(error):
        client.check(manifest, codes[0])
