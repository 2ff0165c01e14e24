"""Sending a letter by mail; done in jobs, never in a request."""

import smtplib
import ssl
from email.header import Header
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from app.config import Settings
from app.db import now
from app.notices.letters import Letter, write

_SECONDS = 30
_NEVER = 500
"""From this reply on, the server would not take the same letter later either."""


class MailRefused(Exception):
    """The mail server takes this letter neither now nor later."""


class Reader(Protocol):
    """Whoever is written to."""

    @property
    def email(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102


def write_to(settings: Settings, reader: Reader, template: str, path: str | None, **values: object) -> bool:
    """Write a template's letter to one person, in his language, and send it; as `post`.

    The template knows him as `reader`, and the page at `path` as `address`, which is empty for None: a letter
    leads only where its reader may go.
    """
    address = "" if path is None else f"{settings.base_url}{path}"
    letter = write(template, reader.language, reader=reader.name, address=address, **values)
    return post(settings, reader.email, letter)


def post(settings: Settings, to: str, letter: Letter) -> bool:
    """Send a letter, and return whether the deployment sends mail at all.

    Raises `OSError` when the server cannot be reached or wants it later, `MailRefused` otherwise.
    """
    if not settings.mail_url:
        return False
    server = urlsplit(settings.mail_url)
    try:
        with _connected(server) as smtp:
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(_message(settings, to, letter))
    except smtplib.SMTPRecipientsRefused as error:
        _pass_on(min(code for code, _ in error.recipients.values()), error)
    except smtplib.SMTPResponseException as error:
        _pass_on(error.smtp_code, error)
    return True


def _connected(server: SplitResult) -> smtplib.SMTP:
    """Connect, encrypted from the start or as soon as the server offers it."""
    host = server.hostname or ""
    context = ssl.create_default_context()
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, server.port or 465, timeout=_SECONDS, context=context)
    smtp = smtplib.SMTP(host, server.port or 25, timeout=_SECONDS)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=context)
        smtp.ehlo()
    return smtp


def _message(settings: Settings, to: str, letter: Letter) -> MIMEText:
    """Put a letter together; `EmailMessage` would lose the blank where it folds a subject with accents."""
    sender = settings.mail_from or f"kyduyet@{urlsplit(settings.base_url).hostname}"
    message = MIMEText(letter.body, "plain", "utf-8")
    message["From"] = formataddr(parseaddr(sender))
    message["To"] = formataddr(("", to))
    message["Subject"] = Header(letter.subject, "utf-8")  # type: ignore[assignment]
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip(">"))
    message["Auto-Submitted"] = "auto-generated"
    return message


def _pass_on(code: int, error: smtplib.SMTPException) -> None:
    if code >= _NEVER:
        raise MailRefused(str(code)) from error
    raise error
