"""An OpenID Connect issuer of its own process thread: real HTTP, real keys, and faults on demand."""

import base64
import hashlib
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "sottovoce", "a secret of two parties"


class Issuer:
    """Signs in ``person`` at once. ``claims`` are put over those of the ID token (None: left out)."""

    def __init__(self, address: str, clock: Callable[[], datetime]) -> None:
        self.address = address
        self.clock = clock
        self.person = {"sub": "248289761001", "email": "grace@example.org", "email_verified": True}
        self.claims: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.published = self.key
        self.encode: Callable[[dict[str, Any]], str] = self.signed
        self._waiting: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []

    def signed(self, claims: dict[str, Any]) -> str:
        """The claims as an ID token, with the issuer's key."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def app(self) -> FastAPI:
        """Discovery, keys, authorization and token endpoint."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def discovery() -> dict[str, str]:
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return dict(KeySet([self.published]).as_dict(private=False))

        @app.get("/authorize")
        def authorize(request: Request) -> Response:
            asked = dict(request.query_params)
            assert asked["client_id"] == CLIENT
            assert asked["response_type"] == "code"
            assert asked["code_challenge_method"] == "S256"
            assert asked["scope"] == "openid email profile"
            code = secrets.token_urlsafe()
            self._waiting[code] = asked
            return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

        @app.post("/token")
        async def token(request: Request) -> Response:
            form = await request.form()
            asked = self._waiting.pop(str(form.get("code")), None)
            fault = self._fault(request, asked, {name: str(value) for name, value in form.items()})
            if fault is not None or asked is None:
                self.refused.append(fault or "")
                return JSONResponse({"error": fault}, status_code=400)
            now = int(self.clock().timestamp())
            claims = {
                "iss": self.address,
                "aud": CLIENT,
                "iat": now,
                "exp": now + 300,
                "nonce": asked["nonce"],
                **self.person,
                **self.claims,
            }
            kept = {name: value for name, value in claims.items() if value is not None}
            answer = {"access_token": "x", "token_type": "Bearer", "id_token": self.encode(kept)}
            return JSONResponse(answer)

        return app

    def _fault(self, request: Request, asked: dict[str, str] | None, form: dict[str, str]) -> str | None:
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != expected:
            return "invalid_client"
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        given = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != given or asked["redirect_uri"] != form["redirect_uri"]:
            return "invalid_grant"
        return None


@contextmanager
def running_issuer(clock: Callable[[], datetime]) -> Iterator[Issuer]:
    """An issuer that listens on loopback; who connects before it is up waits in the socket's queue."""
    listening = socket.create_server(("127.0.0.1", 0))
    issuer = Issuer(f"http://127.0.0.1:{listening.getsockname()[1]}", clock)
    server = uvicorn.Server(uvicorn.Config(issuer.app(), log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield issuer
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
