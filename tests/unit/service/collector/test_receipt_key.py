"""The receipt key: made once, for its owner's eyes, and never quietly another while waves name it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine, text

from privacy.signatures import new_key, point_of
from service.collector.receipt_key import load_receipt_key, receipt_key_path
from service.errors import Misconfigured
from service.store import box
from service.store.engine import open_engine
from service.store.schema import migrate
from service.store.unit_of_work import reading


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'box.db'}")
    migrate(opened, "box")
    yield opened
    opened.dispose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return receipt_key_path(tmp_path / "keys")


def registered(engine: Engine) -> bytes | None:
    with reading(engine) as tx:
        return box.receipt_public_key(tx)


def open_a_wave(engine: Engine) -> None:
    with engine.begin() as connection:
        statement = "INSERT INTO box_wave (wave, manifest, closed) VALUES (x'00', x'00', false)"
        connection.execute(text(statement))


def replace(path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def test_the_first_start_makes_a_key_for_its_owner_alone_and_registers_it(engine: Engine, path: Path) -> None:
    assert registered(engine) is None
    key = load_receipt_key(path, engine)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert registered(engine) == point_of(key)


def test_every_later_start_has_the_same_key(engine: Engine, path: Path) -> None:
    first = point_of(load_receipt_key(path, engine))
    open_a_wave(engine)
    assert point_of(load_receipt_key(path, engine)) == first


def test_a_key_that_others_may_read_is_refused(engine: Engine, path: Path) -> None:
    load_receipt_key(path, engine)
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match="open to other users"):
        load_receipt_key(path, engine)


@pytest.mark.parametrize("content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_broken_key_is_refused_and_kept(engine: Engine, path: Path, content: bytes) -> None:
    load_receipt_key(path, engine)
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match=r"receipt\.pem"):
        load_receipt_key(path, engine)
    assert path.read_bytes() == content


@pytest.mark.parametrize("other", ["rsa", "another curve"])
def test_a_key_of_another_kind_is_refused(engine: Engine, path: Path, other: str) -> None:
    load_receipt_key(path, engine)
    replace(
        path,
        rsa.generate_private_key(65537, 2048) if other == "rsa" else ec.generate_private_key(ec.SECP384R1()),
    )
    with pytest.raises(Misconfigured, match="P-256"):
        load_receipt_key(path, engine)


def test_a_lost_key_is_not_replaced_while_a_wave_names_it(engine: Engine, path: Path) -> None:
    before = point_of(load_receipt_key(path, engine))
    open_a_wave(engine)
    path.unlink()
    with pytest.raises(Misconfigured, match="restore it"):
        load_receipt_key(path, engine)
    assert not path.exists()
    assert registered(engine) == before


def test_another_key_is_refused_while_a_wave_names_the_first(engine: Engine, path: Path) -> None:
    before = point_of(load_receipt_key(path, engine))
    open_a_wave(engine)
    replace(path, new_key())
    with pytest.raises(Misconfigured, match="open waves name"):
        load_receipt_key(path, engine)
    assert registered(engine) == before


def test_another_key_takes_its_place_when_no_wave_is_open(engine: Engine, path: Path) -> None:
    load_receipt_key(path, engine)
    another = new_key()
    replace(path, another)
    assert point_of(load_receipt_key(path, engine)) == point_of(another)
    assert registered(engine) == point_of(another)
