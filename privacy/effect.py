"""Effects of a program from released waves: against others, before and after, and both.

Pure functions of releases, so they cost no privacy loss and anyone who holds the releases can compute them.
Each gives an Estimate (contrast.py), or in one sentence why there is none.
"""

from privacy.comparable import obstacle
from privacy.contrast import Estimate, contrast
from privacy.deviation import FigureName
from privacy.evaluate import NO_NUMBER, NotCompared
from privacy.means import Mean, People, mean_of
from privacy.released_wave import ReleasedWave

Effect = Estimate | NotCompared


def groups(wave: ReleasedWave, figure: FigureName, people: People, others: People) -> Effect:
    """What ``people`` say above ``others`` in one wave."""
    return _contrast(figure, [(1, mean_of(wave, people, figure)), (-1, mean_of(wave, others, figure))])


def change(before: ReleasedWave, after: ReleasedWave, figure: FigureName, people: People) -> Effect:
    """What ``people`` say in the later wave above what they said in the earlier one; not paired."""
    why = reworded(before, after, figure, people)
    if why is not None:
        return NotCompared(why)
    return _contrast(figure, [(1, mean_of(after, people, figure)), (-1, mean_of(before, people, figure))])


def difference_in_differences(
    before: ReleasedWave, after: ReleasedWave, figure: FigureName, people: People, others: People
) -> Effect:
    """The change of ``people`` above that of ``others``; not paired."""
    for one in (people, others):
        why = reworded(before, after, figure, one)
        if why is not None:
            return NotCompared(why)
    sides = [(1, after, people), (-1, after, others), (-1, before, people), (1, before, others)]
    return _contrast(figure, [(sign, mean_of(wave, one, figure)) for sign, wave, one in sides])


def reworded(before: ReleasedWave, after: ReleasedWave, figure: FigureName, people: People) -> str | None:
    """Why two waves do not ask the same of the same people, in one sentence; None if they do."""
    around = () if people.within is None else (people.within,)
    for group in (*people.groups, *around):
        row = after.row(group, figure) or before.row(group, figure)
        why = None if row is None else obstacle(before.survey, after.survey, row)
        if why is not None:
            return f"The two waves cannot be compared: {why}."
    return None


def _contrast(figure: FigureName, means: list[tuple[int, Mean | None]]) -> Effect:
    known = [(sign, mean) for sign, mean in means if mean is not None]
    return contrast(figure, known) if len(known) == len(means) else NotCompared(NO_NUMBER)
