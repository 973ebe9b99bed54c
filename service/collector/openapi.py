"""The OpenAPI description of taking responses, by hand: plain ASGI describes nothing itself."""

from typing import Any

from service.http.problem import responses

_HEX = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

# For ``paths``; its schemas are complete but for ProblemModel, which every application of this service has.
RESPONSES_OPENAPI: dict[str, Any] = {
    "/api/v1/waves/{wave}/responses": {
        "post": {
            "tags": ["respondents"],
            "operationId": "submit_response",
            "summary": "Hand in a sealed response, or replace one's own by a later one",
            "description": (
                "The envelope is sealed, and nothing about the request is kept. The answer comes after the "
                "response is durable. Sending the same envelope again is a success with an equally valid "
                "receipt, after the close too for as long as it is kept; a higher sequence replaces what is "
                "stored. Whatever is wrong with an envelope, the refusal is one and the same 422, and after "
                "the close one and the same 409. After a 503 the same envelope can be sent again."
            ),
            "parameters": [
                {
                    "name": "wave",
                    "in": "path",
                    "required": True,
                    "description": "The wave: SHA-256 of its manifest, 64 hex digits.",
                    "schema": _HEX,
                }
            ],
            "requestBody": {
                "required": True,
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            },
            "responses": {
                "201": {
                    "description": "Stored; the receipt",
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "title": "ReceiptModel",
                                "required": ["leaf", "signature"],
                                "properties": {
                                    "leaf": {**_HEX, "description": "SHA-256 of 0x00 and the envelope."},
                                    "signature": {
                                        "type": "string",
                                        "pattern": "^[A-Za-z0-9_-]{86}$",
                                        "description": (
                                            "By the receipt key: ECDSA P-256 SHA-256, raw r|s in base64url, "
                                            'over "sottovoce/1/receipt", the wave and the leaf.'
                                        ),
                                    },
                                },
                            }
                        }
                    },
                },
                **{str(status): value for status, value in responses(404, 409, 422, 503).items()},
            },
        }
    }
}
