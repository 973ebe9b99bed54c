"""Every comparison of a program's waves that can be made, the best one of each measure first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from privacy.contrast import Estimate
from privacy.effect import change, difference_in_differences, groups
from privacy.evaluate import NotCompared
from privacy.means import People, barely_shown, levels_of
from privacy.paired_effect import NOT_PAIRED, paired_change, paired_difference
from privacy.released_wave import Group, ReleasedWave
from service.programs import evaluation_words as words
from service.programs.evaluation_measures import Measured
from service.programs.evaluation_value import Comparison, ComparisonKind
from service.programs.program_view import BASELINE, END, ProgramView

WHOLE = People(({},))
_PAIRED = ("paired", "paired-difference")
_OTHERS = ("groups", "difference-in-differences", "paired-difference")

Found = Estimate | NotCompared


@dataclass(frozen=True, slots=True)
class Told:
    """A released wave of the program under its label."""

    label: str
    wave: ReleasedWave


class Comparisons:
    """The comparisons of one program. ``waves`` are in the order of time."""

    def __init__(self, view: ProgramView, waves: Sequence[Told]) -> None:
        self.before = next((one for one in waves if one.label == BASELINE), None)
        later = [one for one in waves if one is not self.before]
        self.after = next((one for one in later if one.label == END), later[-1] if later else None)
        self.later = later[later.index(self.after) + 1 :] if self.after else []
        self._view = view
        self.others_text = None
        if view.attribute is not None:
            self.others_text = "everybody else" if view.comparison is None else "those they are compared with"

    def people(self, wave: ReleasedWave) -> tuple[People, People | None]:
        """Those who take part and those they are compared with, or everybody and nobody."""
        view = self._view
        if view.attribute is None:
            return WHOLE, None
        people = People(self._groups(wave, view.participants))
        if view.comparison is not None:
            return people, People(self._groups(wave, view.comparison))
        around: Group = {} if view.stratum is None else dict([view.stratum])
        if tuple(around) in wave.manifest.policy.tables:
            return people, People(people.groups, within=around)
        known = [one.levels for one in wave.survey.attributes if one.id == view.attribute]
        named = {group[view.attribute] for group in people.groups}
        rest = [level.id for levels in known for level in levels if level.id not in named]
        return people, People(tuple(self._group(level) for level in rest))

    def of(self, one: Measured) -> list[Comparison]:
        """Those of a measure, the best that gives a number first."""
        if self.after is None:
            return self._of_wave(one, self.before)
        made = list(self._changes(one, self.before, self.after)) + self._of_wave(one, self.after)
        return sorted(made, key=lambda comparison: comparison.estimate is None)

    def decay(self, one: Measured) -> Iterator[Comparison]:
        """What became of the effect from the end of the program to each later wave."""
        for later in self.later:
            assert self.after is not None  # noqa: S101 - there is none later without it
            made = list(self._changes(one, self.after, later))
            best = next((found for found in made if found.estimate is not None), made[-1])
            yield self._comparison("decay", one, (self.after, later), _found(best), paired=best.paired)

    def _changes(self, one: Measured, before: Told | None, after: Told) -> Iterator[Comparison]:
        if before is None:
            return
        first, last = before.wave, after.wave
        people, others = self.people(last)
        made: list[tuple[ComparisonKind, Callable[[], Found]]] = []
        if others is not None:
            made += [
                ("paired-difference", lambda: paired_difference(first, last, one.figure, people, others)),
                (
                    "difference-in-differences",
                    lambda: difference_in_differences(first, last, one.figure, people, others),
                ),
            ]
        made += [
            ("paired", lambda: paired_change(first, last, one.figure, people)),
            ("before-after", lambda: change(first, last, one.figure, people)),
        ]
        for kind, make in made:
            found = make()
            if found != NotCompared(NOT_PAIRED):
                yield self._comparison(kind, one, (before, after), found, paired=kind in _PAIRED)

    def _of_wave(self, one: Measured, told: Told | None) -> list[Comparison]:
        if told is None:
            return []
        people, others = self.people(told.wave)
        if others is None:
            return []
        return [self._comparison("groups", one, (told,), groups(told.wave, one.figure, people, others))]

    def _comparison(
        self,
        kind: ComparisonKind,
        one: Measured,
        waves: tuple[Told, ...],
        found: Found,
        *,
        paired: bool = False,
    ) -> Comparison:
        labels = tuple(told.label for told in waves)
        if isinstance(found, NotCompared):
            estimate, why, sentence = None, found.why, found.why
        else:
            estimate, why = found, None
            sentence = words.verdict_sentence(kind, found, one.unit, labels, self.others_text)
        return Comparison(
            kind=kind,
            measure=one.measure,
            text=one.text,
            unit=one.unit,
            waves=labels,
            paired=paired,
            estimate=estimate,
            why=why,
            simultaneous=None,
            sentence=sentence,
            caveats=tuple(self._caveats(kind, one, waves, paired=paired)) if why is None else (),
        )

    def _caveats(
        self, kind: ComparisonKind, one: Measured, waves: tuple[Told, ...], *, paired: bool
    ) -> Iterator[str]:
        if kind == "groups":
            yield words.SELECTED
        elif kind in _OTHERS or (self.others_text is not None and kind == "decay"):
            yield words.SELECTED_CHANGE
        else:
            yield words.NOBODY_ELSE
        if paired:
            yield words.CODES
        elif len(waves) > 1:
            yield words.UNPAIRED
        if one.figure.question is None and not paired:
            yield words.TOGETHER
        if not paired and any(self._barely_shown(one, told.wave) for told in waves):
            yield words.BARELY_SHOWN

    def _barely_shown(self, one: Measured, wave: ReleasedWave) -> bool:
        return any(barely_shown(wave, who, one.figure) for who in self.people(wave) if who is not None)

    def _groups(self, wave: ReleasedWave, wanted: Sequence[str]) -> tuple[Group, ...]:
        """The groups of a wave that ``wanted`` levels are, or none that it has where they were merged."""
        attribute = next((one for one in wave.survey.attributes if one.id == self._view.attribute), None)
        levels = None if attribute is None else levels_of(attribute, wanted)
        return tuple(self._group(level) for level in levels or wanted)

    def _group(self, level: str) -> Group:
        assert self._view.attribute is not None  # noqa: S101 - asked for only where there is one
        return {self._view.attribute: level, **dict([self._view.stratum] if self._view.stratum else [])}


def _found(comparison: Comparison) -> Found:
    return comparison.estimate or NotCompared(comparison.why or "")
