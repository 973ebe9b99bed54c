"""Reports of mail servers about letters that cannot be delivered, as several of them write these."""

from email.message import EmailMessage, MIMEPart
from email.policy import SMTP

POSTFIX = """\
Return-Path: <>
Date: Mon,  2 Mar 2026 09:00:01 +0000 (UTC)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: pulse@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4XyZ.1772442001/mx.example.org"
Message-Id: <20260302090001.4XyZ@mx.example.org>

This is a MIME-encapsulated message.

--4XyZ.1772442001/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

The message could not be delivered to one or more recipients.

--4XyZ.1772442001/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Mon,  2 Mar 2026 09:00:00 +0000 (UTC)

Final-Recipient: rfc822; ada.l@inside.example.org
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; inside.example.org
Diagnostic-Code: smtp; 550 {status} <ada.l@inside.example.org>: unknown user

--4XyZ.1772442001/mx.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822

Received: from localhost (localhost [127.0.0.1]) by mx.example.org
To: {address}
Message-ID: {message_id}
From: pulse@example.org
Content-Type: text/plain

Please answer.

--4XyZ.1772442001/mx.example.org--
"""

# With the headers alone, folded, a name before the address, and a report-type in quotes.
EXCHANGE = """\
From: Microsoft Outlook <postmaster@example.org>
To: <pulse@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; boundary="_000_";
\treport-type="delivery-status"

--_000_
Content-Type: multipart/alternative; boundary="_001_"

--_001_
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Zustellung nicht m=C3=B6glich

--_001_--

--_000_
content-type: message/delivery-status

Reporting-MTA: dns;server.example.org

Final-recipient: RFC822;{address}
Action: {action}
Status: {status} (recipient not found)
X-Display-Name: Ada

--_000_
Content-Type: text/rfc822-headers

Received: from mx.example.org (192.0.2.1)
 by server.example.org
TO:
 "Lovelace, Ada"
 <{address}>
message-id:
 {message_id}
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=

--_000_--
"""
SHAPES = (POSTFIX, EXCHANGE)


def report(
    message_id: str, address: str, *, shape: str = POSTFIX, action: str = "failed", status: str = "5.1.1"
) -> bytes:
    """What a mail server sends back of a letter to ``address``."""
    filled = shape.format(message_id=message_id, address=address, action=action, status=status)
    return filled.replace("\n", "\r\n").encode()


def made_report(letter: EmailMessage, *blocks: str) -> bytes:
    """A report on a whole letter that the standard library writes; a block of fields for each recipient."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "daemon@mx.example.org", "pulse@example.org", "Returned"
    made.set_content("It could not be delivered.")
    made.make_mixed()
    status = MIMEPart(policy=SMTP)
    status["Content-Type"] = "message/delivery-status"
    fields = [EmailMessage(policy=SMTP) for _ in (None, *blocks)]
    for one, text in zip(fields, ("Reporting-MTA: dns; mx.example.org", *blocks), strict=True):
        for line in text.splitlines():
            name, _, value = line.partition(": ")
            one[name] = value
    status.set_payload(fields)
    original = MIMEPart(policy=SMTP)
    original["Content-Type"] = "message/rfc822"
    original.set_payload([letter])
    made.attach(status)
    made.attach(original)
    made.replace_header("Content-Type", 'multipart/report; report-type="delivery-status"')
    return made.as_bytes()
