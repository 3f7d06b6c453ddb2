"""Letters: sealed where they are written, sent by a worker, at least once, and then forgotten."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from pytest_django import Settings

from kaspi_office.environment import Mail
from staff import letters
from staff.clock import database_now
from staff.models import Letter

pytestmark = pytest.mark.django_db
TO, TEXT = "m1@alma.example", "Ссылка: http://localhost/invite/s3cret/"


def write() -> Letter:
    with mail.get_connection("staff.letters.SealedBackend") as backend:
        EmailMessage("Приглашение", TEXT, to=[TO], connection=backend).send()
    return Letter.objects.get()


def files(settings: Settings) -> list[Path]:
    return sorted((Path(settings.DATA_DIR) / "mail").glob("*.eml"))


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


class MailServer(socketserver.StreamRequestHandler):
    """Just enough of SMTP; `refuses` answers every recipient with a 5xx."""

    letters: list[bytes]
    refuses = False

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.letters.append(body)
                self.say("250 taken")
            elif word == b"RCPT" and self.refuses:
                self.say("550 nobody of that name: " + line.decode())
            else:
                self.say("221 bye" if word == b"QUIT" else "250 fine")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text.strip()}\r\n".encode())


@pytest.fixture
def server(settings: Settings) -> Iterator[type[MailServer]]:
    handler = type("Handler", (MailServer,), {"letters": [], "refuses": False})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
        settings.MAIL_SERVER = Mail("127.0.0.1", int(listening.server_address[1]), "", "", False, False)
        yield handler
        listening.shutdown()


def test_a_letter_is_not_readable_in_the_database() -> None:
    letter = write()
    assert letter.recipient == TO
    assert b"s3cret" not in bytes(letter.cipher)


def test_a_letter_of_a_transaction_that_failed_does_not_exist() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write()
        raise ZeroDivisionError
    assert not Letter.objects.exists()


def test_without_a_mail_server_a_letter_becomes_a_file_and_is_forgotten(settings: Settings) -> None:
    write()
    assert letters.send_due() == 1
    (file,) = files(settings)
    assert TO.encode() in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    kept = Letter.objects.get()
    assert (bytes(kept.cipher), kept.sent_at is not None) == (b"", True)


def test_a_sent_letter_is_not_sent_again(settings: Settings) -> None:
    write()
    assert [letters.send_due(), letters.send_due()] == [1, 0]
    assert len(files(settings)) == 1


def test_a_mail_server_gets_the_letter(server: type[MailServer]) -> None:
    write()
    letters.send_due()
    (body,) = server.letters
    assert b"Message-ID" in body
    assert body.count(b"\n") == body.count(b"\r\n")
    assert Letter.objects.get().sent_at is not None


def test_a_refused_letter_waits_and_tells_nothing_of_itself(server: type[MailServer]) -> None:
    server.refuses = True
    letter = write()
    letters.send_due()
    letter.refresh_from_db()
    assert (letter.problem, letter.sent_at) == ("SMTPRecipientsRefused", None)
    assert letter.try_at > database_now() + timedelta(seconds=60)
    assert letters.send_due() == 0


def test_a_letter_whose_worker_died_is_sent_again(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    def dies(_letter: object) -> None:
        raise KeyboardInterrupt

    letter = write()
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(letters, "_hand_over", dies)
        letters.send_due()
    letter.refresh_from_db()
    assert (letter.attempts, letter.sent_at) == (1, None)
    Letter.objects.update(try_at=database_now())
    assert letters.send_due() == 1
    assert len(files(settings)) == 1


def test_a_letter_is_given_up_in_the_end_and_its_text_forgotten(server: type[MailServer]) -> None:
    server.refuses = True
    write()
    Letter.objects.update(attempts=letters.MOST_ATTEMPTS)
    letters.send_due()
    assert bytes(Letter.objects.get().cipher) == b""
    Letter.objects.update(try_at=database_now())
    assert letters.send_due() == 0


def test_old_letters_are_removed() -> None:
    write()
    letters.forget_old(database_now() + letters.KEPT + timedelta(days=1))
    assert not Letter.objects.exists()
