"""/inbox/data: what the inbox's page asks for and sends. For whoever is signed in and handles a channel.

Bodies are JSON; the session's token goes in a header, because there is no form to carry it.
"""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict

from privacy.canonical import unb64u
from privacy.messages import SIZES
from service.accounts.sessions import StaffSession, check_origin, require_session
from service.errors import NotAllowed
from service.feedback import handler_keys, handling, inbox_view, said
from service.feedback.handler_keys import Locks
from service.http.body import JSON, Body, parsed, raw_body
from service.http.context import Context, context_of

PREFIX = "/inbox/data"
_LARGEST = 2 * SIZES[-1]


def _octets(value: Any) -> bytes:
    if not isinstance(value, str):
        raise ValueError("it is base64url text")
    return unb64u(value)


def _from_hex(value: Any) -> bytes:
    if not isinstance(value, str):
        raise ValueError("it is hex text")
    return bytes.fromhex(value)


Octets = Annotated[bytes, BeforeValidator(_octets)]
Hex = Annotated[bytes, BeforeValidator(_from_hex)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _LocksModel(_Model):
    iterations: int
    by_passphrase: Octets
    by_recovery: Octets
    public_key: Octets
    replace: bool = False

    @property
    def locks(self) -> Locks:
        return Locks(self.iterations, self.by_passphrase, self.by_recovery)


class _EpochModel(_Model):
    epoch: int
    public_key: Octets
    sealed: dict[str, Octets]


class _CopyModel(_Model):
    epoch: int
    sealed: Octets


class _GrantModel(_Model):
    user_id: str
    sealed: list[_CopyModel]


class _UserModel(_Model):
    user_id: str


class _ResealedItem(_Model):
    conversation: Hex
    sealed_key: Octets


class _ResealedModel(_Model):
    epoch: int
    conversations: list[_ResealedItem]


class _ReplyModel(_Model):
    content: Octets
    mark: str


class _NoteModel(_Model):
    epoch: int
    content: Octets


class _StateModel(_Model):
    state: str


class _ThemeModel(_Model):
    theme: str | None


class _AssignedModel(_Model):
    user_id: str | None


class _TransferModel(_Model):
    channel: str
    epoch: int
    sealed_key: Octets


class _QuoteModel(_Model):
    conversation: Hex
    text: str
    signature: Octets


class _SaidModel(_Model):
    channel: str
    theme: str | None = None
    said: dict[str, str]
    did: dict[str, str]
    state: str
    published: bool
    quote: _QuoteModel | None = None


def check_token(
    request: Request, session: Annotated[StaffSession, Depends(require_session())]
) -> StaffSession:
    """FastAPI dependency of everything that changes something: who asks, from this session's own page.

    Raises NotSignedIn, and NotAllowed for another site or session.
    """
    check_origin(request)
    sent = request.headers.get("x-csrf", "")
    if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise NotAllowed("this page is not of your present session; reload it and try again")
    return session


Reader = Annotated[StaffSession, Depends(require_session())]
Writer = Annotated[StaffSession, Depends(check_token)]
ContextDependency = Annotated[Context, Depends(context_of)]
Sent = Annotated[Body, Depends(raw_body((JSON,), _LARGEST))]


def name_of(conversation: str) -> bytes:
    """FastAPI dependency: the conversation that the path names. Raises NotFound."""
    try:
        return bytes.fromhex(conversation)
    except ValueError:
        raise handling.not_there() from None


Name = Annotated[bytes, Depends(name_of)]


def router() -> APIRouter:
    """Everything under /inbox/data."""
    routes = APIRouter(prefix=PREFIX)
    _add_keys(routes)
    _add_channels(routes)
    _add_conversations(routes)
    _add_said(routes)
    return routes


def _add_keys(routes: APIRouter) -> None:
    @routes.get("/me")
    def me(by: Reader, context: ContextDependency) -> Response:
        user = {"id": by.id, "name": by.name}
        return _json({"user": user, "csrf": by.csrf, **inbox_view.me(context, by.id)})

    @routes.post("/key")
    def put_key(by: Writer, body: Sent, context: ContextDependency) -> Response:
        sent = parsed(_LocksModel, body.content)
        handler_keys.put_key(context, by, sent.public_key, sent.locks, replace=sent.replace)
        return _done()

    @routes.post("/key/locks")
    def put_locks(by: Writer, body: Sent, context: ContextDependency) -> Response:
        sent = parsed(_LocksModel, body.content)
        handler_keys.put_locks(context, by, sent.public_key, sent.locks)
        return _done()


def _add_channels(routes: APIRouter) -> None:
    @routes.post("/channels/{channel}/keys")
    def add_epoch(by: Writer, channel: str, body: Sent, context: ContextDependency) -> Response:
        sent = parsed(_EpochModel, body.content)
        handler_keys.add_epoch(context, by, channel, sent.epoch, sent.public_key, sent.sealed)
        return _done()

    @routes.post("/channels/{channel}/grants")
    def grant(by: Writer, channel: str, body: Sent, context: ContextDependency) -> Response:
        sent = parsed(_GrantModel, body.content)
        copies = {copy.epoch: copy.sealed for copy in sent.sealed}
        handler_keys.grant(context, by, channel, sent.user_id, copies)
        return _done()

    @routes.post("/channels/{channel}/removals")
    def remove(by: Writer, channel: str, body: Sent, context: ContextDependency) -> Response:
        handler_keys.remove(context, by, channel, parsed(_UserModel, body.content).user_id)
        return _done()

    @routes.get("/channels/{channel}/to-reseal")
    def to_reseal(by: Reader, channel: str, context: ContextDependency, limit: int = 200) -> Response:
        most = max(1, min(limit, handler_keys.BATCH))
        return _json(inbox_view.left_to_reseal(context, by, channel, most))

    @routes.post("/channels/{channel}/resealed")
    def resealed(by: Writer, channel: str, body: Sent, context: ContextDependency) -> Response:
        sent = parsed(_ResealedModel, body.content)
        pairs = [(item.conversation, item.sealed_key) for item in sent.conversations]
        handler_keys.reseal(context, by, channel, sent.epoch, pairs)
        return _done()


def _add_conversations(routes: APIRouter) -> None:
    @routes.get("/conversations")
    def listed(  # noqa: PLR0917 - what a list is chosen by
        by: Reader,
        context: ContextDependency,
        request: Request,
        channel: str = "",
        label: str = "",
        after: str = "",
    ) -> Response:
        kind = request.query_params.get("filter", "all")
        return _json(inbox_view.listed(context, by.id, channel, kind, label, after))

    @routes.get("/conversations/{conversation}")
    def shown(by: Reader, name: Name, context: ContextDependency) -> Response:
        return _json(inbox_view.shown(context, by.id, name))

    @routes.post("/conversations/{conversation}/replies")
    def reply(by: Writer, name: Name, body: Sent, context: ContextDependency) -> Response:
        sent = parsed(_ReplyModel, body.content)
        stored, day = handling.reply(context, by.id, name, sent.content, sent.mark)
        return _json({"id": stored.hex(), "day": day.isoformat()}, 201)

    @routes.post("/conversations/{conversation}/notes")
    def note(by: Writer, name: Name, body: Sent, context: ContextDependency) -> Response:
        sent = parsed(_NoteModel, body.content)
        handling.note(context, by.id, name, sent.epoch, sent.content)
        return _done()

    @routes.post("/conversations/{conversation}/state")
    def state(by: Writer, name: Name, body: Sent, context: ContextDependency) -> Response:
        handling.set_state(context, by.id, name, parsed(_StateModel, body.content).state)
        return _done()

    @routes.post("/conversations/{conversation}/theme")
    def theme(by: Writer, name: Name, body: Sent, context: ContextDependency) -> Response:
        handling.set_theme(context, by.id, name, parsed(_ThemeModel, body.content).theme)
        return _done()

    @routes.post("/conversations/{conversation}/assigned")
    def assigned(by: Writer, name: Name, body: Sent, context: ContextDependency) -> Response:
        handling.assign(context, by.id, name, parsed(_AssignedModel, body.content).user_id)
        return _done()

    @routes.post("/conversations/{conversation}/transfer")
    def transfer(by: Writer, name: Name, body: Sent, context: ContextDependency) -> Response:
        sent = parsed(_TransferModel, body.content)
        handling.transfer(context, by.id, name, sent.channel, sent.epoch, sent.sealed_key)
        return _done()


def _add_said(routes: APIRouter) -> None:
    @routes.post("/said")
    def add(by: Writer, body: Sent, context: ContextDependency) -> Response:
        sent = parsed(_SaidModel, body.content)
        entry = said.Entry(sent.channel, sent.theme, sent.said, sent.did, sent.state, sent.published)
        quote = sent.quote
        asked = None if quote is None else said.Quote(quote.conversation, quote.text, quote.signature)
        return _json({"id": said.add(context, by, entry, asked).id}, 201)


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return JSONResponse(value, status, headers={"Cache-Control": "no-store"})


def _done() -> Response:
    return Response(status_code=204)
