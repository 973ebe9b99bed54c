"""Whether the parts of a manifest fit one another, beyond the type of each field."""

from collections.abc import Iterable, Iterator

from privacy.answers import layout_of
from privacy.contract import Manifest, Pairing
from privacy.errors import ContractBroken

ID_SIZE = 16
WAVE_SIZE = 32


def check_shape(manifest: Manifest) -> None:
    """Raises ContractBroken at the first thing that cannot be.

    Ids twice, a favourable option or a table's attribute that is not there, an option that has no room in the
    plaintext, a hierarchy that does not nest, a number below zero, a threshold below 1, more keys needed than
    there are keyholders.
    """
    for fault in _faults(manifest):
        raise ContractBroken(f"the manifest contradicts itself: {fault}; do not answer it")


def _faults(manifest: Manifest) -> Iterator[str]:
    yield from _question_faults(manifest)
    yield from _attribute_faults(manifest)
    try:
        layout_of(manifest)
    except ValueError as error:
        yield str(error)
    if min(manifest.policy.k, manifest.policy.comment_k) < 1:
        yield "a threshold is below 1"
    if manifest.invited < 0 or manifest.retention_days < 0:
        yield "a number is below zero"
    if not 1 <= manifest.keyholder_threshold <= manifest.keyholder_count:
        yield "the keyholders' threshold is not from 1 to their number"
    if manifest.pairing is not None:
        yield from _pairing_faults(manifest, manifest.pairing)


def _question_faults(manifest: Manifest) -> Iterator[str]:
    if _twice(question.id for question in manifest.questions):
        yield "a question id stands twice"
    for question in manifest.questions:
        options = [option.id for option in question.options]
        if question.type in ("scale", "choice", "multiple") and not options:
            yield f"{question.id!r} has no options"
        if _twice(options):
            yield f"an option of {question.id!r} stands twice"
        if not set(question.favourable) <= set(options):
            yield f"{question.id!r} calls an option favourable that it does not have"


def _attribute_faults(manifest: Manifest) -> Iterator[str]:
    known = [attribute.id for attribute in manifest.attributes]
    if _twice(known):
        yield "an attribute id stands twice"
    for attribute in manifest.attributes:
        if not attribute.levels or _twice(level.id for level in attribute.levels):
            yield f"{attribute.id!r} has no levels or one of them twice"
        if _twice(name for level in attribute.levels for name in {level.id, *level.members}) or any(
            _twice(level.members) for level in attribute.levels
        ):
            yield f"a level of {attribute.id!r} has a member that stands elsewhere too"
        if any(level.invited is not None and level.invited < 0 for level in attribute.levels):
            yield f"a level of {attribute.id!r} has a number of people below zero"
    for table in manifest.policy.tables:
        if _twice(table) or not set(table) <= set(known):
            yield "a table names an attribute that does not exist, or one twice"


def _pairing_faults(manifest: Manifest, pairing: Pairing) -> Iterator[str]:
    earlier = bytes(WAVE_SIZE) if pairing.earlier is None else pairing.earlier
    if len(pairing.id) != ID_SIZE or len(earlier) != WAVE_SIZE:
        yield "the name of the pairing or of the earlier wave has another length"
    if not pairing.links or pairing.link_micro_rho < 1 or pairing.micro_rho < 1:
        yield "it is paired with nothing, or at no loss"
    if pairing.carried_until is not None and pairing.carried_until <= manifest.closes_at:
        yield "what is kept for a later wave is kept until before this one closes"
    scales = {question.id: question.theme for question in manifest.questions if question.type == "scale"}
    for measure in pairing.measures:
        named = measure.question is None or measure.question in scales
        if not named or (measure.theme is not None and measure.theme not in scales.values()):
            yield "the pairing measures a question or theme that does not exist"
        if measure.question is not None and measure.theme is not None:
            yield "the pairing measures a question and a theme as one"
    tops = [attribute.id for attribute in manifest.attributes if attribute.parent is None]
    if not pairing.measures or pairing.by not in (None, *tops):
        yield "the pairing measures nothing, or names an attribute that does not exist"


def _twice(ids: Iterable[str]) -> bool:
    seen = list(ids)
    return len(seen) != len(set(seen))
