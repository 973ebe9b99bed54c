"""Waves of a simulated organisation through the real plan, count, protect and release; no HTTP."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from evaluation_data import Organisation, Scenario, attributes, questions
from numpy.typing import NDArray

from privacy import signatures
from privacy.answers import TAG_SIZE, layout_for
from privacy.contract import Manifest, Measure
from privacy.count import count
from privacy.paired_rows import protect_pairs
from privacy.pairing import make_pairing, pairs_of
from privacy.plan import design_of
from privacy.planner import Audience, Plan, Wishes, make_plan
from privacy.release import BoardFacts, build_release, protect
from privacy.released_wave import ReleasedWave
from privacy.survey import Survey

K, COMMENT_K = 5, 10
INDEX = Measure(None, None)


def survey_of(scenario: Scenario) -> Survey:
    """The survey that the organisation is asked."""
    asked = questions(scenario.items, scenario.themes)
    return Survey("program", "1", {"en": "Program"}, ("en",), asked, attributes(scenario.units))


def audience_of(scenario: Scenario) -> Audience:
    """The roster, with the share who usually answer."""
    people = [
        {"takes-part": "yes" if one < scenario.participants else "no"}
        | ({"unit": f"u{one % scenario.units}"} if scenario.units else {})
        for one in range(scenario.people)
    ]
    return Audience(tuple(people), scenario.rate)


def wishes_of(scenario: Scenario, epsilon: float | None = None) -> Wishes:
    """The tables: the whole, who takes part, and the units if there are any."""
    tables = [(), ("takes-part",)] + ([("unit",)] if scenario.units else [])
    return Wishes(tuple(tables), scenario.epsilon if epsilon is None else epsilon, K, COMMENT_K)


class Waves:
    """Makes the releases of a scenario; the plan is made once, from the roster alone.

    ``epsilon`` is another one than the scenario's; ``pairing`` what each of two waves is charged for it.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        epsilon: float | None = None,
        pairing: float | None = None,
        measures: tuple[Measure, ...] = (INDEX,),
    ) -> None:
        self.scenario = scenario
        self.plan: Plan = make_plan(survey_of(scenario), audience_of(scenario), wishes_of(scenario, epsilon))
        asked = questions(scenario.items, scenario.themes)
        self.design = design_of(asked, self.plan.attributes, self.plan.policy)
        self._layout = layout_for(asked, self.plan.attributes)
        point = signatures.point_of(signatures.new_key())
        opens = datetime(2026, 1, 1, tzinfo=UTC)
        first = Manifest(
            survey_id="program",
            survey_version="1",
            title={"en": "Program"},
            opens_at=opens,
            closes_at=opens + timedelta(days=7),
            invited=scenario.people,
            retention_days=90,
            questions=asked,
            attributes=self.plan.attributes,
            policy=self.plan.policy,
            hpke_public_key=point,
            issuer_public_key=b"",
            receipt_public_key=point,
            release_public_key=point,
        )
        self.manifests = [first]
        for number in range(1, len(scenario.lasting)):
            later = opens + timedelta(days=91 * number)
            self.manifests.append(replace(first, opens_at=later, closes_at=later + timedelta(days=7)))
        if pairing is not None:
            given = {
                "pairing_id": bytes(16),
                "measures": measures,
                "by": "takes-part",
                "epsilon": pairing,
            }
            people = asked, self.plan.attributes, self.plan.policy
            carried = make_pairing(*people, carried_until=opens + timedelta(days=365), **given)
            self.manifests[0] = replace(first, pairing=carried)
            taken = make_pairing(*people, earlier=self.manifests[0].wave, **given)
            self.manifests[1] = replace(self.manifests[1], pairing=taken)

    def of(self, organisation: Organisation) -> list[ReleasedWave]:
        """The releases of one repetition, in the order of time."""
        released, records = [], []
        for number, manifest in enumerate(self.manifests):
            there, answers = organisation.wave(number)
            rows = self._rows(organisation, there, answers)
            pairs = None
            if manifest.pairing is not None:
                records.append(self._records(organisation, there, answers, manifest))
                if manifest.pairing.earlier is not None:
                    pairs = protect_pairs(
                        manifest, pairs_of(self.manifests[0], records[0], manifest, records[1])
                    )
            draw = protect(self.design, count(self.design, rows), 0, {}, manifest.policy, pairs=pairs)
            facts = BoardFacts(bytes(32), len(rows), len(rows), manifest.invited)
            released.append(ReleasedWave(manifest, build_release(manifest, facts, draw)))
        return released

    def _rows(
        self, organisation: Organisation, there: NDArray[np.intp], answers: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        rows = np.ones((len(there), self._layout.fixed_size), dtype=np.uint8)
        for place, field in enumerate(self._layout.questions):
            rows[:, field.offset] = answers[:, place]
        stated = [np.where(organisation.takes_part[there], 1, 2), organisation.unit[there] + 1]
        for field, level in zip(self._layout.attributes, stated, strict=False):
            rows[:, field.offset] = level
        return rows

    def _records(
        self,
        organisation: Organisation,
        there: NDArray[np.intp],
        answers: NDArray[np.uint8],
        manifest: Manifest,
    ) -> NDArray[np.uint8]:
        """What pairing.records_of makes of the responses: tag, measured answers, cell of the group."""
        tags = np.zeros((len(there), TAG_SIZE), dtype=np.uint8)
        number = np.where(organisation.uses_code[there], organisation.tags[there], 0)
        tags[:, :4] = number.astype(">u4").view(np.uint8).reshape(-1, 4)
        named = {
            item.id
            for measure in manifest.pairing.measures
            for item in manifest.questions
            if measure in (INDEX, Measure(item.id, None), Measure(None, item.theme))
        }
        chosen = [place for place, one in enumerate(manifest.questions) if one.id in named]
        cell = np.where(organisation.takes_part[there], 0, 1).astype(np.uint8)
        return np.column_stack([tags, answers[:, chosen], cell])
