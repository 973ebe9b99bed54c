"""``sottovoce health``: asks the process on this machine how it is; the image's health check."""

import httpx
import typer

from service.errors import Unavailable
from service.settings import read_settings

health_app = typer.Typer(help="Ask the running service how it is.", invoke_without_command=True)


@health_app.callback()
def check() -> None:
    """Exit code 0 if the service on this machine's port answers that it is well."""
    settings = read_settings()
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - compared, not bound
    address = f"http://{host}:{settings.port}/api/v1/health"
    try:
        answer = httpx.get(address, timeout=4, trust_env=False)
    except httpx.HTTPError:
        raise Unavailable(f"nothing answers at {address}; is the service running?") from None
    if not answer.is_success:
        raise Unavailable(f"{address} answers {answer.status_code}; read the service's log")
    typer.echo("ok")
