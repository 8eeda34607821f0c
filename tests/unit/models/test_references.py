"""What a model setting may say."""

from pathlib import Path

import pytest

from assistant.errors import ModelUnknownError, WeightsError
from assistant.models import CATALOGUE, DEFAULT_EMBEDDING, DEFAULT_MODEL, open_model
from assistant.models.weights.references import (
    HubFile,
    LocalFile,
    RemoteModel,
    fingerprint,
    parse_reference,
)

REVISION = "f86cb2c1fa58255f8052cc32aeede1b7482d4361"


@pytest.mark.parametrize("name", CATALOGUE)
def test_catalogue_names(name: str) -> None:
    assert parse_reference(f" {name} ") == CATALOGUE[name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hf:a/b/c.gguf", HubFile(repository="a/b", file="c.gguf", revision="main")),
        ("a/b.c/d-Q4.gguf", HubFile(repository="a/b.c", file="d-Q4.gguf", revision="main")),
        ("hf:a/b/in/c.gguf@v1", HubFile(repository="a/b", file="in/c.gguf", revision="v1")),
        (
            f"hf:a/b/c.gguf@{REVISION}",
            HubFile(repository="a/b", file="c.gguf", revision=REVISION),
        ),
        (
            "openai:qwen3:4b@http://localhost:11434/v1/",
            RemoteModel(name="qwen3:4b", url="http://localhost:11434/v1"),
        ),
        (
            "openai:org/m@v2@https://host/v1",
            RemoteModel(name="org/m@v2", url="https://host/v1"),
        ),
    ],
)
def test_hub_files_and_servers(text: str, expected: object) -> None:
    assert parse_reference(text) == expected


def test_an_existing_file_comes_before_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    weights = tmp_path / "a" / "b" / "c.gguf"
    weights.parent.mkdir(parents=True)
    weights.touch()
    assert parse_reference("a/b/c.gguf") == LocalFile(path=weights)
    assert parse_reference("hf:a/b/c.gguf") != LocalFile(path=weights)


@pytest.mark.parametrize(
    "text",
    ["", "gpt", "hf:a/b", "hf:a/b/../../c.gguf", "openai:m@host", "/no/such.gguf", "a/b/c.bin"],
)
def test_anything_else_is_unknown_and_says_what_may_stand_there(text: str) -> None:
    with pytest.raises(ModelUnknownError) as caught:
        parse_reference(text)
    assert caught.value.hint
    assert caught.value.exit_code == 2


def open_in(folder: Path, reference: str) -> object:
    return open_model(reference, models_dir=folder, log_dir=folder)


def test_weights_that_are_not_here_are_named_with_the_command_that_fetches_them(
    tmp_path: Path,
) -> None:
    with pytest.raises(WeightsError, match=f"citewell models fetch {DEFAULT_MODEL}"):
        open_in(tmp_path, DEFAULT_MODEL)


@pytest.mark.parametrize("reference", [DEFAULT_EMBEDDING, "."])
def test_what_cannot_chat(tmp_path: Path, reference: str) -> None:
    with pytest.raises(ModelUnknownError):
        open_in(tmp_path, reference)


def test_a_server_is_opened_without_asking_it(tmp_path: Path) -> None:
    model = open_model("openai:m@http://127.0.0.1:9/v1", models_dir=tmp_path, log_dir=tmp_path)
    assert (model.name, model.status()) == ("m", "at http://127.0.0.1:9/v1")
    other = open_model("openai:m@http://127.0.0.1:8/v1", models_dir=tmp_path, log_dir=tmp_path)
    assert model.digest != other.digest
    model.warm()
    model.close()


def test_fingerprint_follows_the_content(tmp_path: Path) -> None:
    file = tmp_path / "w.gguf"
    seen = set()
    for content in (b"", b"a", b"b" * 10**6, b"c" * 10**6, b"b" * 10**6 + b"b"):
        file.write_bytes(content)
        assert fingerprint(file) == fingerprint(file)
        seen.add(fingerprint(file))
    assert len(seen) == 5
