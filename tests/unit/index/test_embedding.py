"""How an embedder chooses its way of computing; the vectors themselves are tried in tests/model."""

import json
from pathlib import Path

import pytest

from index.bert import understands
from index.embedding import SentenceEmbedder, float_kind
from index.errors import StoreError

BERT = {
    "modules.json": [
        {"type": f"sentence_transformers.models.{kind}"}
        for kind in ("Transformer", "Pooling", "Normalize")
    ],
    "config.json": {"model_type": "bert", "hidden_act": "gelu"},
    "1_Pooling/config.json": {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False},
    "tokenizer.json": {},
    "model.safetensors": {},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder, with nothing in its weights."""
    for name, content in BERT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        ("flags : avx2 fma", "float32"),
        ("flags : avx512f avx512_bf16", "bfloat16"),
        ("flags : amx_bf16 amx_tile", "bfloat16"),
    ],
)
def test_bfloat16_is_used_where_the_processor_has_it(tmp_path: Path, flags: str, kind: str) -> None:
    (tmp_path / "cpuinfo").write_text(flags, encoding="ascii")
    assert float_kind(tmp_path / "cpuinfo") == kind
    assert float_kind(tmp_path / "none") == "float32"


def test_only_a_bert_with_mean_pooling_is_computed_here(folder: Path) -> None:
    assert understands(folder)
    (folder / "config.json").write_text('{"model_type": "mpnet"}', encoding="utf-8")
    assert not understands(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("modules.json", [{"type": "sentence_transformers.models.Transformer"}]),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("config.json", {"model_type": "bert", "hidden_act": "relu"}),
        ("modules.json", [{}]),
    ],
)
def test_another_kind_is_left_to_sentence_transformers(
    folder: Path, name: str, content: object
) -> None:
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    assert not understands(folder)


def test_damaged_weights_are_told(folder: Path) -> None:
    with pytest.raises(StoreError, match="cannot be loaded"):
        SentenceEmbedder(folder, "damaged").encode(["Hello."])
