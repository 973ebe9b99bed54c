"""The evaluations of programs over HTTP: one whole, or several by one measure."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import TypeAdapter

from privacy.errors import Invalid, Problem
from service.accounts.auth import READERS, require
from service.http.body import CSV, JSON
from service.http.context import Context, context_of
from service.http.negotiate import CSV_TYPE, CsvDependency
from service.http.problem import responses
from service.programs.evaluated import SideBySide, beside_each_other, evaluation_of
from service.programs.evaluation_csv import comparisons_csv
from service.programs.evaluation_value import Evaluation, Measure, MeasureKind
from service.store.unit_of_work import reading

_MOST_PROGRAMS = 20
_EVALUATION = TypeAdapter(Evaluation)
_SIDE_BY_SIDE = TypeAdapter(SideBySide)
_NAMED = ("item", "theme")
ContextDependency = Annotated[Context, Depends(context_of)]
Language = Annotated[str | None, Query(description="Of the texts; a language of the survey.")]


def router() -> APIRouter:
    """/api/v1/programs/{program}/evaluation and /api/v1/evaluations."""
    routes = APIRouter(prefix="/api/v1", tags=["programs"], dependencies=[Depends(require(*READERS))])

    @routes.get(
        "/programs/{program}/evaluation",
        operation_id="get_evaluation",
        summary="Read what a program's waves say about it",
        response_model=Evaluation,
        responses={
            200: {"content": {CSV: {"schema": {"type": "string"}}}},
            **responses(401, 403, 404, 422, 503),
        },
    )
    def get_evaluation(
        program: str, context: ContextDependency, as_csv: CsvDependency, language: Language = None
    ) -> Response:
        """From its released waves alone: comparisons, objectives, what lasts, who is missing, caveats.

        It costs no privacy loss. As CSV it is the comparisons, one a line.
        """
        with reading(context.main) as tx:
            found = evaluation_of(tx, program, language)
        if as_csv:
            return Response(comparisons_csv(found), media_type=CSV_TYPE)
        return Response(_EVALUATION.dump_json(found), media_type=JSON)

    @routes.get(
        "/evaluations",
        operation_id="compare_programs",
        summary="Read several programs side by side",
        response_model=SideBySide,
        responses=responses(401, 403, 404, 422, 503),
    )
    def compare_programs(
        context: ContextDependency,
        program: Annotated[
            list[str],
            Query(min_length=1, max_length=_MOST_PROGRAMS, description="Ids, repeated for each program."),
        ],
        measure: Annotated[MeasureKind, Query(description="By which measure.")] = "index",
        ref: Annotated[str | None, Query(description="Of an item or a theme, its id.")] = None,
        language: Language = None,
    ) -> Response:
        """Each by its best comparison of one measure, with verdicts that allow for their number."""
        if (measure in _NAMED) != (ref is not None) or measure == "outside":
            message, remedy = (
                "no measure that programs share",
                "give ref for an item or a theme, and only then",
            )
            raise Invalid([Problem("measure-ref", "ref", message, remedy)])
        if len(set(program)) != len(program):
            raise Invalid([Problem("program-twice", "program", "a program is named twice", "name each once")])
        with reading(context.main) as tx:
            found = beside_each_other(tx, program, Measure(measure, ref), language)
        return Response(_SIDE_BY_SIDE.dump_json(found), media_type=JSON)

    return routes
