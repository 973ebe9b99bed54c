"""A process that sends what is due, once: ``MAIN BOX DATA PORT NOW``, for a test that kills it."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from service.distribution.post import Post
from service.http.context import Context
from service.settings import Settings
from service.store.engine import open_engine
from service.surveys.telling import mail_keys


def main(main_url: str, box_url: str, data: str, port: str, now: str) -> None:
    settings = Settings(
        data=Path(data),
        database=main_url,
        box_database=box_url,
        public_url="https://pulse.example.org",
        smtp_host="127.0.0.1",
        smtp_port=int(port),
        smtp_security="none",
        mail_from="pulse@example.org",
    )
    moment = datetime.fromisoformat(now)
    context = Context(settings, lambda: moment, open_engine(main_url), open_engine(box_url))
    asyncio.run(Post(context, mail_keys(context)).tick())


if __name__ == "__main__":
    main(*sys.argv[1:])
