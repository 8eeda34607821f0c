"""What is no true bundle is found: every single change of a good one, and files made to do harm."""

import copy
import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.exporting import bundle
from tests.unit.exporting.test_files import claim, document, summary

Where = tuple[str | int, ...]
UNPROVEN = {
    "coverage",
    "model",
    "first_sentence_s",
    "total_s",
    "withheld",
    "support",
    "title",
    "url",
    "pages",
    "sections",  # how they are called, and which sentences are left out
    "points",
    "omitted",
    "topic",
    "audience",
    "citations",  # one more or fewer for the same sentence
}
"""Fields that no text proves: the seal alone shows a change."""


def good() -> dict[str, bytes]:
    whole = replace(summary(), points=(*summary().points, claim("The “old” works [1] will close.")))
    packed = bundle.pack(replace(whole, audience="the board"), [document()])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def found(files: dict[str, bytes], folder: Path) -> list[str]:
    """What is wrong with these files, packed as a bundle with true sums."""
    path = folder / "s.citewell.zip"
    path.write_bytes(bundle._zipped(files | {"SHA256SUMS": bundle._sums(files)}))
    return bundle.verify(path)


def places(value: Any, at: Where = ()) -> Iterator[Where]:
    """Every field and item within a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in items:
        yield (*at, key)
        if isinstance(each, dict | list):
            yield from places(each, (*at, key))


def changes(value: Any) -> Iterator[Any]:
    """Other values in place of this one."""
    yield from (v for v in (None, "", " ", -1, 0, 1, 10**9, True, [], {}, "x", 0.5) if v != value)
    if isinstance(value, str):
        yield from (value + "x", value[:-1], value[1:], value.swapcase(), value + "\u0000")
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield from (value + 1, value - 1, -value - 1, str(value), value * 0.5)
    if isinstance(value, list):
        yield from (value[:-1], value * 2, [*value, "x"], value[::-1] if len(value) > 1 else None)
    if isinstance(value, dict):
        yield {**value, "more": 1}


def changed(manifest: dict[str, Any]) -> Iterator[tuple[Where, Any]]:
    """The manifest with one field changed or left out, in every way; where that was."""
    for where in places(manifest):
        holder = manifest
        for key in where[:-1]:
            holder = holder[key]  # type: ignore[index]  # a key of a dict or an index of a list
        for other in changes(holder[where[-1]]):  # type: ignore[index]
            yield where, _with(manifest, where, lambda held, key, v=other: held.__setitem__(key, v))
        yield where, _with(manifest, where, lambda held, key: held.pop(key))


def _with(manifest: Any, where: Where, do: Callable[[Any, Any], Any]) -> Any:
    copied = copy.deepcopy(manifest)
    holder = copied
    for key in where[:-1]:
        holder = holder[key]
    do(holder, where[-1])
    return copied


def test_every_single_change_of_a_good_bundle_is_found(tmp_path: Path) -> None:
    files = good()
    assert found(files, tmp_path) == []
    manifest = json.loads(files["summary.json"])
    tried = 0
    for where, other in changed(manifest):
        if other != manifest or repr(other) != repr(manifest):
            written = files | {"summary.json": bundle._written(other)}
            assert found(written, tmp_path), (where, other)
            tried += 1
    assert tried > 1000


def test_what_a_text_can_prove_is_found_without_the_seal(tmp_path: Path) -> None:
    files = good()
    manifest = json.loads(files["summary.json"])
    unfound = set()
    for where, other in changed(manifest):
        if where[0] == "seal" or not isinstance(other, dict) or repr(other) == repr(manifest):
            continue
        other.pop("seal", None)
        sealed = {**other, "seal": bundle._seal(other)}
        if not found(files | {"summary.json": bundle._written(sealed)}, tmp_path):
            unfound.add(where)
    assert unfound
    for where in unfound - {("summary", "headline", "text")}:  # a model judged these words
        names = [each for each in where if isinstance(each, str)]
        assert UNPROVEN & {names[-1], *names[1:2]}, where


def test_every_file_is_told_from_another(tmp_path: Path) -> None:
    files = good()
    text = next(name for name in files if name.startswith("texts/"))
    for name in files:
        assert (
            found({n: c for n, c in files.items() if n != name}, tmp_path) or name == "SHA256SUMS"
        )
    assert found(files | {text: files[text] + b"."}, tmp_path)
    assert found(files | {"more.txt": b""}, tmp_path)
    assert found(files | {"texts/../../x": b""}, tmp_path)


def test_a_bundle_of_before_is_read_as_it_was(tmp_path: Path) -> None:
    files = good()
    manifest = json.loads(files["summary.json"])
    del manifest["seal"]
    manifest["format"] = "citewell evidence bundle 1"
    assert found(files | {"summary.json": bundle._written(manifest)}, tmp_path) == []


def bombs() -> Iterator[tuple[str, bytes]]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("summary.json", b" " * 200_000_000)
    yield "packed", packed.getvalue()
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for number in range(2_000):
            archive.writestr(f"{number}", b"")
    yield "many", stored.getvalue()
    raw = bytearray(bundle._zipped(good()))
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 20 : at + 28] = struct.pack("<II", 4_000_000_000, 4_000_000_000)
    yield "boasting", bytes(raw)
    for name, content in (
        ("deep", b'{"format":' + b"[" * 1_000_000),
        ("wide", b"[" + b"{}," * 1_000_000 + b"{}]"),
        ("long", b'{"format": "' + b"x" * 5_000_000 + b'"}'),
        ("odd", b"\xff\xfe{"),
        ("null", b"null"),
    ):
        files = good() | {"summary.json": content}
        yield name, bundle._zipped(files | {"SHA256SUMS": bundle._sums(files)})


@pytest.mark.parametrize(("name", "raw"), list(bombs()), ids=lambda value: str(value)[:10])
def test_a_file_made_to_do_harm_is_refused_in_little_memory(
    tmp_path: Path, name: str, raw: bytes
) -> None:
    path = tmp_path / "s.citewell.zip"
    path.write_bytes(raw)
    tracemalloc.start()
    problems = bundle.verify(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problems, name
    assert most < 30 * len(raw) + 20_000_000
    assert all(len(line) < 500 for line in problems)
