"""The evidence report of a program over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import TypeAdapter

from service.accounts.auth import READERS, require
from service.http.body import CSV, JSON
from service.http.context import Context, context_of
from service.http.negotiate import CSV_TYPE, CsvDependency
from service.http.problem import responses
from service.programs.evidence import Evidence
from service.programs.evidence_csv import evidence_csv
from service.programs.evidence_reading import read_evidence
from service.store.unit_of_work import reading

_EVIDENCE = TypeAdapter(Evidence)


def router() -> APIRouter:
    """GET /api/v1/programs/{program}/report."""
    routes = APIRouter(prefix="/api/v1/programs", tags=["programs"])

    @routes.get(
        "/{program}/report",
        dependencies=[Depends(require(*READERS))],
        operation_id="get_report",
        summary="Read the evidence report of a program",
        response_model=Evidence,
        responses={
            200: {"content": {CSV: {"schema": {"type": "string"}}}},
            **responses(401, 403, 404, 422, 503),
        },
    )
    def get_report(
        program: str,
        context: Annotated[Context, Depends(context_of)],
        as_csv: CsvDependency,
        language: Annotated[str | None, Query(description="Of the texts; a language of the survey.")] = None,
    ) -> Response:
        """What the page and the PDF say, from the same value. What is withheld is null, in CSV empty."""
        with reading(context.main) as tx:
            found = read_evidence(tx, program, language)
        if as_csv:
            return Response(evidence_csv(found), media_type=CSV_TYPE)
        return Response(_EVIDENCE.dump_json(found), media_type=JSON)

    return routes
