"""The letters of a wave: its survey's own words, or the usual ones, filled in for each person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from privacy.errors import Problem
from service.distribution.letter_words import INVITATION, REMINDER, WORDS, Template
from service.distribution.letters import Facts, Sheet, head_of, language_of, message, sheet_of
from service.http.context import Context
from service.store import mail_texts, schedules
from service.store.mail_rounds import Addressee
from service.store.tables_main import WaveRow
from service.store.tables_schedules import MailRoundRow
from service.surveys.definition_file import load


@dataclass(frozen=True, slots=True)
class Desk:
    """What a wave's letters are written from; ``own`` are the survey's words by (kind, language)."""

    facts: Facts
    own: Mapping[tuple[str, str], Template]
    base: str  # what links begin with
    wave: bytes
    sender: str
    sheets: dict[tuple[int, str], tuple[Sheet, bytes]] = field(default_factory=dict)

    def letter(
        self, one: Addressee, code: str, quiet_code: str, row: MailRoundRow, name: str | None
    ) -> bytes:
        """Somebody's letter of a round under a ``name``, as it is handed to the mail server."""
        language = language_of(one.language, self.facts.languages) or "en"
        sheet, head = self._sheet(row, language)
        found = sheet.written(f"{self.base}/w/{self.wave.hex()}#{code}", f"{self.base}/quiet#{quiet_code}")
        return message(head, found, self.sender, one.email, name)

    def _sheet(self, row: MailRoundRow, language: str) -> tuple[Sheet, bytes]:
        """What a round's letters in a language have in common, and the head of their messages."""
        place = row.number, language
        if place not in self.sheets:
            kind = REMINDER if row.number else INVITATION
            sheet = sheet_of(self.template(kind, language), self.facts, language)
            organisation, dated = self.facts.organisation, datetime.fromisoformat(row.due_at)
            self.sheets[place] = sheet, head_of(sheet.subject, language, self.sender, organisation, dated)
        return self.sheets[place]

    def template(self, kind: str, language: str) -> Template:
        """The words of a kind of letter in a language of the survey."""
        return self.own.get((kind, language)) or WORDS[language.partition("-")[0]].of(kind)


def desk_of(tx: Session, context: Context, wave: WaveRow) -> Desk:
    """The desk of a wave that has a definition; one that is not open yet has links of nothing."""
    survey, _ = load(wave.source)
    schedule = schedules.find(tx, wave.survey_id)
    facts = Facts(
        title=survey.title,
        languages=survey.languages,
        closes_at=datetime.fromisoformat(wave.closes_at),
        zone=schedule.value["zone"] if schedule is not None else "UTC",
        minutes=wave.minutes,
        organisation=context.settings.organisation,
    )
    own = {
        (row.kind, row.language): Template(row.subject, row.text)
        for row in mail_texts.texts_of(tx, wave.survey_id)
    }
    settings = context.settings
    return Desk(facts, own, settings.link_base, wave.wave or bytes(32), settings.mail_from or "")


def mail_problems(context: Context, languages: tuple[str, ...]) -> list[Problem]:
    """Why no letter could be sent for a survey in these languages, before anything opens."""
    problems = []
    if context.settings.smtp_host is None:
        message = "this service has no mail server"
        remedy = "set SOTTOVOCE_SMTP_HOST and SOTTOVOCE_MAIL_FROM, or give the links out yourself"
        problems.append(Problem("no-mail-server", "mail", message, remedy))
    if language_of(None, languages) is None:
        message = f"letters are worded in {', '.join(WORDS)}, and the survey is in none of these languages"
        remedy = "add one of them to the survey, or give the links out yourself"
        problems.append(Problem("letter-language", "mail", message, remedy))
    return problems
