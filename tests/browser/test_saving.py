"""Logging in by the form, saving what is shown, and what is left of it when a document goes."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.exporting import bundle
from assistant.keeping.page_files import FOLDER
from assistant.users import save_user
from tests.browser.conftest import ANSWER_MS

SAVED = ("Markdown", "HTML", "Word", "PDF", "evidence bundle")


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A page with two users."""
    for name in ("ann", "bob"):
        save_user(tmp_path / "users", name, f"password of {name}")
    monkeypatch.setenv("CITEWELL_USERS", str(tmp_path / "users"))
    command = [sys.executable, "-m", "tests.ui.standin_page", str(tmp_path / "library")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().rstrip("/")
        process.terminate()


def logged_in(chromium: Browser, address: str, name: str, refused: list[str]) -> Page:
    """Somebody who has filled in the form; ``refused`` has what the page was denied meanwhile."""
    page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.on(
        "response",
        lambda reply: (
            reply.status >= 400
            and reply.url.startswith(address)
            and refused.append(f"{reply.status} {reply.url}")
        ),
    )
    page.goto(address)
    page.get_by_label("username").fill(name)
    page.get_by_label("password").fill(f"password of {name}")
    page.get_by_role("button", name="Login").click()
    expect(page.locator("#chat-menu .chat-bar")).to_be_attached(timeout=ANSWER_MS)
    expect(page.locator("#documents .document-row")).to_have_count(1, timeout=ANSWER_MS)
    return page


def test_what_is_shown_is_saved_and_is_nobody_elses(
    chromium: Browser, address: str, tmp_path: Path
) -> None:
    refused: list[str] = []
    ann = logged_in(chromium, address, "ann", refused)
    ann.get_by_role("tab", name="Summary").click()
    ann.get_by_role("radio", name="Brief").check()
    ann.locator("#summarize").click()
    expect(ann.locator("#summary .summary")).to_be_visible(timeout=ANSWER_MS)
    for name in SAVED:
        button = ann.get_by_role("button", name=f"Save as {name}")
        with ann.expect_download(timeout=ANSWER_MS) as saving:
            button.click()
        path = tmp_path / saving.value.suggested_filename
        saving.value.save_as(path)
        assert path.stat().st_size > 500
    assert "North Korea" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert bundle.verify(tmp_path / "summary.citewell.zip") == []
    assert zipfile.is_zipfile(tmp_path / "summary.docx")
    copies = [path for path in (tmp_path / "library" / FOLDER).rglob("*") if path.is_file()]
    assert all(path.suffix == ".lock" for path in copies), "nothing was left on the disk"
    assert refused == []

    place = ann.get_by_role("button", name="Save as Word").get_attribute("data-place")
    assert ann.context.request.get(f"{address}/{place}").status == 200
    bob = logged_in(chromium, address, "bob", refused)
    assert bob.context.request.get(f"{address}/{place}").status == 404
    assert chromium.new_context().request.get(f"{address}/{place}").status == 401

    ann.locator("#documents .remove").first.click()
    ann.locator("#documents .remove").first.click()
    expect(ann.locator("#documents .document-row")).to_have_count(0)
    ann.get_by_role("button", name="Save as Word").click()
    expect(ann.locator("#exports .failure")).to_contain_text("offered no longer")
    expect(ann.locator("#summary .summary")).to_be_visible()


def test_a_golden_file_is_dropped_asked_and_its_report_saved(
    chromium: Browser, address: str, tmp_path: Path
) -> None:
    refused: list[str] = []
    ann = logged_in(chromium, address, "ann", refused)
    golden = tmp_path / "mine.jsonl"
    line = {"id": "a", "question": "Who trains?", "answers": ["soldiers"], "answerable": True}
    golden.write_text(json.dumps(line) + "\n{", encoding="utf-8")
    ann.get_by_role("tab", name="Evaluate").click()
    ann.locator("#golden input[type=file]").set_input_files(golden)
    expect(ann.locator("#golden .file-preview")).to_contain_text("mine")
    ann.locator("#evaluate").click()
    expect(ann.locator("#evaluation-news .failure")).to_contain_text("problem")
    ann.locator("#use-marks").click()
    expect(ann.locator("#evaluation-news")).to_contain_text("No answer is marked yet")
    assert refused == []
    ann.context.close()
