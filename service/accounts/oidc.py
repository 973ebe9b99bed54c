"""Staff sign in with OpenID Connect: the authorization code flow with PKCE, state and nonce, through Authlib.

The issuer's own addresses and keys are read anew at each sign-in: staff sign in rarely, and a key that the
issuer has withdrawn must not be believed.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any, cast

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from privacy.canonical import b64u, unb64u
from service.clock import Clock
from service.errors import Conflict, NotAllowed, Unavailable
from service.settings import Settings

CALLBACK = "/sign-in/oidc/callback"
MINUTES = 10  # how long a person may take at the issuer
_SCOPE = "openid email profile"
# Signatures of the issuer's own keys alone: no "none", and nothing made with a secret that is shared.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]
_LEEWAY = 60  # seconds that clocks may differ
_LARGEST = 256 * 1024  # bytes of any answer of the issuer
_BROKEN = "the issuer's answer could not be verified; sign in again, and tell your operator if it stays"


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has been sent to the issuer, as its cookie keeps it. ``until`` is in Unix seconds."""

    state: str
    nonce: str
    verifier: str
    next: str
    until: int

    def text(self) -> str:
        """For the cookie."""
        return b64u(json.dumps(asdict(self)).encode())


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the issuer vouches for. ``email`` is None unless the issuer has verified it."""

    subject: str
    email: str | None
    name: str
    claims: Mapping[str, Any]


def read_pending(text: str, clock: Clock) -> Pending | None:
    """What a signed cookie kept, unless its time is over."""
    pending = Pending(**json.loads(unb64u(text)))
    return pending if clock().timestamp() < pending.until else None


def start(settings: Settings, clock: Clock, next_path: str) -> tuple[str, Pending]:
    """The issuer's address to send a browser to, and what to remember meanwhile. Raises Unavailable."""
    state, nonce, verifier = (b64u(secrets.token_bytes(32)) for _ in range(3))
    with _http() as http:
        found = _discovered(http, settings)
        address, _ = _client(http, settings).create_authorization_url(
            found["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
        )
    until = int(clock().timestamp()) + MINUTES * 60
    return str(address), Pending(state, nonce, verifier, next_path, until)


def finish(settings: Settings, clock: Clock, pending: Pending, code: str) -> Identity:
    """Whom the issuer has signed in: the code is exchanged and the ID token verified.

    Checks its signature with the issuer's keys, issuer, audience, times and nonce. Raises NotAllowed if
    anything differs, and Unavailable if the issuer cannot be reached.
    """
    with _http() as http, _verified():
        found = _discovered(http, settings)
        token = _client(http, settings).fetch_token(
            found["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=pending.verifier,
            redirect_uri=settings.link_base + CALLBACK,
            auth=httpx.BasicAuth(settings.oidc_client_id or "", _secret(settings)),
        )
        keys = KeySet.import_key_set(cast(KeySetSerialization, _json(http, found["jwks_uri"])))
        decoded = jwt.decode(token["id_token"], keys, algorithms=_ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": settings.oidc_issuer},
                "aud": {"essential": True, "value": settings.oidc_client_id},
            },
            params={
                "nonce": pending.nonce,
                "client_id": settings.oidc_client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(now=int(clock().astimezone(UTC).timestamp()), leeway=_LEEWAY)
        if "nonce" not in claims:
            raise ValueError("no nonce")
        return _identity(settings, dict(claims))


def role_of(rules: str | None, claims: Mapping[str, Any]) -> str | None:
    """The role that the first rule gives whose claim has its value; None if no rule does."""
    for rule in (rules or "").split(","):
        wanted, _, role = rule.rpartition("=")
        claim, _, value = wanted.partition(":")
        held = claims.get(claim) if claim else None
        if held == value or (isinstance(held, list) and value in held):
            return role
    return None


def _identity(settings: Settings, claims: dict[str, Any]) -> Identity:
    email = claims.get("email") if claims.get("email_verified") is True else None
    email = email.strip().lower() if isinstance(email, str) else None
    name = claims.get("name")
    return Identity(
        subject=f"{settings.oidc_issuer}|{claims['sub']}",
        email=email,
        name=name if isinstance(name, str) and name.isprintable() else email or "",
        claims=claims,
    )


def _discovered(http: httpx.Client, settings: Settings) -> dict[str, Any]:
    issuer = settings.oidc_issuer
    if issuer is None:
        raise Conflict("signing in with OpenID Connect is not set up; set SOTTOVOCE_OIDC_ISSUER")
    found = _json(http, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    secure = all(_is_secure(found.get(name), issuer) for name in names)
    if found.get("issuer") != issuer or not secure:
        raise NotAllowed(_BROKEN)
    return found


def _is_secure(address: Any, issuer: str) -> bool:
    return isinstance(address, str) and (address.startswith("https://") or issuer.startswith("http://"))


def _json(http: httpx.Client, address: str) -> dict[str, Any]:
    answer = http.get(address)
    answer.raise_for_status()
    value = answer.json() if len(answer.content) <= _LARGEST else None
    if not isinstance(value, dict):
        raise NotAllowed(_BROKEN)
    return value


def _client(http: httpx.Client, settings: Settings) -> OAuth2Client:
    return OAuth2Client(
        http,
        client_id=settings.oidc_client_id,
        scope=_SCOPE,
        redirect_uri=settings.link_base + CALLBACK,
        code_challenge_method="S256",
    )


def _secret(settings: Settings) -> str:
    return "" if settings.oidc_client_secret is None else settings.oidc_client_secret.get_secret_value()


@contextmanager
def _http() -> Iterator[httpx.Client]:
    try:
        with httpx.Client(timeout=10, trust_env=False, follow_redirects=False) as http:
            yield http
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Unavailable(
            "the OpenID Connect issuer cannot be reached; try again, or sign in with a password"
        ) from None
    except ValueError:  # an answer that is no JSON
        raise NotAllowed(_BROKEN) from None


@contextmanager
def _verified() -> Iterator[None]:
    # What exactly was wrong helps only whoever made the token.
    try:
        yield
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError):
        raise NotAllowed(_BROKEN) from None
