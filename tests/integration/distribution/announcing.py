"""A process that announces waves once; a test kills it. ``MAIN BOX DATA CHAT NOW``."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from service.distribution.announcer import Announcer
from service.http.context import Context
from service.settings import Settings
from service.store.engine import open_engine

if __name__ == "__main__":
    main, box, folder, chat, now = sys.argv[1:]
    settings = Settings(
        data=Path(folder),
        database=main,
        box_database=box,
        slack_webhook=SecretStr(f"{chat}/slack"),
        teams_webhook=SecretStr(f"{chat}/teams"),
    )
    moment = datetime.fromisoformat(now)
    context = Context(settings, lambda: moment, open_engine(main), open_engine(box))
    asyncio.run(Announcer(context).tick())
