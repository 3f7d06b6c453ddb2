"""Takes pictures of the sample pages: `python -m tests.pages.preview FOLDER [PAGE]`.

For the eye, beside the tests: light and dark at 1440 px, a phone at 390 px, dialogs open. Prints what the browser
complained about.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which
from typing import Literal

import django
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Browser, sync_playwright

from tests.pages.watching import WIDER, watched

ROOT = Path(__file__).resolve().parents[2]
KINDS = (("light", 1440), ("dark", 1440), ("phone", 390))
# A page's own animations that end; the pulse of a live dot never does.
SETTLED = """() => Promise.all(document.getAnimations()
  .filter(animation => animation.effect.getTiming().iterations !== Infinity).map(animation => animation.finished))"""


def configure() -> None:
    """Only what templates need: no database, no middleware."""
    settings.configure(
        BASE_DIR=ROOT,
        INSTALLED_APPS=["django.contrib.staticfiles", "django_htmx"],
        STATIC_URL="/static/",
        STATICFILES_DIRS=[ROOT / "static"],
        USE_TZ=True,
        LANGUAGE_CODE="ru",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "templates"],
                "OPTIONS": {"builtins": ["kaspi_office.templatetags.office", "django.templatetags.i18n"]},
            }
        ],
    )
    django.setup()


def picture(browser: Browser, url: str, target: Path, *, kind: str, width: int, opens: str) -> list[str]:
    """One picture; what the browser complained about."""
    scheme: Literal["dark", "light"] = "dark" if kind == "dark" else "light"
    with watched(browser, width=width, scheme=scheme) as (page, complaints):
        page.goto(url, wait_until="networkidle")
        complaints += ["scrolls sideways"] * bool(page.evaluate(WIDER))
        if opens:
            page.evaluate("id => office.show(document.getElementById(id))", opens)
            page.evaluate(SETTLED)
        page.screenshot(path=str(target), full_page=not opens)
    return complaints


def main(folder: Path, only: str) -> None:
    from tests.pages.scenes import SCENES
    from tests.pages.server import Answer, serving

    folder.mkdir(parents=True, exist_ok=True)
    pages = {("GET", f"/{name}"): Answer(render_to_string(*scene)) for name, scene in SCENES.items()}
    with serving(pages) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"))
        for name in SCENES:
            for kind, width in KINDS if name.startswith(only) else ():
                opens = name.partition("--")[2]
                target = folder / f"{name}-{kind}.png"
                for complaint in picture(browser, f"{address}/{name}", target, kind=kind, width=width, opens=opens):
                    sys.stdout.write(f"{name} {kind}: {complaint}\n")
        browser.close()


if __name__ == "__main__":
    configure()
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
