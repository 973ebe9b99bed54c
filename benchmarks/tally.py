"""The tally at size: sealed responses verified, opened, counted, protected and released.

    .venv/bin/python benchmarks/tally.py [--responses 100000] [--workers CPUS] [--json]

Makes that many real sealed responses, puts a quarter, a half and all of them into SQLite stores of their
own, closes each wave and runs ``python -m service.tally run`` on it as an operator would. The time is the
whole command's, from its start to its end; memory is sampled over all its processes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from privacy import sealing, signatures
from privacy.answers import Answer, Response, encode, layout_of
from privacy.contract import Manifest
from privacy.manifest_reader import read_manifest
from privacy.plan import make_policy
from privacy.receipt_code import locator_of, lock, new_receipt_code
from privacy.survey import Attribute, Option, Question
from privacy.tokens import INPUT_SIZE, encode_public_key, token_input
from service.store import box, ledger, releases, surveys, tally_keys, waves
from service.store.engine import open_engine
from service.store.schema import migrate
from service.store.slots import slot_of
from service.store.tables_box import ResponseRow
from service.store.unit_of_work import reading, unit_of_work
from service.tally.keyring import Keyring

ITEMS = 20
GROUPS = (12, 6, 4)
MAKE = 1_000  # envelopes that a process makes at a time
DAY = date(2026, 3, 1)
OPENS, CLOSES = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 3, 8, 8, tzinfo=UTC)


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{number}", {"en": str(number)}) for number in range(count))


QUESTIONS = (
    *(
        Question(f"item{n}", "scale", {"en": f"Item {n}"}, options(5), favourable=("o3", "o4"))
        for n in range(ITEMS)
    ),
    Question("recommend", "nps", {"en": "Recommend?"}),
    Question("why", "text", {"en": "Why?"}, max_bytes=300),
)
ATTRIBUTES = tuple(Attribute(f"a{n}", {"en": str(n)}, options(size)) for n, size in enumerate(GROUPS))


@dataclass(frozen=True)
class Measured:
    """One run of the command. ``seconds`` are on the clock, ``cpu`` those of all its processes together.

    Peak resident memory in MiB, of the ``largest`` process and of all ``together``.
    """

    responses: int
    workers: int
    seconds: float
    cpu: float
    largest: float
    together: float

    @property
    def a_second_a_process(self) -> float:
        return self.responses / self.seconds / self.workers


def make_envelopes(manifest_bytes: bytes, issuer_pem: bytes, seed: int, count: int) -> list[bytes]:
    """Sealed answers of ``count`` people.

    A PSS signature is the same token, blind or not. ``privacy.sealing.seal`` encodes the manifest again for
    each answer, which a client does not notice and a hundred thousand clients in one process do.
    """
    issuer = load_pem_private_key(issuer_pem, None)
    assert isinstance(issuer, rsa.RSAPrivateKey)
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
    manifest = read_manifest(manifest_bytes)
    layout, wave, key_id, chance = layout_of(manifest), manifest.wave, manifest.token_key_id, Random(seed)
    recipient = signatures.public_key_of(manifest.hpke_public_key)
    made = []
    for person in range(count):
        answers: dict[str, Answer] = {f"item{n}": chance.choice([0, 1, 2, 3, 4, None]) for n in range(ITEMS)}
        answers["recommend"] = chance.randrange(11)
        answers["why"] = f"What person {seed}-{person} thinks of it." if chance.random() < 0.3 else None
        groups = {f"a{n}": chance.randrange(size) for n, size in enumerate(GROUPS)}
        pseudonym = signatures.new_key()
        point = signatures.point_of(pseudonym)
        message = token_input(wave, sealing.nonce_of(wave, point), key_id)
        code = new_receipt_code()
        info = sealing.response_info(wave, sealing.nullifier_of(message))
        body = b"".join(
            (
                sealing.MAGIC,
                wave,
                message + issuer.sign(message, scheme, hashes.SHA384()),
                point,
                (1).to_bytes(sealing.SEQUENCE_SIZE, "big"),
                locator_of(code, wave),
                lock(code, wave, pseudonym),
                sealing.SUITE.encrypt(encode(layout, Response(answers, groups)), recipient, info),
            )
        )
        made.append(body + signatures.sign(pseudonym, body))
    return made


def build_store(folder: Path, manifest: Manifest, key_id: str, key: bytes, envelopes: list[bytes]) -> str:
    """A closed wave in stores of its own, with its key file; its id."""
    wave = manifest.wave
    (folder / "keys" / "tally").mkdir(parents=True, mode=0o700)
    path = folder / "keys" / "tally" / f"{key_id}.pem"
    path.touch(mode=0o600)
    path.write_bytes(key)
    main, box_engine = (open_engine(f"sqlite:///{folder / name}") for name in ("sottovoce.db", "box.db"))
    migrate(main, "main")
    migrate(box_engine, "box")
    with unit_of_work(box_engine) as tx:
        box.register_wave(tx, wave, manifest.canonical())
        for envelope in envelopes:
            nullifier = sealing.nullifier_of(envelope[sealing.TOKEN_OFFSET :][:INPUT_SIZE])
            row = {"nullifier": nullifier, "locator": nullifier[:16], "wave": wave, "envelope": envelope}
            tx.add(ResponseRow(slot=slot_of(nullifier), **row))
    closed = box.close_wave(box_engine, wave)
    with unit_of_work(main) as tx:
        surveys.add_survey(tx, "pulse", version="1", title={"en": "Pulse"}, source="", day=DAY)
        opens, closes = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (OPENS, CLOSES))
        row = waves.add_draft(tx, "pulse", source="", plan={}, opens_at=opens, closes_at=closes)
        public = tally_keys.PublicTallyKey(key_id, manifest.hpke_public_key, manifest.release_public_key)
        tally_keys.add_keys(tx, [public])
        tally_keys.take_key(tx, row.id)
        invited = manifest.invited
        waves.mark_open(tx, row, wave=wave, manifest=manifest.canonical(), invited=invited, opens_at=opens)
        ledger.reserve(tx, row.id, wave, manifest.policy.micro_rho, DAY)
        board = {"root": closed.root, "responses": closed.responses, "issued": closed.responses}
        waves.mark_closed(tx, row, closed_at=closes, **board)
        wave_id = row.id
    main.dispose()
    box_engine.dispose()
    return wave_id


def measure(folder: Path, wave_id: str, responses: int, workers: int) -> Measured:
    """Run the command and watch the memory of it and of its children."""
    arguments = ["--data", str(folder), "run", wave_id, "--workers", str(workers)]
    begun, used = time.perf_counter(), cpu_of_children()
    largest = together = 0
    with subprocess.Popen(
        [sys.executable, "-m", "service.tally", *arguments], stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            sizes = [resident(one) for one in family(process.pid)]
            largest, together = max([largest, *sizes]), max(together, sum(sizes))
            time.sleep(0.05)
        seconds = time.perf_counter() - begun
    assert process.returncode == 0, "the tally failed; its line stands above"
    main = open_engine(f"sqlite:///{folder / 'sottovoce.db'}")
    with reading(main) as tx:
        assert releases.release_of(tx, wave_id) is not None
    main.dispose()
    cpu = cpu_of_children() - used
    return Measured(responses, workers, seconds, cpu, largest / 2**20, together / 2**20)


def cpu_of_children() -> float:
    """Seconds that processes which this one has waited for, and theirs, have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def family(pid: int) -> list[int]:
    """A process and all that it started (Linux)."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        found += [one for child in children for one in family(int(child))]
    return found


def resident(pid: int) -> int:
    """Resident memory in bytes; 0 once the process has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def wave_contract(folder: Path, invited: int) -> tuple[Manifest, str, bytes, bytes]:
    """A manifest, its key's id and file, and the issuer's private key."""
    keyring = Keyring(folder)
    key = keyring.create()
    issuer = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    tables = [(), *((attribute.id,) for attribute in ATTRIBUTES)]
    manifest = Manifest(
        survey_id="pulse",
        survey_version="1",
        title={"en": "Pulse"},
        opens_at=OPENS,
        closes_at=CLOSES,
        invited=invited,
        retention_days=90,
        questions=QUESTIONS,
        attributes=ATTRIBUTES,
        policy=make_policy(QUESTIONS, ATTRIBUTES, tables, epsilon=1.0, k=10, comment_k=20),
        hpke_public_key=key.hpke,
        issuer_public_key=encode_public_key(issuer.public_key().public_numbers().n),
        receipt_public_key=signatures.point_of(signatures.new_key()),
        release_public_key=key.release,
    )
    pem = issuer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return manifest, key.id, keyring.path_of(key.id).read_bytes(), pem


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--responses", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    sizes = [max(1, options.responses // part) for part in (4, 2, 1)]
    results = []
    with tempfile.TemporaryDirectory(prefix="sottovoce-tally-") as name:
        folder = Path(name)
        manifest, key_id, key, issuer = wave_contract(folder / "made", options.responses)
        say = sys.stderr.write
        length = sealing.envelope_size(layout_of(manifest))
        say(f"making {options.responses} sealed responses of {length} bytes\n")
        begun = time.perf_counter()
        with ProcessPoolExecutor(os.cpu_count() or 1, get_context("spawn")) as pool:
            starts = range(0, options.responses, MAKE)
            counts = [min(MAKE, options.responses - start) for start in starts]
            canonical = manifest.canonical()
            batches = pool.map(
                make_envelopes, [canonical] * len(counts), [issuer] * len(counts), starts, counts
            )
            envelopes = [envelope for batch in batches for envelope in batch]
        say(f"made in {time.perf_counter() - begun:.0f} s\n")
        for size in sizes:
            wave_id = build_store(folder / str(size), manifest, key_id, key, envelopes[:size])
            results.append(measure(folder / str(size), wave_id, size, options.workers))
    if options.json:
        print(json.dumps([{**asdict(one), "a_second_a_process": one.a_second_a_process} for one in results]))
        return
    print(
        "| responses | processes | seconds | a second a process | CPU seconds | a CPU second "
        "| largest process, MiB | all, MiB |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for one in results:
        print(
            f"| {one.responses:,} | {one.workers} | {one.seconds:.1f} | {one.a_second_a_process:,.0f} "
            f"| {one.cpu:.1f} | {one.responses / one.cpu:,.0f} | {one.largest:.0f} | {one.together:.0f} |"
        )


if __name__ == "__main__":
    main()
