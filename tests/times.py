"""When a wave of a test runs that goes through real processes, which read the machine's clock."""

from datetime import UTC, datetime, timedelta

from privacy.contract import minute


def a_month_from_now() -> dict[str, str]:
    """``opens_at`` this minute and ``closes_at`` in 30 days, as the API takes them."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return {"opens_at": minute(now), "closes_at": minute(now + timedelta(days=30))}
