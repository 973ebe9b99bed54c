"""The issuer keys of this machine: one a wave, each in a file of its own, loaded once."""

from pathlib import Path
from threading import Lock

from privacy.issuing import BlindSigner
from service.key_files import destroy_key, read_key, write_key
from service.registrar.rsa import IssuerKey

_LOADED = 64  # signers that are kept in memory


class IssuerKeys:
    """The key files in ``folder``, named by the wave in hex."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signers: dict[bytes, BlindSigner] = {}
        self._lock = Lock()

    def keep(self, wave: bytes, key: IssuerKey) -> None:
        """Write a wave's key to its file, mode 0600. Raises KeyUnusable if that fails or there is one."""
        write_key(self.path_of(wave), key.to_pem())

    def signer(self, wave: bytes) -> BlindSigner:
        """The wave's signer.

        Raises KeyUnusable if its file is missing, damaged or may be read by others.
        """
        with self._lock:
            signer = self._signers.get(wave)
            if signer is None:
                signer = BlindSigner(IssuerKey.from_pem(read_key(self.path_of(wave))))
                while len(self._signers) >= _LOADED:
                    del self._signers[next(iter(self._signers))]
                self._signers[wave] = signer
        return signer

    def destroy(self, wave: bytes) -> None:
        """Overwrite and remove a wave's key, for good; nothing happens if it is gone already."""
        with self._lock:
            self._signers.pop(wave, None)
        destroy_key(self.path_of(wave))

    def path_of(self, wave: bytes) -> Path:
        """Where a wave's key is or would be."""
        return self._folder / f"{wave.hex()}.pem"
