"""The servers that are compared, each with the same uvicorn: ``ingest_servers.py NAME``.

``collector`` is the product. ``bare`` and ``bare-async`` are FastAPI routes that return a constant, one a
function and one a coroutine. ``obvious`` does the collector's work the obvious way: a sync route, a Pydantic
body, one SQLModel session and commit a request.
The store, keys and wave come in through SOTTOVOCE_ settings; the port is printed once it listens.
"""

import base64
import socket
import sys

import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel
from starlette.types import ASGIApp

from privacy.answers import layout_of
from privacy.canonical import b64u
from privacy.errors import Refused
from privacy.manifest_reader import read_manifest
from privacy.receipts import sign_receipt
from privacy.sealing import envelope_size, verify
from privacy.tokens import TokenVerifier
from service.collector.app import collector_only
from service.collector.receipt_key import load_receipt_key, receipt_key_path
from service.settings import read_settings
from service.store import box
from service.store.engine import open_engine
from service.store.unit_of_work import reading


class ObviousRow(SQLModel, table=True):
    """What one would write first: a counter, the key, the bytes."""

    __tablename__ = "obvious_response"
    id: int | None = Field(default=None, primary_key=True)
    wave: str = Field(index=True)
    nullifier: str = Field(unique=True)
    sequence: int
    envelope: bytes


class Submission(BaseModel):
    """The JSON form of an envelope."""

    wave: str
    envelope: str


class Receipt(BaseModel):
    """The answer."""

    leaf: str
    signature: str


def obvious() -> ASGIApp:
    """The obvious build, with the same checks, the same durability and the same receipt."""
    settings = read_settings()
    engine = open_engine(settings.box_url)
    SQLModel.metadata.create_all(engine)
    key = load_receipt_key(receipt_key_path(settings.key_folder), engine)
    with reading(engine) as tx:
        waves = {wave.hex(): read_manifest(manifest) for wave, manifest in box.open_waves(tx)}
    prepared = {
        wave: (m.wave, TokenVerifier(m.issuer_public_key), envelope_size(layout_of(m)))
        for wave, m in waves.items()
    }
    app = FastAPI()

    @app.post("/responses", status_code=201)
    def submit(body: Submission) -> Receipt:
        if body.wave not in prepared:
            raise HTTPException(404)
        wave, issuer, size = prepared[body.wave]
        envelope = base64.urlsafe_b64decode(body.envelope + "=" * (-len(body.envelope) % 4))
        try:
            verified = verify(envelope, wave, issuer, size)
        except Refused:
            raise HTTPException(422) from None
        row = ObviousRow(
            wave=body.wave,
            nullifier=verified.nullifier.hex(),
            sequence=verified.sequence,
            envelope=envelope,
        )
        # Writing first: a transaction that reads first cannot be upgraded on SQLite while others write.
        with Session(engine) as tx:
            tx.add(row)
            try:
                tx.commit()
            except IntegrityError:
                raise HTTPException(409) from None
        return Receipt(leaf=verified.leaf.hex(), signature=b64u(sign_receipt(key, wave, verified.leaf)))

    return app


def bare() -> ASGIApp:
    """A route that returns a constant, as a function: FastAPI runs it in a thread."""
    app = FastAPI()

    @app.post("/constant", status_code=201)
    def constant() -> dict[str, str]:
        return {"status": "ok"}

    return app


def bare_async() -> ASGIApp:
    """A route that returns a constant, as a coroutine: the least that FastAPI can do for a request."""
    app = FastAPI()

    @app.post("/constant", status_code=201)
    async def constant() -> dict[str, str]:
        return {"status": "ok"}

    return app


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        assert sockets
        print(sockets[0].getsockname()[1], flush=True)


def main(name: str) -> None:
    """Serve until a signal comes."""
    servers = {"collector": collector_only, "bare": bare, "bare-async": bare_async, "obvious": obvious}
    app = servers[name]()
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", log_config=None, access_log=False, ws="none"
    )
    _Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
