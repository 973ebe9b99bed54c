"""``sottovoce migrate``: brings both stores up to this release."""

import typer

from service.settings import read_settings
from service.store.engine import open_engine
from service.store.schema import Store, migrate

migrate_app = typer.Typer(help="Bring both stores up to this release.", invoke_without_command=True)


@migrate_app.callback()
def run() -> None:
    """Apply every missing migration; safe to run again."""
    settings = read_settings()
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    stores: tuple[tuple[Store, str], ...] = (("main", settings.main_url), ("box", settings.box_url))
    for store, url in stores:
        engine = open_engine(url)
        migrate(engine, store)
        engine.dispose()
        typer.echo(f"the {store} store is up to date")
