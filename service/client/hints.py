"""Whether a message seems to say who somebody is: patterns alone, on the writer's own machine.

The browser has more of them (hints.js). They miss much, and the commands say so.
"""

import re

_KINDS = (
    ("an e-mail address", r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("a handle", r"(?<![\w.%+-])@[^\W\d][\w.-]+"),
    (
        "a personal number",
        r"(?i:employee|staff|personnel|badge|payroll|personal-?nr|personalnummer|matricule|empleado)\W{0,3}"
        r"(?:(?i:number|no|nr|id)\W{0,3})?\d{2,}|(?<!\w)[A-Z]{1,3}-?\d{4,}(?!\d)",
    ),
    ("a telephone number", r"(?<!\d)(?:\+|00)?\(?\d(?:[ ./()-]{0,2}\d){6,14}(?!\d)"),
    ("a name", r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Madame|Mme|Señora?)\.? [^\W\d_a-z][\w'’-]+"),
)


def hints_for(text: str) -> list[tuple[str, str]]:
    """What seems to identify somebody, and the part of the text that does; at most one of each kind."""
    found = ((kind, re.search(pattern, text)) for kind, pattern in _KINDS)
    return [(kind, match[0]) for kind, match in found if match is not None]
