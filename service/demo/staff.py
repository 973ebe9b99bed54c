"""The owner's side of the demonstration: the REST API, as any program would use it."""

from datetime import datetime
from typing import Any

import httpx

from privacy.contract import minute
from privacy.errors import SottovoceError
from privacy.survey import Survey
from service.demo.people import Person


class DemoRefused(SottovoceError):  # noqa: N818 - a sentence, like the tree it belongs to
    """The service refused a step of the demonstration."""


class Owner:
    """A survey owner with an API key."""

    def __init__(self, address: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            transport=transport,
            base_url=f"{address}/api/v1",
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def create_survey(self, source: str) -> str:
        """Send a definition; returns the survey's id."""
        return str(self.call("POST", "/surveys", {"definition": source})["id"])

    def put_roster(self, survey_id: str, survey: Survey, roster: list[Person]) -> None:
        """Send the roster."""
        people = [{"person": person.name, "attributes": person.attributes(survey)} for person in roster]
        self.call("PUT", f"/surveys/{survey_id}/roster", {"people": people})

    def open_wave(self, survey_id: str, opens_at: datetime, closes_at: datetime) -> str:
        """Draft a wave and open it; returns its 64 hex digits."""
        body = {"opens_at": minute(opens_at), "closes_at": minute(closes_at), "allow_empty": True}
        draft = self.call("POST", f"/surveys/{survey_id}/waves", body)["id"]
        return str(self.call("POST", f"/waves/{draft}/open")["wave"])

    def invite(self, wave: str) -> dict[str, str]:
        """Every person's link; the service gives them once."""
        rows = self.call("POST", f"/waves/{wave}/invitations")["items"]
        return {row["person"]: row["link"] for row in rows}

    def close_wave(self, wave: str) -> None:
        """Close it by hand, before its time."""
        self.call("POST", f"/waves/{wave}/close")

    def wave(self, wave: str) -> dict[str, Any]:
        """What the service says about a wave."""
        return self.call("GET", f"/waves/{wave}")

    def release(self, wave: str) -> bytes:
        """The signed release, its exact bytes."""
        answer = self._http.get(f"/waves/{wave}/release")
        return self._checked(answer).content

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Send one request; its JSON body. Raises DemoRefused with what the service says is wrong."""
        value = self._checked(self._http.request(method, path, json=body)).json()
        assert isinstance(value, dict)  # noqa: S101 - every body of this API is an object
        return value

    @staticmethod
    def _checked(answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        problem = answer.json()
        faults = "; ".join(f"{fault['place']}: {fault['message']}" for fault in problem.get("problems", []))
        raise DemoRefused(f"{answer.request.url.path}: {problem['detail']} {faults}".strip())
