"""A Word document as PDF, where LibreOffice is on this machine; without it papers are given as .docx alone."""

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import Final

PATIENCE: Final = 60.0
LARGEST_FILE: Final = 10_000_000
PROGRAMS: Final = ("soffice", "libreoffice")


class NotConverted(Exception):
    """The converter is not here, did not answer in time, or made no PDF."""


def converter() -> str | None:
    """The program's path."""
    return next((path for name in PROGRAMS if (path := which(name))), None)


def to_pdf(docx: bytes, *, patience: float = PATIENCE) -> bytes:
    """Raises NotConverted. A profile of its own for each document, and nothing of our environment (neighbours.md §10.1)."""
    program = converter()
    if program is None:
        raise NotConverted("no converter")
    with tempfile.TemporaryDirectory(prefix="office-paper-") as folder:
        source = Path(folder) / "paper.docx"
        source.write_bytes(docx)
        profile = (Path(folder) / "profile").as_uri()
        options = ["--headless", "--norestore", "--convert-to", "pdf", "--outdir", folder]
        _run([program, *options, f"-env:UserInstallation={profile}", str(source)], folder, patience)
        made = source.with_suffix(".pdf")
        if not made.is_file() or made.stat().st_size > LARGEST_FILE:
            raise NotConverted("no PDF")
        pdf = made.read_bytes()
    if not pdf.startswith(b"%PDF-"):
        raise NotConverted("no PDF")
    return pdf


def _run(command: list[str], folder: str, patience: float) -> None:
    """In a session of its own: soffice is a script that starts the program, and both have to go when time is over."""
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "LANG": "C.UTF-8"}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired as problem:
        raise NotConverted("too slow") from problem
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
