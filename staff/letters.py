"""E-mail on its way out. The web seals a letter into the database, in the transaction of what it tells of; a worker sends it.

At least once: a worker that dies between the mail server's answer and our note of it sends the letter again, under the same
Message-ID. Without a mail server letters become files in DATA_DIR/mail, for whoever runs the product on his own machine.
"""

import logging
import os
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection

from staff.clock import database_now
from staff.models import Letter
from staff.sealing import CannotOpen, open_for_workers, seal_for_workers

log = logging.getLogger(__name__)

AT_ONCE: Final = 20
# A letter whose worker died is tried again after this.
LEASE: Final = timedelta(minutes=2)
LONGEST_PAUSE: Final = timedelta(hours=2)
# About a day of trying; then the letter is given up and its text forgotten.
MOST_ATTEMPTS: Final = 20
KEPT: Final = timedelta(days=30)
SECONDS: Final = 20


class Due(NamedTuple):
    id: int
    recipient: str
    cipher: memoryview
    attempts: int


class SealedBackend(BaseEmailBackend):
    """Django's way to send: one sealed letter for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            # Lines end as mail servers want it; as Latin-1, which gives back every byte as it was.
            raw = message.message().as_bytes().replace(b"\n", b"\r\n").decode("latin-1")
            for recipient in message.recipients():
                _put(recipient, raw)
        return len(email_messages)


def send_due() -> int:
    """Hand over the letters that are due; answers how many were tried. What fails waits longer each time."""
    due = _claim(database_now())
    for letter in due:
        try:
            _hand_over(letter)
        except (OSError, smtplib.SMTPException, CannotOpen) as problem:
            _postpone(letter, problem)
        else:
            Letter.objects.filter(pk=letter.id).update(sent_at=database_now(), cipher=b"", problem="")
    return len(due)


def forget_old(now: datetime) -> None:
    """Remove letters that were sent or given up a month ago: to whom and when is personal data too."""
    Letter.objects.filter(created_at__lt=now - KEPT).delete()


def _put(recipient: str, raw: str) -> None:
    now = database_now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('staff_letter', 'id'))")
        number = cursor.fetchone()[0]
    cipher = seal_for_workers(raw, table="staff_letter", column="cipher", company=0, owner=number)
    Letter.objects.create(id=number, recipient=recipient, cipher=cipher, created_at=now, try_at=now)


def _claim(now: datetime) -> list[Due]:
    """Committed before anything is sent: two workers never hold the same letter at one time."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [now + LEASE, now, AT_ONCE])
        return [Due(*row) for row in cursor.fetchall()]


def _hand_over(letter: Due) -> None:
    opened = open_for_workers(bytes(letter.cipher), table="staff_letter", column="cipher", company=0, owner=letter.id)
    raw = opened.encode("latin-1")
    if settings.MAIL_SERVER is None:
        _write(letter.id, raw)
        return
    backend = EmailBackend(timeout=SECONDS, **settings.MAIL_SERVER._asdict())
    try:
        backend.open()
        assert backend.connection is not None
        backend.connection.sendmail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], [letter.recipient], raw)
    finally:
        backend.close()


def _write(number: int, raw: bytes) -> None:
    """A whole file or none, for its owner's eyes only."""
    folder = Path(settings.DATA_DIR) / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = folder / f".{number}.eml"
    half.touch(mode=0o600)
    half.write_bytes(raw)
    os.replace(half, folder / f"{number}.eml")


def _postpone(letter: Due, problem: Exception) -> None:
    """The words of a mail server may repeat the letter, so only the kind of the trouble is kept."""
    log.warning("letter %s not sent, attempt %s: %s", letter.id, letter.attempts, type(problem).__name__)
    waits = min(timedelta(minutes=1) * (1 << min(letter.attempts, 10)), LONGEST_PAUSE)
    values = {"problem": type(problem).__name__, "try_at": database_now() + waits}
    given_up = {"cipher": b""} if letter.attempts >= MOST_ATTEMPTS else {}
    Letter.objects.filter(pk=letter.id).update(**values, **given_up)


CLAIM: Final = """
UPDATE staff_letter SET try_at = %s, attempts = attempts + 1
WHERE id IN (
  SELECT id FROM staff_letter WHERE sent_at IS NULL AND octet_length(cipher) > 0 AND try_at <= %s
  ORDER BY try_at, id LIMIT %s FOR UPDATE SKIP LOCKED
)
RETURNING id, recipient, cipher, attempts
"""
