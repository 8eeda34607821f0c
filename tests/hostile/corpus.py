"""Makes the hostile files: every way in which a file somebody was sent can be bad.

Names say what is wrong. The same call makes the same bytes, so that a failure can be made again.
"""

import os
import random
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.hostile import words
from tests.hostile.archives import word_files
from tests.hostile.books import book_files
from tests.hostile.keyed import keyed_files
from tests.hostile.letters import mail_files
from tests.hostile.pages import html_files
from tests.hostile.prints import pdf_files
from tests.hostile.sheets import sheet_files
from tests.hostile.slides import slide_files

Named = tuple[str, bytes]


def write(folder: Path, *, large: bool) -> list[Path]:
    """Write the corpus below ``folder``, and return what is to be loaded, in order.

    ``large`` adds the bombs and giants that take seconds each.
    """
    made = []
    for kind, files in (
        ("text", words.text_files(large=large)),
        ("html", html_files(large=large)),
        ("word", word_files(large=large)),
        ("pdf", pdf_files(large=large)),
        ("sheets", sheet_files(large=large)),
        ("slides", slide_files(large=large)),
        ("mail", mail_files(large=large)),
        ("books", book_files(large=large)),
        ("keyed", keyed_files(large=large)),
        ("mislabelled", _mislabelled()),
    ):
        for name, content in files:
            path = folder / kind / name
            path.parent.mkdir(parents=True, exist_ok=True)
            assert not path.exists(), f"two hostile files are called {name}"
            path.write_bytes(content)
            made.append(path)
    return made + _names(folder / "names") + _special(folder / "special")


def _mislabelled() -> Iterator[Named]:
    """Bytes that are not what their name says."""
    pictures = {
        "png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
        "elf": b"\x7fELF" + bytes(range(256)) * 40,
        "gzip": b"\x1f\x8b\x08" + zlib.compress(b"a" * 9999),
        "sqlite": b"SQLite format 3\x00" + bytes(900),
        "noise": random.Random(1).randbytes(20_000),
        "zip": b"PK\x05\x06" + bytes(18),
        "pdf": b"%PDF-1.7\n%%EOF",
        "rtf": rb"{\rtf1\ansi Hello \par}",
    }
    for suffix in (
        *("txt", "md", "html", "pdf", "docx", "csv", "xlsx", "xls", "ods", "pptx"),
        *("eml", "mbox", "msg", "epub", "odt", "json", "xml", "py", "png", "jpg", "tif"),
    ):
        for kind, content in pictures.items():
            yield f"{kind}.{suffix}", content


def _names(folder: Path) -> list[Path]:
    """Names that trouble whoever prints, splits, joins or quotes them."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [
        *(
            "new\nline.txt",
            "carriage\rreturn.txt",
            "tab\tstop.txt",
            "bell\x07.txt",
            "\x1b[31mred.txt",
        ),
        *("-rf.txt", "--library.txt", " leading.txt", "trailing .txt", "...txt", "a..txt", "~.txt"),
        *(
            "$(touch x).txt",
            "`id`.txt",
            "a;b.txt",
            "a|b.txt",
            "a&b.txt",
            "*.txt",
            "?.txt",
            "[a].txt",
        ),
        *("%2e%2e%2fetc.txt", "..\\..\\up.txt", "C:\\evil.txt", "con.txt", "nul.txt", "a:b.txt"),
        *("<img src=x onerror=alert(1)>.txt", '"><script>alert(1)<.txt', "' OR 1=1 --.txt"),
        *("{{7*7}}.txt", "${7*7}.txt", "%s%n.txt", "\u202egpj.txt", "\u200b.txt", "\ufeff.txt"),
        *(
            "İstanbul.txt",
            "ﬀ.txt",
            "e\u0301.txt",
            "é.txt",
            "👩‍👩‍👧‍👦.txt",
            "ملف.txt",
            "文件.txt",
            "\u0300.txt",
        ),
        *("x" * 251 + ".txt", "é" * 125 + "x.txt", "😀" * 62 + "abc.txt"),
    ]
    made = [folder / name for name in names]
    for number, path in enumerate(made):
        path.write_text(f"File number {number} stands under a hard name.\n", encoding="utf-8")
    raw = os.fsencode(folder) + b"/not-utf8-\xff\xfe.txt"
    with open(raw, "wb") as file:
        file.write(b"Its name is in no encoding.\n")
    deep = folder
    for _ in range(12):
        deep = deep / ("d" * 200)
    deep.mkdir(parents=True)
    (deep / "deep.txt").write_text("It lies deep.\n", encoding="utf-8")
    return [*made, Path(os.fsdecode(raw)), deep / "deep.txt", folder / ".." / "names" / "con.txt"]


def _special(folder: Path) -> list[Path]:
    """What is no plain file, or no file of this folder. ``outside`` lies beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    outside = folder.parent / "outside.txt"
    outside.write_text("A secret of another folder.\n", encoding="utf-8")
    links = {
        "link-out.txt": outside,
        "link-up.txt": Path("../outside.txt"),
        "link-passwd.txt": Path("/etc/passwd"),
        "link-zero.txt": Path("/dev/zero"),
        "link-random.pdf": Path("/dev/urandom"),
        "link-stdin.txt": Path("/dev/stdin"),
        "link-memory.txt": Path("/proc/self/mem"),
        "link-maps.txt": Path("/proc/self/maps"),
        "link-nowhere.txt": Path("nowhere.txt"),
        "link-self.txt": Path("link-self.txt"),
        "link-there.txt": Path("link-back.txt"),
        "link-back.txt": Path("link-there.txt"),
        "link-folder.txt": Path("/"),
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "fifo.txt")
    os.mkfifo(folder / "fifo.pdf")
    (folder / "folder.txt").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(folder, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{here}/socket.txt")
        os.close(here)
    with (folder / "sparse.txt").open("wb") as file:
        file.truncate(10_000_000_000)
    with (folder / "sparse-allowed.txt").open("wb") as file:
        file.truncate(49_000_000)
    (folder / "empty.txt").touch()
    (folder / "empty.pdf").touch()
    others = (
        "fifo.txt",
        "fifo.pdf",
        "folder.txt",
        "socket.txt",
        "sparse.txt",
        "sparse-allowed.txt",
    )
    return [folder / name for name in (*links, *others, "empty.txt", "empty.pdf")]
