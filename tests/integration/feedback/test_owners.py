"""You said, we did is tied to no conversation, owners learn of none, and no handler loses what is there."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from privacy import signatures
from privacy.canonical import b64u
from privacy.conversation import quote_statement
from service.accounts.api_keys import digest_of, new_api_key
from service.store import staff
from service.store.tables_feedback import FeedbackSaidRow
from service.store.tables_staff import AuditRow
from service.store.unit_of_work import reading, unit_of_work
from tests.feedback_parts import Sender, add_channel, sealed_channel_key
from tests.integration.feedback.handlers import START, Office

WORDS = "The shifts are set too late."


def entry(office: Office, **more: Any) -> dict[str, Any]:
    return {
        "channel": office.channel.id,
        "theme": "workload",
        "said": {"en": "Shifts come late.", "de": "Schichten kommen spät."},
        "did": {"en": "A rule of 72 hours."},
        "state": "doing",
        "published": True,
        **more,
    }


def let_out(office: Office) -> Sender:
    sender = office.opened()
    office.now += timedelta(days=1)
    return sender


def quote(sender: Sender, name: bytes | None = None) -> dict[str, str]:
    """A sender's yes to WORDS, in their conversation or, to be refused, said to be in another."""
    signature = signatures.sign(sender.pseudonym, quote_statement(sender.name, WORDS))
    return {"conversation": (name or sender.name).hex(), "text": WORDS, "signature": b64u(signature)}


def kept(office: Office) -> list[FeedbackSaidRow]:
    with reading(office.context.box) as tx:
        return list(tx.exec(select(FeedbackSaidRow)))


def test_of_a_quote_nothing_but_its_words_is_kept(office: Office) -> None:
    sender = let_out(office)
    answer = office.post("said", entry(office, quote=quote(sender)))
    assert answer.status_code == 201, answer.text
    with reading(office.context.main) as tx:
        log = list(tx.exec(select(AuditRow).where(AuditRow.action == "write what was done")))
    rows = kept(office)
    assert [row.quote for row in rows] == [WORDS]
    signature = quote(sender)["signature"]
    for text in (repr([row.model_dump() for row in rows]), repr([row.model_dump() for row in log])):
        assert sender.name.hex() not in text
        assert signature not in text
    assert WORDS not in repr([row.model_dump() for row in log])
    assert len(log) == 1


def test_a_yes_in_one_conversation_is_none_in_another(office: Office) -> None:
    sender, other = let_out(office), let_out(office)
    assert office.post("said", entry(office, quote=quote(sender, other.name))).status_code == 422
    held = office.opened()
    assert office.post("said", entry(office, quote=quote(held))).status_code == 404
    assert office.post("said", entry(office, quote=quote(sender, bytes(32)))).status_code == 404
    assert kept(office) == []


def test_who_handles_another_channel_cannot_write_for_this_one(office: Office) -> None:
    assert office.post("said", entry(office), "sam").status_code == 404
    other = add_channel(office.context.box, office.users["sam"])
    sender = let_out(office)
    theirs = entry(office, channel=other.id, quote=quote(sender))
    assert office.post("said", theirs, "sam").status_code == 404
    assert kept(office) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "more",
    [
        {"said": {"de": "Nur deutsch"}},
        {"did": {"en": " "}},
        {"did": {"en": "x" * 1001}},
        {"did": {"en": "x", "tlh": "x"}},
        {"said": {"en": "\x00"}},
        {"theme": "unknown"},
        {"state": "never"},
        {"published": "yes"},
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_kept(office: Office, more: dict[str, Any]) -> None:
    assert office.post("said", entry(office, **more)).status_code == 422
    assert kept(office) == []


def test_nobody_reads_what_is_not_published(office: Office) -> None:
    assert office.post("said", entry(office, published=False)).status_code == 201
    assert office._call("GET", "/api/v1/feedback").json()["said"] == []


def test_what_owners_are_answered_does_not_tell_whether_there_is_a_conversation(office: Office) -> None:
    key = new_api_key()
    with unit_of_work(office.context.main) as tx:
        staff.add_key(tx, name="owner", role="owner", digest=digest_of(key), day=START.date())

    def asked() -> list[tuple[int, bytes]]:
        path, headers = f"/api/v1/feedback/channels/{office.channel.id}", {"Authorization": f"Bearer {key}"}
        robin = f"{path}/handlers/{office.users['robin']}"
        requests: list[tuple[str, str, Any]] = [
            ("GET", "/api/v1/feedback/channels", None),
            ("GET", path, None),
            ("PATCH", path, {"themes": []}),
            ("PATCH", path, {"kept_days": 100}),
            ("DELETE", robin, None),
        ]
        answers = [office._call(method, url, headers=headers, json=body) for method, url, body in requests]
        return [(answer.status_code, answer.content) for answer in answers]

    empty = asked()
    assert asked() != empty  # the days had changed
    before = asked()
    sender = let_out(office)
    office.post(f"conversations/{sender.name.hex()}/theme", {"theme": "bias"})
    office.post(f"conversations/{sender.name.hex()}/assigned", {"user_id": office.users["robin"]})
    assert asked() == before
    assert [status for status, _ in before] == [200, 200, 409, 200, 409]


def test_who_alone_can_read_a_channel_is_not_taken_out_by_a_handler(office: Office) -> None:
    sam = office.name_sam()
    path, robin = f"channels/{office.channel.id}", {"user_id": office.users["robin"]}
    assert office.post(f"{path}/removals", robin, "sam").status_code == 409
    assert office.post(f"{path}/removals", robin).status_code == 409
    copy = sealed_channel_key(office.channel.id, 1, office.channel.key, sam.point)
    granted = {"user_id": sam.user_id, "sealed": [{"epoch": 1, "sealed": b64u(copy)}]}
    assert office.post(f"{path}/grants", granted).status_code == 204
    assert office.post(f"{path}/removals", robin, "sam").status_code == 204
