"""The stores, keys and waves that attackers meet: the staff API in this process, and the tally's own."""

from tests.integration.staff.conftest import issuer_keys, world
from tests.integration.tally.conftest import answered, issuer, keyring, open_wave, tally

__all__ = ["answered", "issuer", "issuer_keys", "keyring", "open_wave", "tally", "world"]
