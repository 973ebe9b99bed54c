"""What a draft wants of pairing, and the promise that follows from it when the wave opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from privacy.comparable import obstacle
from privacy.contract import Manifest, Measure, Pairing, Policy, minute
from privacy.errors import Invalid, Problem
from privacy.manifest_reader import read_manifest
from privacy.pairing import EPSILON, TWO_PAIRS, items_of, make_pairing
from privacy.survey import Attribute, Survey
from service.errors import Conflict, NotFound
from service.store import programs, waves
from service.store.tables_main import WaveRow

WAVE_BEFORE = ""  # in a plan of several waves: the one before, whose draft has no id yet
_ANY_WAVE = bytes(32)


@dataclass(frozen=True, slots=True)
class PairingTerms:
    """Fields of privacy.pairing.make_pairing as a draft holds them.

    ``pairing_id`` is 16 bytes in hex; ``epsilon`` is what the wave is charged for each paired release;
    ``earlier`` is the id of a wave, ``WAVE_BEFORE`` while a plan of several is made; ``carried_until`` is a
    whole minute in UTC.
    """

    pairing_id: str
    measures: tuple[Measure, ...]
    by: str | None = None
    epsilon: float = EPSILON
    earlier: str | None = None
    carried_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PairedWave:
    """What the pairing of a wave has to fit; ``id`` is None as long as the wave has none."""

    id: str | None
    survey: Survey
    attributes: Sequence[Attribute]
    policy: Policy
    closes_at: datetime


def pairing_terms(tx: Session, survey_id: str, wanted: "PairingTerms | Mapping[str, Any]") -> PairingTerms:
    """Terms from a request's fields, whose ``program`` names the pairing. Raises Invalid."""
    if isinstance(wanted, PairingTerms):
        return wanted
    fields = dict(wanted)
    try:
        program = programs.get_program(tx, fields.pop("program"))
    except NotFound:
        program = None
    if program is None or program.survey_id != survey_id:
        message, remedy = "no program of this survey", "use the id of a program that this survey measures"
        raise Invalid([_problem("unknown-program", "program", message, remedy)])
    measures = tuple(Measure(one["question"], one["theme"]) for one in fields.pop("measures"))
    earlier = _row(tx, fields["earlier"]) if fields.get("earlier") else None
    if earlier is not None:  # its hash names it as well
        fields["earlier"] = earlier.id
    return PairingTerms(program.pairing_id.hex(), measures, **fields)


def stored_pairing(terms: PairingTerms, pairing: Pairing) -> dict[str, Any]:
    """What a wave's plan keeps of its pairing; ``micro_rho`` is what the wave is charged for it."""
    return {
        "pairing_id": terms.pairing_id,
        "measures": [{"question": one.question, "theme": one.theme} for one in terms.measures],
        "by": terms.by,
        "epsilon": terms.epsilon,
        "earlier": terms.earlier,
        "carried_until": None if terms.carried_until is None else minute(terms.carried_until),
        "micro_rho": pairing.micro_rho,
    }


def pairing_terms_of(stored: Mapping[str, Any] | None) -> PairingTerms | None:
    """What stored_pairing wrote."""
    if stored is None:
        return None
    until = stored["carried_until"]
    return PairingTerms(
        pairing_id=stored["pairing_id"],
        measures=tuple(Measure(one["question"], one["theme"]) for one in stored["measures"]),
        by=stored["by"],
        epsilon=stored["epsilon"],
        earlier=stored["earlier"],
        carried_until=None if until is None else datetime.fromisoformat(until).astimezone(UTC),
    )


def drafted_pairing(tx: Session, wave: PairedWave, terms: PairingTerms) -> Pairing:
    """The pairing that a draft would promise. Raises Invalid with every fault that shows before it opens."""
    problems = []
    link = None
    if terms.earlier:
        row = _row(tx, terms.earlier)
        problems += _faults(tx, wave, terms, row)
        if row is not None:
            link = _link_of(row)
        if row is not None and row.manifest is not None:
            problems += _changed(read_manifest(row.manifest, row.wave), wave.survey, terms)
    if terms.carried_until is not None and terms.carried_until <= wave.closes_at:
        message, remedy = "it is not after the wave closes", "choose a time after the next wave has closed"
        problems.append(_problem("carried-too-short", "carried_until", message, remedy))
    try:
        pairing = _made(wave, terms, _ANY_WAVE, link)
    except Invalid as error:
        raise Invalid(dict.fromkeys([*problems, *error.problems])) from None
    if problems:
        raise Invalid(problems)
    return pairing


def opening_pairing(tx: Session, wave: PairedWave, terms: PairingTerms) -> Pairing:
    """The pairing that a wave promises as it opens.

    Raises Conflict while the earlier wave is not closed, and Invalid as drafted_pairing does.
    """
    drafted = drafted_pairing(tx, wave, terms)
    if not terms.earlier:
        return drafted
    row = waves.find(tx, terms.earlier)
    if row.wave is None or row.state not in {"closed", "released"}:
        raise Conflict(
            f"the wave is paired with {row.id}, which is {row.state}; close that first, or change this draft"
        )
    return _made(wave, terms, row.wave, drafted.link_micro_rho)


def _made(wave: PairedWave, terms: PairingTerms, earlier: bytes, link: int | None) -> Pairing:
    return make_pairing(
        wave.survey.questions,
        wave.attributes,
        wave.policy,
        pairing_id=bytes.fromhex(terms.pairing_id),
        measures=terms.measures,
        by=terms.by,
        epsilon=terms.epsilon,
        earlier=None if terms.earlier is None else earlier,
        carried_until=terms.carried_until,
        link_micro_rho=link,
    )


def _link_of(row: WaveRow) -> int | None:
    """What one paired release costs one response, as the earlier wave promises or would."""
    stored = row.plan.get("pairing")
    if stored is None or stored["carried_until"] is None:
        return None
    links = 1 if stored["earlier"] is None else 2
    return int(stored["micro_rho"]) // (TWO_PAIRS * links)


def _faults(tx: Session, wave: PairedWave, terms: PairingTerms, row: WaveRow | None) -> list[Problem]:
    """What is wrong with the earlier wave of a draft."""
    if row is None or row.survey_id != wave.survey.id or row.id == wave.id:
        message, remedy = "the survey has no such other wave", "use the id of a wave of this survey"
        return [_problem("unknown-wave", "earlier", message, remedy)]
    drafted = pairing_terms_of(row.plan.get("pairing"))
    if drafted is None or drafted.pairing_id != terms.pairing_id or drafted.carried_until is None:
        message = "nothing of its answers is kept for a later wave of this program"
        return [_problem("nothing-carried", "earlier", message, "pair with a wave whose answers are kept")]
    problems = []
    if drafted.carried_until <= wave.closes_at:
        message = f"its answers are kept until {minute(drafted.carried_until)}, before this wave closes"
        problems.append(_problem("carried-too-short", "earlier", message, "close this wave earlier"))
    if not set(terms.measures) <= set(drafted.measures):
        message = "it does not keep the answers to all these measures"
        problems.append(_problem("measure-not-carried", "measures", message, "measure what it measures"))
    taken = [other.id for other in waves.paired_with(tx, wave.survey.id, row.id) if other.id != wave.id]
    if taken:
        message = f"its answers are kept for {taken[0]} already"
        problems.append(_problem("paired-already", "earlier", message, "pair with the latest wave before"))
    return problems


def _changed(earlier: Manifest, survey: Survey, terms: PairingTerms) -> list[Problem]:
    """The measures whose questions do not mean what they meant in the earlier wave."""
    problems = []
    for number, measure in enumerate(terms.measures):
        row: dict[str, Any] = {
            "question": measure.question,
            "theme": measure.theme,
            "figure": "mean",
            "group": {},
        }
        why = obstacle(earlier.survey, survey, row) if items_of(survey.questions, measure) else None
        if why is not None:
            remedy = "leave the measure out, or ask as it was asked before"
            problems.append(_problem("measure-changed-meaning", f"measures[{number}]", why, remedy))
    return problems


def _row(tx: Session, ref: str) -> WaveRow | None:
    try:
        return waves.find(tx, ref)
    except NotFound:
        return None


def _problem(kind: str, place: str, message: str, remedy: str) -> Problem:
    return Problem(kind, f"pairing.{place}", message, remedy)
