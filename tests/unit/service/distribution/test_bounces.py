"""Reports of letters that came back: what is read of them, and what is believed."""

import re
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.distribution.bounce_commands import messages_in
from service.distribution.bounces import LARGEST, Bounce, bounce_in, is_believed, marked_name, unmarked_name
from service.registrar.mail_keys import Codes
from tests.returned_mail import EXCHANGE, SHAPES, made_report, report

MARKS, OTHERS = Codes(b"k" * 32, b"mark"), Codes(b"o" * 32, b"mark")
ADA, ID = "Ada@example.org", "<0123456789abcdef@pulse.example.org>"
FAILED = "Final-Recipient: rfc822; a@inside.example.org\nAction: failed\nStatus: 5.1.1"
PIECES = st.sampled_from(
    [
        *(part + "\n" for shape in SHAPES for part in report(ID, ADA, shape=shape).decode().splitlines()),
        "\n",
        "Content-Type: multipart/report; report-type*=utf-8''delivery-status; boundary=x\n",
        "Content-Type: message/rfc822\n",
        "Content-Transfer-Encoding: base64\n",
        "--x\n",
        "To: \udcff =?utf-8?b?!?= <a\n",
    ]
)


@given(st.binary(max_size=2000) | st.lists(PIECES, max_size=60).map(lambda found: bytes_of("".join(found))))
def test_any_bytes_are_read_or_are_no_report(content: bytes) -> None:
    assert isinstance(bounce_in(content), Bounce | None)
    assert all(messages_in(BytesIO(content)))


@given(st.data())
def test_a_report_that_is_cut_or_changed_anywhere_is_read_or_is_none(data: st.DataObject) -> None:
    content = report(ID, ADA, shape=data.draw(st.sampled_from(SHAPES)))
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    assert isinstance(
        bounce_in(content[:start] + data.draw(st.binary(max_size=20)) + content[end:]), Bounce | None
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("status", ["5.1.1", "5.1.10", "5.0.0", "5.2.1", "5.4.4"])
def test_a_permanent_failure_names_the_letter_and_whom_it_was_written_to(shape: str, status: str) -> None:
    assert bounce_in(report(ID, ADA, shape=shape, status=status)) == Bounce(ID, ADA)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("delayed", "4.4.1"),
        ("failed", "4.4.7"),  # a queue that gave up: the server may have been down
        ("delayed", "5.1.1"),
        ("relayed", "2.0.0"),
        ("delivered", "2.1.5"),
        ("failed", "5.3.4"),
        ("failed", "5.6.0"),
        ("failed", "5.7.1"),  # a filter that does not like the letter would take everybody's away
        ("", ""),
    ],
)
def test_whatever_may_be_delivered_another_time_is_no_permanent_failure(
    shape: str, action: str, status: str
) -> None:
    assert bounce_in(report(ID, ADA, shape=shape, action=action, status=status)) is None


def test_reports_that_the_standard_library_writes_are_read() -> None:
    assert bounce_in(made_report(letter(), FAILED)) == Bounce(ID, ADA)
    assert bounce_in(made_report(letter(), FAILED, FAILED)) == Bounce(ID, ADA)
    # Behind an alias somebody still got it.
    assert bounce_in(made_report(letter(), FAILED, "Action: relayed\nStatus: 2.0.0")) is None
    assert bounce_in(made_report(letter())) is None
    assert bounce_in(letter().as_bytes()) is None
    assert bounce_in(made_report(letter(", b@example.org"), FAILED)) is None


def test_what_is_no_report_of_a_failure_or_is_huge_is_none() -> None:
    for old, new in (
        ("multipart/report", "multipart/mixed"),
        ("delivery-status;", "disposition-notification;"),
        ("Content-Type: message/rfc822", "Content-Type: text/plain"),
        ("To: Ada", "X-To: Ada"),
        ("Message-ID: <0", "X-Message-ID: <0"),
    ):
        content = report(ID, ADA).decode()
        assert old in content
        assert bounce_in(content.replace(old, new).encode()) is None
    assert bounce_in(report(ID, ADA) + b"x" * LARGEST) is None
    head = b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n"
    assert bounce_in(head + b"Content-Type: message/rfc822\n\n" * 8000) is None  # deeper than any stack


def test_only_a_report_whose_mark_fits_its_address_is_believed() -> None:
    name = marked_name(MARKS, ADA)
    bounce = Bounce(f"<{name}@example.org>", "ada@EXAMPLE.org")
    assert is_believed(MARKS, bounce)
    assert not is_believed(OTHERS, bounce)
    assert not is_believed(MARKS, replace(bounce, address="bob@example.org"))
    assert not is_believed(MARKS, replace(bounce, message_id=f"<{unmarked_name()}@example.org>"))
    swapped = ("0" if name[0] != "0" else "1") + name[1:]
    assert not is_believed(MARKS, replace(bounce, message_id=f"<{swapped}@example.org>"))
    for message_id in ("", ID, name, f"<{name}>", f"<x{name}@example.org>", f"<{name}@é.org>é"):
        assert not is_believed(MARKS, replace(bounce, message_id=message_id))


def test_every_name_looks_alike_and_none_comes_twice() -> None:
    names = [marked_name(MARKS, ADA) for _ in range(50)] + [unmarked_name() for _ in range(50)]
    assert len(set(names)) == 100
    # 16 bytes in base64url end in one of four symbols.
    assert all(re.fullmatch(r"[0-9a-f]{16}[A-Za-z0-9_-]{21}[AQgw]", name) for name in names)


def test_a_mailbox_is_taken_apart_and_a_single_message_is_not() -> None:
    first, second = report(ID, ADA), report(ID, "bob@example.org", shape=EXCHANGE)
    begins = b"From MAILER-DAEMON  Mon Mar  2 09:00:01 2026\n"
    quoted = begins + first + b"\n" + begins + b"Subject: x\n\nFrom here on.\n\nFrom Ada, in 2026\n\n"
    found = list(messages_in(BytesIO(quoted + begins + second)))
    assert [bounce_in(one) for one in found] == [Bounce(ID, ADA), None, Bounce(ID, "bob@example.org")]
    assert list(messages_in(BytesIO(first + b"\n\n" + begins + second))) == [
        first + b"\n\n" + begins + second
    ]
    assert list(messages_in(BytesIO(b""))) == []


def test_of_a_huge_message_no_more_is_kept_than_says_so() -> None:
    begins = b"From a@example.org Mon Mar  2 09:00:01 2026\n"
    content = begins + b"x" * (9 * LARGEST) + b"\n\n" + begins + report(ID, ADA)
    huge, small = messages_in(BytesIO(content))
    assert LARGEST < len(huge) < 2 * LARGEST
    assert bounce_in(small) == Bounce(ID, ADA)


def letter(more: str = "") -> EmailMessage:
    made = EmailMessage()
    made["To"], made["Message-ID"] = ADA + more, ID
    made.set_content("Please answer.")
    return made


def bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
