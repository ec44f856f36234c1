"""Renders the app's icon for systems that take no SVG: ``python web/icons.py``.

Wants Playwright (``pip install '.[dev]'``) and Debian's chromium.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).parents[1] / "src/digitus/server/static/icons"
SIDES = (192, 512)


def main() -> None:
    """Write one PNG a side beside the SVG."""
    # Without its round corners: systems cut icons into a shape of their own.
    icon = (ICONS / "digitus.svg").read_text(encoding="utf-8").replace('rx="112"', "")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for side in SIDES:
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{icon}")
            page.screenshot(path=ICONS / f"digitus-{side}.png")


if __name__ == "__main__":
    main()
