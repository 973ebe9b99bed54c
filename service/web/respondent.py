"""The respondent's pages: the same bytes for every wave, so that their hashes can be published."""


def assets_in(language: str) -> dict[str, bytes]:
    """Address -> bytes of the pages and texts in one language; ``{wave}`` stands for any wave."""
    return {}
