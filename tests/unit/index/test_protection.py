"""Files that open with their password alone."""

from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.enums import EncryptionMethod

from index import Library, loading
from index.errors import InputError, ProtectedError
from index.formats import protection
from tests.unit.index import letters

PASSWORD = "Ostrów 1840"
TEXT = "The bridge at Hartmoor was closed on 12 May."


def protected_pdf(text: str = TEXT, password: str = PASSWORD) -> bytes:
    """A PDF of one line that opens with a password, or with its owner's, "owner"."""
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    pdf.add_page()
    pdf.cell(text=text)
    pdf.set_encryption("owner", password, encryption_method=EncryptionMethod.RC4)
    return bytes(pdf.output())


def read(content: bytes, password: str | None, kind: str = ".pdf") -> str:
    raw = loading.Raw(source=f"/a{kind}", kind=kind, content=content, password=password)
    return loading.load(raw).text


def test_a_protected_file_is_read_with_its_password() -> None:
    assert read(protected_pdf(), PASSWORD) == TEXT
    assert read(protected_pdf(), "owner") == TEXT


def test_without_a_password_or_with_a_wrong_one_it_says_so() -> None:
    with pytest.raises(ProtectedError, match=r"a\.pdf is protected with a password\. .*page"):
        read(protected_pdf(), None)
    with pytest.raises(ProtectedError, match=r"The password given does not open a\.pdf\.") as told:
        read(protected_pdf(), "Ostrow 1840")
    assert "Ostrow" not in str(told.value)


def test_a_password_does_no_harm_to_files_that_need_none() -> None:
    plain = protected_pdf(password="")
    assert protection.opened(plain, "a.pdf", ".pdf", "any") is plain
    assert read(plain, "any") == TEXT
    assert read(b"A note.", "any", ".txt") == "A note."
    with pytest.raises(InputError, match="broken, or no PDF") as told:
        read(b"%PDF-1.4 no more", "any")
    assert not isinstance(told.value, ProtectedError)


def test_a_password_is_in_no_message_and_in_nothing_that_is_printed() -> None:
    raw = loading.Raw(source="/a.pdf", kind=".pdf", content=b"x", password=PASSWORD)
    assert PASSWORD not in repr(raw)


def test_a_refused_file_can_be_added_with_its_password(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(protected_pdf())
    (tmp_path / "b.txt").write_text("A note.", encoding="utf-8")
    results = {Path(each.source).name: each for each in library.add(tmp_path)}
    assert (results["a.pdf"].status, results["a.pdf"].protected) == ("failed", True)
    (result,) = library.add(tmp_path / "a.pdf", password=PASSWORD)
    assert (result.status, result.protected) == ("added", False)
    assert [each.passage.text for each in library.search("bridge", k=1)] == [TEXT]
    assert [each.status for each in library.add(tmp_path / "a.pdf")] == ["unchanged"]


def test_the_password_is_nowhere_in_the_library(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(protected_pdf())
    list(library.add(tmp_path / "a.pdf", password=PASSWORD))
    library.close()
    secret = PASSWORD.encode()
    kept = [path for path in library.folder.rglob("*") if path.is_file()]
    assert kept
    assert not [path.name for path in kept if secret in path.read_bytes()]


def test_a_protected_attachment_opens_though_its_mail_was_read_before(
    library: Library, tmp_path: Path
) -> None:
    content = letters.eml("See the report.", attached=[("report.pdf", protected_pdf())])
    path = tmp_path / "a.eml"
    path.write_bytes(content)
    first = list(library.add(path))
    assert [(each.status, each.protected) for each in first] == [("added", False), ("failed", True)]
    assert loading.outermost(first[1].source) == str(path)
    again = list(library.add(path, password=PASSWORD))
    assert [each.status for each in again] == ["unchanged", "added"]
    assert library.check() == []
