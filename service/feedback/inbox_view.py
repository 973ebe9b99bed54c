"""What the inbox's page is given, as JSON: the handler's keys and channels, lists, one conversation."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, cast

from sqlmodel import Session

from privacy.canonical import b64u
from privacy.errors import Invalid, Problem
from service.accounts.audit import Actor
from service.feedback import handling
from service.feedback.errors import require
from service.http.context import Context
from service.store import channels, handler_keys, inbox
from service.store.inbox import FILTERS, Filter, View
from service.store.letting_out import visible
from service.store.tables_feedback import ChannelRow, ConversationRow, HandlerKeyRow, MessageRow, NoteRow
from service.store.unit_of_work import reading

PAGE = 25  # conversations


def me(context: Context, user_id: str) -> dict[str, Any]:
    """The handler's own key, locked as it is, and their channels with everybody's part in their keys."""
    with reading(context.box) as tx:
        key = handler_keys.key_of(tx, user_id)
        mine = [_channel(tx, row, user_id) for row in channels.channels_of(tx, user_id)]
    return {
        "hour": context.settings.feedback_hour,
        "today": context.clock().date().isoformat(),
        "visible": _latest(context).isoformat(),
        "key": None if key is None else _key(key),
        "channels": mine,
    }


def listed(  # noqa: PLR0917 - what a list is chosen by
    context: Context, user_id: str, channel: str, kind: str, theme: str, after: str
) -> dict[str, Any]:
    """A page of the list, and how many each filter shows. Empty texts choose nothing. Raises Invalid."""
    require("filter", kind in FILTERS, f"it is one of {', '.join(FILTERS)}")
    chosen = cast(Filter, kind)
    with reading(context.box) as tx:
        mine = [row for row in channels.channels_of(tx, user_id) if channel in ("", row.id)]
        view = View(user_id, mine, _latest(context))
        rows = inbox.conversations(tx, view, chosen, theme or None, _cursor(after), PAGE + 1) if mine else []
        items = _items(tx, view, rows[:PAGE])
        numbers = inbox.counts(tx, view, theme or None) if mine else dict.fromkeys(FILTERS, 0)
    further = f"{rows[PAGE - 1].day.isoformat()}.{rows[PAGE - 1].id.hex()}" if len(rows) > PAGE else None
    return {"items": items, "next": further, "counts": numbers}


def shown(context: Context, user_id: str, name: bytes) -> dict[str, Any]:
    """One conversation, which is read by this. Raises NotFound."""
    row, messages, notes = handling.read(context, user_id, name)
    latest = _latest(context)
    with reading(context.box) as tx:
        view = View(user_id, channels.channels_of(tx, user_id), latest)
        if row.channel not in {channel.id for channel in view.channels}:
            raise handling.not_there()  # taken from this handler since it was read
        item = _items(tx, view, [row])[0]
    return {
        **item,
        "messages": [message_value(message, latest) for message in messages],
        "notes": [_note(found) for found in notes],
    }


def message_value(row: MessageRow, latest: date) -> dict[str, Any]:
    """A sealed message; ``out`` says whether the other side can see it."""
    return {
        "id": row.id.hex(),
        "from": "handlers" if row.from_handlers else "sender",
        "mark": row.mark,
        "day": row.day.isoformat(),
        "out": row.day <= latest,
        "content": b64u(row.content),
    }


def left_to_reseal(context: Context, by: Actor, channel: str, limit: int) -> dict[str, Any]:
    """Conversations whose keys are sealed to an earlier key of the channel."""
    with reading(context.box) as tx:
        row = channels.find(tx, channel)
        if row is None or not channels.is_handler(tx, channel, by.id):
            raise handling.not_there()
        found = handler_keys.to_reseal(tx, row, limit)
    return {
        "items": [
            {"conversation": one.id.hex(), "epoch": one.epoch, "sealed_key": b64u(one.sealed_key)}
            for one in found
        ]
    }


def _items(tx: Session, view: View, rows: Collection[ConversationRow]) -> list[dict[str, Any]]:
    names = [row.id for row in rows]
    unread = inbox.unread_of(tx, view, names)
    last = inbox.last_days(tx, names, view.latest)
    by_id = {channel.id: channel for channel in view.channels}
    return [
        _item(row, by_id[row.channel], view.latest, last.get(row.id, row.day), row.id in unread)
        for row in rows
    ]


def _item(
    row: ConversationRow, channel: ChannelRow, latest: date, last: date, unread: bool
) -> dict[str, Any]:
    acknowledge_by = row.day + timedelta(days=channel.acknowledge_days)
    answer_by = row.day + timedelta(days=channel.answer_days)
    waits = row.waiting_since is not None and row.waiting_since <= latest
    said = row.verdict_day is not None and row.verdict_day <= latest
    overdue = None
    if row.state != "resolved":
        if row.acknowledged_on is None and acknowledge_by < latest:
            overdue = "acknowledge"
        elif row.answered_on is None and answer_by < latest:
            overdue = "answer"
    return {
        "conversation": row.id.hex(),
        "channel": row.channel,
        "epoch": row.epoch,
        "sealed_key": b64u(row.sealed_key),
        "subject": b64u(row.subject),
        "day": row.day.isoformat(),
        "last_day": last.isoformat(),
        "state": row.state,
        "theme": row.theme,
        "assigned": row.assigned,
        "verdict": row.verdict if said else None,
        "unread": unread,
        "waiting_since": row.waiting_since.isoformat() if waits and row.waiting_since else None,
        "acknowledge_by": acknowledge_by.isoformat() if row.acknowledged_on is None else None,
        "answer_by": answer_by.isoformat() if row.answered_on is None else None,
        "overdue": overdue,
        # Counted from what has been let out: the stored day may tell of a message that has not.
        "delete_on": (last + timedelta(days=row.kept_days)).isoformat(),
    }


def _channel(tx: Session, row: ChannelRow, user_id: str) -> dict[str, Any]:
    copies = handler_keys.copies_of(tx, row.id)
    handlers = []
    for handler in channels.handlers_of(tx, row.id):
        key = handler_keys.key_of(tx, handler.user_id)
        handlers.append(
            {
                "user_id": handler.user_id,
                "name": handler.name,
                "public_key": None if key is None else b64u(key.public_key),
                "has": [copy.epoch for copy in copies if copy.user_id == handler.user_id],
            }
        )
    return {
        "id": row.id,
        "state": row.state,
        "notice": row.notice,
        "themes": row.themes,
        "epoch": row.epoch,
        "public_key": None if row.public_key is None else b64u(row.public_key),
        "rotate": row.rotate,
        "kept_days": row.kept_days,
        "acknowledge_days": row.acknowledge_days,
        "answer_days": row.answer_days,
        "handlers": handlers,
        "keys": [
            {"epoch": copy.epoch, "sealed": b64u(copy.sealed)} for copy in copies if copy.user_id == user_id
        ],
        "epochs": [
            {"epoch": epoch.epoch, "public_key": b64u(epoch.public_key)}
            for epoch in handler_keys.epochs_of(tx, row.id)
        ],
    }


def _key(row: HandlerKeyRow) -> dict[str, Any]:
    return {
        "public_key": b64u(row.public_key),
        "iterations": row.iterations,
        "by_passphrase": b64u(row.by_passphrase),
        "by_recovery": b64u(row.by_recovery),
    }


def _note(row: NoteRow) -> dict[str, Any]:
    return {"id": row.id.hex(), "epoch": row.epoch, "day": row.day.isoformat(), "content": b64u(row.content)}


def _cursor(after: str) -> tuple[date, bytes] | None:
    if not after:
        return None
    day, _, name = after.partition(".")
    try:
        return date.fromisoformat(day), bytes.fromhex(name)
    except ValueError:
        problem = Problem("request", "after", "it is no cursor of this list", "read the list from its start")
        raise Invalid([problem]) from None


def _latest(context: Context) -> date:
    return visible(context.clock(), context.settings.feedback_hour)
