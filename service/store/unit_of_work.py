"""One request or one job is one transaction, opened and committed here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from privacy.errors import Invalid, Problem
from service.errors import Conflict, Unavailable
from service.store.engine import WRITES


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that reads one state of the store. Raises Unavailable if the store cannot be reached.

    Raises Invalid, as unit_of_work does, for a value of a kind that the database refuses.
    """
    with _translated(), Session(engine) as session:
        yield session


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """A session whose changes are committed together at the end, or not at all.

    Raises Unavailable if the store cannot be reached or written (a full disk), and Conflict if another
    transaction made the same thing first.
    """
    with (
        _translated(),
        engine.connect().execution_options(**{WRITES: True}) as connection,
        Session(connection, expire_on_commit=False) as session,
        connection.begin(),
    ):
        yield session
        session.flush()


@contextmanager
def _translated() -> Iterator[None]:
    # The driver's text may quote values; none of it leaves this module.
    try:
        yield
    except IntegrityError:
        raise Conflict("it exists already, or what it refers to does not; read it and try again") from None
    except DataError:
        # The store is well: sending the same again would never help.
        message, remedy = (
            "it has a value that cannot be stored",
            "leave out control characters and huge numbers",
        )
        raise Invalid([Problem("not-storable", "request", message, remedy)]) from None
    except (DBAPIError, DisconnectionError, PoolTimeout):
        raise Unavailable(
            "the store cannot be used at the moment; nothing was changed, send it again"
        ) from None
