"""The evaluation of a program from its released waves: what changed, against whom, and how sure that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from privacy.contract import Manifest
from privacy.contrast import Estimate
from privacy.effect import groups
from privacy.evaluate import Verdict
from privacy.guarantee import in_words, right_guess
from privacy.mechanism import MICRO
from privacy.policy_problems import NOT_SAID
from privacy.released_wave import ReleasedWave
from privacy.simultaneous import SideBySide, side_by_side
from service.programs import evaluation_words as words
from service.programs.evaluation_comparisons import Comparisons, Told
from service.programs.evaluation_measures import Measured, measured
from service.programs.evaluation_objectives import results
from service.programs.evaluation_value import Comparison, Evaluation, WaveSummary
from service.programs.program_view import LabelledWave, Objective, OutsideFigure, ProgramView
from service.results.released import Released, value_of

_FEW = 0.5  # of those invited


def evaluate(
    view: ProgramView,
    waves: Sequence[LabelledWave],
    objectives: Sequence[Objective],
    outside: Sequence[OutsideFigure],
    language: str,
) -> Evaluation:
    """What the program's waves, in any order, say about it, in words of ``language`` where there are some.

    Costs no privacy loss: it is computed from what was released and from public numbers. A measure's best
    comparison is the headline; how many there are of these is what the simultaneous verdicts allow for.
    """
    ordered = sorted(waves, key=lambda one: one.released.closed_at)
    told = [Told(one.label, opened(one.released)) for one in ordered]
    made = Comparisons(view, told)
    measures = _measures(made, ordered, language)
    by_measure = [found for found in map(made.of, measures) if found]
    headlines = {
        str(place): one[0].estimate for place, one in enumerate(by_measure) if one[0].estimate is not None
    }
    together = side_by_side(headlines)
    for place, found in enumerate(by_measure):
        found[0] = _simultaneous(found[0], together.verdicts.get(str(place)))
    best = [found[0] for found in by_measure]
    return Evaluation(
        program=view.id,
        name=view.name,
        language=language,
        waves=tuple(_summary(one, label.wave) for one, label in zip(ordered, told, strict=True)),
        comparisons=tuple(one for found in by_measure for one in found),
        objectives=tuple(results(objectives, outside, measures, made, told)),
        decay=tuple(one for each in _lasting(measures, objectives) for one in made.decay(each)),
        helped=_themes(best, "higher"),
        hurt=_themes(best, "lower"),
        compared=together.compared,
        expected_by_chance=together.expected_by_chance,
        caveats=tuple(_caveats(view, made, measures, together)),
        privacy=_privacy([one.wave for one in told]),
    )


def opened(wave: Released) -> ReleasedWave:
    """The wave to compare with; made once while it is asked for."""
    return _opened(_Signed(wave.content, wave.manifest))


@dataclass(frozen=True, slots=True)
class _Signed:
    content: bytes
    manifest: Manifest = field(compare=False)


@lru_cache(maxsize=16)
def _opened(signed: _Signed) -> ReleasedWave:
    return ReleasedWave(signed.manifest, value_of(signed.content))


def _measures(made: Comparisons, ordered: Sequence[LabelledWave], language: str) -> list[Measured]:
    """Those of the wave at the end, or else of the latest."""
    last = made.after or made.before
    if last is None:
        return []
    themes = next(one.released.themes for one in ordered if one.label == last.label)
    return measured(last.wave, themes, language)


def _simultaneous(best: Comparison, verdict: Verdict | None) -> Comparison:
    if verdict is None or best.estimate is None or verdict == best.estimate.verdict:
        return replace(best, simultaneous=verdict)
    return replace(best, simultaneous=verdict, caveats=(*best.caveats, words.BY_CHANCE))


def _lasting(measures: Sequence[Measured], objectives: Sequence[Objective]) -> list[Measured]:
    """What is followed after the end: all but single items, and the items that objectives name."""
    named = {one.measure for one in objectives}
    return [one for one in measures if one.measure.kind != "item" or one.measure in named]


def _themes(best: Sequence[Comparison], verdict: Verdict) -> tuple[str, ...]:
    return tuple(
        one.text
        for one in best
        if one.measure.kind == "theme" and one.estimate is not None and one.estimate.verdict == verdict
    )


def _summary(one: LabelledWave, wave: ReleasedWave) -> WaveSummary:
    groups = [group for group in wave.groups if group and NOT_SAID not in group.values()]
    return WaveSummary(
        label=one.label,
        wave_id=one.released.id,
        closed_on=one.released.closed_at.date(),
        invited=wave.board["invited"],
        responses=wave.board["responses"],
        groups=len(groups),
        withheld=sum(not wave.shows(group) for group in groups),
    )


def _caveats(
    view: ProgramView, made: Comparisons, measures: Sequence[Measured], side: SideBySide
) -> Iterator[str]:
    last = made.after or made.before
    if last is None:
        yield words.NOT_RELEASED
        return
    if view.attribute is None:
        yield words.NOBODY_NAMED
    if made.before is None:
        yield words.NO_BASELINE
    elif made.after is None:
        yield words.ONLY_BASELINE
    else:
        yield from _ahead(made, made.before, measures)
    yield from _missing(made, last)
    if side.compared > 1:
        yield words.many_compared(side.compared, side.expected_by_chance)


def _ahead(made: Comparisons, before: Told, measures: Sequence[Measured]) -> Iterator[str]:
    people, others = made.people(before.wave)
    index = next((one for one in measures if one.measure.kind == "index"), None)
    if index is not None and others is not None:
        apart = groups(before.wave, index.figure, people, others)
        if isinstance(apart, Estimate) and apart.verdict != "cannot tell":
            yield words.ahead_before(apart, index.unit)


def _missing(made: Comparisons, last: Told) -> Iterator[str]:
    """Where less than half of the groups that are compared answered."""
    board = last.wave.board
    if board["responses"] < _FEW * board["invited"]:
        yield words.few_answered(board["responses"], board["invited"], "people invited")
    people, others = made.people(last.wave)
    if others is None:
        return
    cells = [last.wave.cell(group) for group in people.groups]
    answered = sum(cell.responses for cell in cells if cell is not None)
    invited = sum(cell.invited for cell in cells if cell is not None)
    if None in cells:
        yield words.WITHHELD
    elif answered < _FEW * invited:
        yield words.few_answered(answered, invited, "who take part")


def _privacy(waves: Sequence[ReleasedWave]) -> dict[str, str]:
    """What all the waves together may give away of somebody who was invited to each."""
    sentences = {}
    for relation in ("presence", "answers") if waves else ():
        promises = [wave.guarantee[relation] for wave in waves]
        loss = sum(round(MICRO * promise["rho"]) for promise in promises)
        sigma = min(wave.sigma for wave in waves)
        percent = right_guess(loss, sigma, sum(promise["delta"] for promise in promises))
        sentences[relation] = in_words(relation, percent)
    return sentences
