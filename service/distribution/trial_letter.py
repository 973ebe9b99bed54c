"""A trial letter: how it reads in a mailbox, and whether the mail server takes letters from us at all."""

import asyncio
from dataclasses import replace

from privacy.errors import Invalid, Problem
from service.accounts import audit
from service.accounts.audit import Actor
from service.distribution.letter_texts import mail_problems
from service.distribution.letter_words import Template
from service.distribution.letters import head_of, message
from service.distribution.own_letters import preview
from service.distribution.smtp import Letter, MailServer, MailServerDown, Outcome
from service.errors import Conflict, Unavailable
from service.http.context import Context
from service.store.unit_of_work import unit_of_work
from service.surveys.roster_file import is_email


def send_trial(
    context: Context,
    by: Actor,
    survey_id: str,
    to: str,
    template: Template | None = None,
    *,
    kind: str,
    language: str,
) -> None:
    """Send a letter with an example's links to one address, at once and once; nothing of it is stored.

    ``template`` is for words that are not stored yet. Raises NotFound; Invalid for words or an address that
    do not hold and where there is no mail server; Conflict if that refuses the address; Unavailable
    if it cannot be reached or does not take the letter now.
    """
    letter = preview(context, survey_id, template, kind=kind, language=language)
    problems = mail_problems(context, (language,))
    if not is_email(to):
        remedy = "write it as name@example.org, in ASCII"
        problems.append(Problem("bad-email", "to", "it is no e-mail address", remedy))
    if problems:
        raise Invalid(problems)
    settings = context.settings
    sender, now = settings.mail_from or "", context.clock().replace(second=0, microsecond=0)
    letter = replace(letter, subject=f"Trial: {letter.subject}")
    head = head_of(letter.subject, language, sender, settings.organisation, now)
    outcome = asyncio.run(_sent(context, Letter(to, message(head, letter, sender, to))))
    if outcome is Outcome.REFUSED:
        raise Conflict(
            "the mail server takes no letter for this address; check it, or ask who runs the server"
        )
    if outcome is not Outcome.SENT:
        raise Unavailable("the mail server did not say that it took the letter; look for it, or try again")
    with unit_of_work(context.main) as tx:
        audit.record(tx, context, by, "send trial letter", survey_id, kind=kind, language=language)


async def _sent(context: Context, letter: Letter) -> Outcome:
    try:
        async with MailServer(context.settings) as server:
            (outcome,) = await server.send([letter])
    except MailServerDown as error:
        raise Unavailable(f"{error}; nothing was sent, check the settings SOTTOVOCE_SMTP_*") from None
    return outcome
