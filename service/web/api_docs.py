"""The API's description as a page, from the same OpenAPI document that programs read."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.web.render import page

METHODS = ("get", "post", "put", "patch", "delete")


def operations(described: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Tag -> its operations, each with method, path, summary, description, parameters and answers."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, item in sorted(described["paths"].items()):
        for method in METHODS:
            if method not in item:
                continue
            operation = item[method]
            tag = (operation.get("tags") or ["other"])[0]
            found.setdefault(tag, []).append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation.get("summary", ""),
                    "description": operation.get("description", ""),
                    "parameters": [
                        {
                            "name": parameter["name"],
                            "place": parameter["in"],
                            "required": parameter.get("required", False),
                            "description": parameter.get("description", ""),
                        }
                        for parameter in operation.get("parameters", [])
                    ],
                    "answers": sorted(operation["responses"]),
                    "open": not operation.get("security"),
                }
            )
    return dict(sorted(found.items()))


def router() -> APIRouter:
    """/api-docs, for anybody."""
    routes = APIRouter()

    @routes.get("/api-docs")
    def get_docs(request: Request) -> Response:
        described = request.app.state.describe()
        return page(request, "api_docs.html", operations=operations(described), info=described["info"])

    return routes
