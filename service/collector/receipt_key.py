"""The receipt key: P-256, made when the first collector starts, kept for as long as waves name it."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from sqlalchemy import Engine

from privacy import signatures
from privacy.errors import KeyUnusable
from service.errors import Misconfigured
from service.key_files import read_key, write_key
from service.store import box as store
from service.store.unit_of_work import reading, unit_of_work


def receipt_key_path(key_folder: Path) -> Path:
    """Where the collector keeps its receipt key."""
    return key_folder / "collector" / "receipt.pem"


def load_receipt_key(path: Path, box: Engine) -> ec.EllipticCurvePrivateKey:
    """The receipt key, made if there is none yet, with its public half registered in the box.

    Raises Misconfigured if the file is broken, open to other users or lost, or is another key than the one
    that open waves name; Unavailable if the box cannot be reached.
    """
    with reading(box) as tx:
        registered = store.receipt_public_key(tx)
        needed = registered if store.open_waves(tx) else None
    if not path.exists():
        if needed is not None:
            raise Misconfigured(
                f"{path} is missing, and open waves name it; restore it from the backup of the key folder"
            )
        _make(path)
    key = _read(path)
    public_key = signatures.point_of(key)
    if needed not in (None, public_key):
        raise Misconfigured(f"{path} is not the receipt key that open waves name; restore the one they name")
    if registered != public_key:
        with unit_of_work(box) as tx:
            store.set_receipt_public_key(tx, public_key)
    return key


def _make(path: Path) -> None:
    pem = signatures.new_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        write_key(path, pem)
    except KeyUnusable as error:
        raise Misconfigured(str(error)) from None


def _read(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(read_key(path), password=None)
    except KeyUnusable as error:
        raise Misconfigured(str(error)) from None
    except (ValueError, TypeError):
        raise Misconfigured(f"{path} is not a private key in PEM form; restore it from its backup") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Misconfigured(f"{path} is not a P-256 key; restore it from its backup")
    return key
