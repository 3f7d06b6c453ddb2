"""Takes the README's pictures from a demo product of its own: `python -m tests.browser.pictures`."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Literal, cast

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from kaspi_office.environment import ROOT
from kaspi_office.local import browser as installed
from kaspi_office.local import places
from tests.browser.watch import SETTLED
from tests.product.running import Product, running

FOLDER = ROOT / "docs" / "pictures"
OWNER = "owner@alma.example"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
SHELF = "/orders/new/?shop=alma-tech"
QUALITY = "/quality/?shop=alma-tech&metric=cancelled"
# Name → address (empty: the order that burns first), colours, size.
PICTURES: dict[str, tuple[str, Literal["light", "dark"], ViewportSize]] = {
    "shelf-light": (SHELF, "light", DESK),
    "shelf-dark": (SHELF, "dark", DESK),
    "shelf-phone": (SHELF, "light", PHONE),
    "order-light": ("", "light", DESK),
    "quality-light": (QUALITY, "light", DESK),
}
MOST_BYTES = 250_000
PATIENCE = 120.0


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running() as product, sync_playwright() as playwright:
        _wait_until_counted(product)
        chromium = playwright.chromium.launch(executable_path=str(installed.find()))
        for name, (url, scheme, size) in PICTURES.items():
            page = _sit_down(chromium, product, scheme, size)
            page.goto(url or SHELF)
            if not url:
                page.goto(page.locator(".order-row__no a").first.get_attribute("href") or "")
            _keep(page, name)
        chromium.close()


def _wait_until_counted(product: Product) -> None:
    """Everything of 90 days has been read, and the four numbers are there."""
    owner = product.pages(OWNER)
    places.wait_for(lambda: "<progress" not in owner.get("/integrations/").text, seconds=PATIENCE, pause=1)
    places.wait_for(lambda: "Мало данных" not in owner.get(QUALITY).text, seconds=PATIENCE, pause=1)


def _sit_down(chromium: Browser, product: Product, scheme: Literal["light", "dark"], size: ViewportSize) -> Page:
    density = 2 if size is PHONE else 1
    context = chromium.new_context(
        base_url=product.address, viewport=size, color_scheme=scheme, device_scale_factor=density
    )
    session = product.pages(OWNER).cookies["office_session"]
    context.add_cookies([{"name": "office_session", "value": session, "url": product.address}])
    return context.new_page()


def _keep(page: Page, name: str) -> None:
    page.evaluate(SETTLED)
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    file = FOLDER / f"{name}.png"
    shot.save(file, optimize=True)
    if file.stat().st_size > MOST_BYTES:
        _frugal(shot).save(file, optimize=True)
    sys.stdout.write(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB\n")


def _frugal(shot: Image.Image) -> Image.Image:
    """In 256 colours: half are the most frequent ones, exactly; half are spread over the rest, so that a small dot of
    green stays green. Only the rims of letters are rounded.
    """
    counted = cast("list[tuple[int, tuple[int, int, int]]]", shot.getcolors(1 << 24))
    frequent = [channel for _, colour in sorted(counted, reverse=True)[:128] for channel in colour]
    spread = shot.quantize(128, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(frequent + spread)
    return shot.quantize(palette=palette, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
