"""Renders the sample pages into a folder and takes their pictures: `python -m tests.pages.preview FOLDER`.

For the eye, beside the tests: light and dark at 1440 px, a phone at 390 px, dialogs open. Prints what the browser
complained about.
"""

from __future__ import annotations

import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from typing import ClassVar
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# A page's own animations that end; the pulse of a live dot never does.
SETTLED = """() => Promise.all(document.getAnimations()
  .filter(animation => animation.effect.getTiming().iterations !== Infinity).map(animation => animation.finished))"""


def configure() -> None:
    """Only what templates need: no database, no middleware."""
    settings.configure(
        INSTALLED_APPS=["django.contrib.staticfiles", "django_htmx"],
        STATIC_URL="/static/",
        STATICFILES_DIRS=[ROOT / "static"],
        USE_TZ=True,
        LANGUAGE_CODE="ru",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "templates"],
                "OPTIONS": {"builtins": ["kaspi_office.templatetags.office"]},
            }
        ],
    )
    django.setup()


class Handler(SimpleHTTPRequestHandler):
    """Pages by name, static files from the project and from django-htmx, the strict policy on everything."""

    pages: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path in self.pages:
            body = self.pages[path].encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        elif path.startswith("/static/"):
            super().do_GET()
        else:
            self.send_response(204)
            self.end_headers()

    def translate_path(self, path: str) -> str:
        from django.contrib.staticfiles.finders import find

        return str(find(urlsplit(path).path.removeprefix("/static/")) or "/nothing")

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CSP)
        super().end_headers()

    def log_message(self, *args: object) -> None:
        pass


def pages() -> dict[str, str]:
    from tests.pages import scenes

    return {f"/{name}": render_to_string(template, context) for name, (template, context) in scenes.SCENES.items()}


def picture(browser: Browser, url: str, target: Path, *, width: int, height: int, scheme: str, opens: str) -> list[str]:
    complaints: list[str] = []
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url, wait_until="networkidle")
    if opens:
        page.evaluate("id => office.show(document.getElementById(id))", opens)
        page.evaluate(SETTLED)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        complaints.append(f"sideways scroll at {width}")
    page.screenshot(path=str(target), full_page=not opens)
    page.close()
    return complaints


def main(folder: Path, only: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Handler.pages = pages()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"))
        for path in Handler.pages:
            name, _, opens = path[1:].partition("--")
            if only and not path[1:].startswith(only):
                continue
            for kind, width, scheme in (("light", 1440, "light"), ("dark", 1440, "dark"), ("phone", 390, "light")):
                url = f"http://127.0.0.1:{server.server_port}{path}"
                target = folder / f"{path[1:]}-{kind}.png"
                for complaint in picture(browser, url, target, width=width, height=844, scheme=scheme, opens=opens):
                    sys.stdout.write(f"{name} {kind}: {complaint}\n")
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    configure()
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
