"""The HTML export as a browser shows it, wide, narrow and in the dark."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant.exporting import files as export
from tests.unit.exporting.test_files import document, summary


@pytest.mark.parametrize("width", [1000, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_html_export_fits_and_its_notes_lead_there_and_back(
    chromium: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    path = tmp_path / "summary.html"
    export.write(summary(), [document()], path)
    context = chromium.new_context(
        viewport={"width": width, "height": 700},
        color_scheme=scheme,  # type: ignore[arg-type]  # a parameter is no literal
    )
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(22, 22, 22)")
    expect(page.get_by_role("heading", name="Executive summary")).to_be_visible()
    page.locator("#mark-2").click()
    assert page.url.endswith("#note-2")
    page.locator("#note-2 a").click()
    assert page.url.endswith("#mark-2")
    context.close()
