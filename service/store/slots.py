"""Where a row stands in a table that must not tell when it came."""

from sqlalchemy import BigInteger, Integer

# SQLite takes a column for its rowid only if the type is exactly INTEGER; beside any other primary key it
# keeps a hidden rowid that counts arrivals.
SLOT = BigInteger().with_variant(Integer(), "sqlite")


def slot_of(digest: bytes) -> int:
    """The first 63 bits of a digest, as the integer primary key of its row.

    SQLite keeps rows in the order of this key, so rows lie in the order of digests and not of arrival. Two
    digests meet with probability n^2 / 2^64: for a million rows, once in 20 million waves.
    """
    return int.from_bytes(digest[:8]) >> 1
