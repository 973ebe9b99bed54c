"""Conversations from their sender's side: docs/protocol.md, "Conversations", step by step, over HTTP.

Nothing the server says is believed that can be checked: a month's name against its key, the token against
that key, messages against the conversation's key.
"""

import hashlib
import json
from datetime import date
from types import TracebackType
from typing import Any, Self

import httpx

from privacy import conversation, signatures
from privacy.canonical import b64u, unb64u
from privacy.conversation import Mark, period_name
from privacy.errors import ContractBroken, Refused
from privacy.sealing import new_pseudonym, nonce_of
from privacy.signatures import point_of
from privacy.tokens import blind, finalize, token_input
from service.client.failures import Unreachable
from service.client.feedback_values import (
    Card,
    Conversation,
    Opened,
    Said,
    SealedOpening,
    Token,
    TokenRequest,
    channel_of,
    conversation_of,
    seal_sender_message,
)
from service.client.transport import Transport, object_of

OCTETS = "application/octet-stream"
_ROOT = "/api/v1/feedback"


class FeedbackClient:
    """Everything a sender does with one server.

    Each method raises ServerRefused if the server says no, Unreachable if the same call may be made again,
    and Refused, Spoiled or ContractBroken if what the server sent does not hold.
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

    def card(self) -> Card:
        """The channels and this month's tokens. Raises ContractBroken if the month's name is another's."""
        value = object_of(self._transport.get(_ROOT))
        try:
            month = value["periods"][0]
            period, issuer = bytes.fromhex(month["period"]), unb64u(month["issuer_public_key"])
            card = Card(int(value["hour"]), period, issuer, tuple(map(channel_of, value["channels"])))
            named = period_name(month["month"], issuer)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            raise Unreachable("the server takes no feedback at the moment; try again later") from None
        if named != period:
            raise ContractBroken("the month's key is not the one that its name says; nothing was sent")
        return card

    def begin(self, card: Card, code: str, wave: str | None = None) -> TokenRequest:
        """A token request with a feedback code, or with an invitation's to the open ``wave``."""
        pseudonym = new_pseudonym()
        key_id = hashlib.sha256(card.issuer_public_key).digest()
        value = token_input(card.period, nonce_of(card.period, point_of(pseudonym)), key_id)
        return TokenRequest(code, wave, card.period, pseudonym, blind(card.issuer_public_key, value))

    def draw_token(self, request: TokenRequest) -> Token:
        """Trade the code for a token, unlinkably."""
        body = {
            "code": request.code,
            "wave": request.wave,
            "period": request.period.hex(),
            "blinded_message": b64u(request.blinded.message),
        }
        reply = object_of(
            self._transport.post(f"{_ROOT}/tokens", json.dumps(body).encode(), "application/json")
        )
        signature = _bytes(reply, "blind_signature")
        return Token(request.period, request.pseudonym, finalize(request.blinded, signature))

    def open(self, sealed: SealedOpening) -> Opened:
        """Send an opening. Until this returns, keep it: the same bytes may be sent again."""
        reply = object_of(self._transport.post(f"{_ROOT}/conversations", sealed.content, OCTETS))
        return Opened(sealed.code, _day(reply))

    def read(self, code: str) -> Conversation:
        """The conversation of a receipt code. Raises Invalid for no code, ServerRefused for a wrong one."""
        body = {"locator": conversation.locator(code).hex(), "access": b64u(conversation.access(code))}
        reply = object_of(
            self._transport.post(f"{_ROOT}/lookups", json.dumps(body).encode(), "application/json")
        )
        try:
            return conversation_of(code, reply)
        except (KeyError, TypeError, ValueError):
            raise Unreachable("the server's reply makes no sense") from None

    def add(
        self,
        found: Conversation,
        kind: str,
        text: str,
        *,
        mark: Mark | None = None,
        attachment: bytes = b"",
        **more: Any,
    ) -> date:
        """Add a message; the day on which the handlers can see it. Raises Invalid if it is too long."""
        body = {"kind": kind, "number": found.next_number, "text": text, **more}
        content = seal_sender_message(conversation.conversation_key(found.code), found.name, body, attachment)
        request = conversation.add_message(found.name, found.pseudonym, mark, content)
        try:
            reply = self._transport.post(f"{_ROOT}/messages", request, OCTETS)
        except Unreachable:  # perhaps it has arrived: the same bytes again are stored once
            reply = self._add_again(request)
        return _day(object_of(reply))

    def answer_quote(self, found: Conversation, question: Said, *, yes: bool) -> date:
        """Say yes or no to being quoted in the words of ``question``; a yes signs just these words."""
        quote = question.body.get("quote")
        if question.side != "handlers" or not isinstance(quote, str):
            raise Refused("the message asks for no quote")
        statement = conversation.quote_statement(found.name, quote)
        signature = b64u(signatures.sign(found.pseudonym, statement)) if yes else None
        return self.add(found, "quote-answer", "", question=question.id, yes=yes, signature=signature)

    def delete(self, found: Conversation) -> None:
        """Delete the conversation, for good."""
        request = conversation.delete_conversation(found.name, found.pseudonym)
        self._transport.post(f"{_ROOT}/deletions", request, OCTETS)

    def _add_again(self, request: bytes) -> bytes:
        try:
            return self._transport.post(f"{_ROOT}/messages", request, OCTETS)
        except Unreachable as error:
            raise Unreachable(f"{error}; read the conversation to see whether it was sent") from None


def _day(reply: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(reply["day"])
    except (KeyError, TypeError, ValueError):
        raise Unreachable("the server's reply makes no sense") from None


def _bytes(reply: dict[str, Any], name: str) -> bytes:
    try:
        return unb64u(reply[name])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreachable("the server's reply makes no sense") from None
