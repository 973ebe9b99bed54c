"""Can one person count twice?

Attacker  a colleague with one invitation and a client of their own making.
Does      sends the same token again with another answer, under another pseudonym key, with an older sequence;
          draws a second token with the same invitation.
Wins      if more responses are counted than people answered, or if another answer counts than the last one
          that the respondent's own key signed.
Alarm     the noisy count lies within 8 standard errors of the true one but for one run in 10^15.
"""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from privacy import signatures
from privacy.answers import Response
from privacy.plan import design_of
from privacy.sealing import Envelope, new_pseudonym
from service.client.failures import ServerRefused
from service.client.progress import Pending, begin, seal_response
from tests.attack.running import open_wave, until_released

HONEST = 20
AGAIN = 60


def under_another_key(envelope: bytes) -> bytes:
    """The same token and sealed answer as a later one, signed by a key that the token was not made for."""
    pseudonym = new_pseudonym()
    stolen = replace(
        Envelope.parse(envelope), public_key=signatures.point_of(pseudonym), sequence=1_000
    ).encoded
    body = stolen[: -signatures.SIGNATURE_SIZE]
    return body + signatures.sign(pseudonym, body)


def test_a_token_counts_once_however_often_and_in_whatever_form_it_is_sent(service: SimpleNamespace) -> None:
    with open_wave(service, HONEST + 1, epsilon=8.0, k=2, comment_k=2) as wave:
        client, manifest = wave.client, wave.manifest
        attacker, *honest = wave.codes.values()
        for code in honest:
            client.respond(manifest, code, Response({"mood": 0}, {"team": 0}))
        voice = client.draw_token(manifest, begin(manifest, attacker))
        with pytest.raises(ServerRefused):
            client.draw_token(manifest, begin(manifest, attacker))
        pending = seal_response(manifest, voice, Response({"mood": 1}, {"team": 1}))
        receipt = client.submit(manifest, pending)
        for _ in range(AGAIN // 3):
            assert client.submit(manifest, pending).leaf == receipt.leaf  # the same bytes once more
        for _ in range(AGAIN // 3):
            stolen = under_another_key(pending.envelope)
            with pytest.raises(ServerRefused):
                client.submit(manifest, Pending(pending.wave, pending.receipt_code, stolen))
            receipt = client.change(manifest, receipt.code, Response({"mood": 1}, {"team": 1}))
        with pytest.raises(ServerRefused):
            client.submit(manifest, pending)  # an older sequence
        service.owner.close_wave(wave.wave)
        assert service.owner.call("GET", f"/waves/{wave.wave}/board")["responses"] == HONEST + 1
        until_released(service.owner, wave.wave)
        value = json.loads(service.owner.release(wave.wave))
    rows = value["figures"]
    [whole] = [row for row in rows if row["figure"] == "count" and row["table"] == []]
    design = design_of(manifest.questions, manifest.attributes, manifest.policy)
    error = design.sigma / design.count_multipliers[0]
    assert abs(whole["value"] - (HONEST + 1)) < 8 * error < AGAIN / 3
    # Nobody else is in the attacker's group, so that their one voice does not show it.
    assert not any(row["shown"] for row in rows if row["group"] == {"team": "red"})
