"""A BERT sentence encoder in NumPy: the same vectors as sentence-transformers, ready at once.

Importing PyTorch and sentence-transformers takes seconds, which a single question should not wait
for, and hundreds of megabytes. Devlin et al., "BERT: Pre-training of Deep Bidirectional
Transformers" (NAACL 2019); mean pooling as in Reimers and Gurevych, "Sentence-BERT" (EMNLP 2019).
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_TOKENS_AT_ONCE = 2_048
"""Of a group of texts that go through the model together."""
_MODULES = ["Transformer", "Pooling", "Normalize"]
_USUAL = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}


class Bert:
    """A BERT with mean pooling, in a folder as sentence-transformers keeps it.

    Raises:
        OSError, ValueError, KeyError: the folder does not hold what ``understands`` looked for.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        config = _json(folder / "config.json")
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = np.float32(config["layer_norm_eps"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(
            int(_json(folder / "sentence_bert_config.json")["max_seq_length"])
        )
        self._weights: dict[str, Array] = load_file(folder / "model.safetensors")

    def encode(self, texts: Sequence[str]) -> Array:
        """Unit vectors, shape (texts, dimension)."""
        tokens = [each.ids for each in self._tokenizer.encode_batch(list(texts))]
        return np.concatenate([self._encoded(group) for group in _grouped(tokens)])

    def _encoded(self, texts: Sequence[list[int]]) -> Array:
        """All tokens side by side: nothing is padded, and each text attends to itself alone."""
        ends = np.cumsum([len(each) for each in texts])
        spans = list(zip([0, *ends[:-1]], ends, strict=True))
        places = np.concatenate([np.arange(len(each)) for each in texts])
        words = self._weights["embeddings.word_embeddings.weight"][np.concatenate(texts)]
        states = words + self._weights["embeddings.position_embeddings.weight"][places]
        states += self._weights["embeddings.token_type_embeddings.weight"][0]
        states = self._normal(states, "embeddings.LayerNorm")
        for number in range(self._layers):
            layer = f"encoder.layer.{number}"
            mixed = self._attended(states, f"{layer}.attention.self", spans)
            mixed = self._linear(mixed, f"{layer}.attention.output.dense")
            states = self._normal(mixed + states, f"{layer}.attention.output.LayerNorm")
            inner = _gelu(self._linear(states, f"{layer}.intermediate.dense"))
            inner = self._linear(inner, f"{layer}.output.dense")
            states = self._normal(inner + states, f"{layer}.output.LayerNorm")
        pooled = np.stack([states[start:end].mean(axis=0) for start, end in spans])
        lengths = np.linalg.norm(pooled, axis=1, keepdims=True).clip(min=1e-12)
        return np.asarray(pooled / lengths, dtype=np.float32)

    def _attended(self, states: Array, name: str, spans: Sequence[tuple[int, int]]) -> Array:
        size = states.shape[1] // self._heads
        query, key, value = (
            self._linear(states, f"{name}.{part}").reshape(len(states), self._heads, size)
            for part in ("query", "key", "value")
        )
        query *= np.float32(size**-0.5)
        mixed = np.empty_like(query)
        for start, end in spans:
            scores = query[start:end].transpose(1, 0, 2) @ key[start:end].transpose(1, 2, 0)
            scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
            scores /= scores.sum(axis=-1, keepdims=True)
            mixed[start:end] = (scores @ value[start:end].transpose(1, 0, 2)).transpose(1, 0, 2)
        return mixed.reshape(states.shape)

    def _linear(self, states: Array, name: str) -> Array:
        product: Array = states @ self._weights[f"{name}.weight"].T
        product += self._weights[f"{name}.bias"]
        return product

    def _normal(self, states: Array, name: str) -> Array:
        states = states - states.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(states).mean(axis=1, keepdims=True) + self._epsilon)
        states /= spread
        states *= self._weights[f"{name}.weight"]
        states += self._weights[f"{name}.bias"]
        return states


def understands(folder: Path) -> bool:
    """Whether the model in a folder is a BERT of the kind that this module computes."""
    try:
        modules = [each["type"].rsplit(".", 1)[-1] for each in _json(folder / "modules.json")]
        config = _json(folder / "config.json")
        pooling = _json(folder / "1_Pooling" / "config.json")
    except (OSError, ValueError, KeyError, TypeError):
        return False
    modes = [name for name, chosen in pooling.items() if name.startswith("pooling_") and chosen]
    return (
        modules == _MODULES
        and modes == ["pooling_mode_mean_tokens"]
        and all(config.get(name, usual) == usual for name, usual in _USUAL.items())
        and all((folder / name).is_file() for name in ("tokenizer.json", "model.safetensors"))
    )


def _gelu(values: Array) -> Array:
    """x Φ(x), with the error function of Abramowitz and Stegun 7.1.26 (to 1.5e-7)."""
    size = np.abs(values) * np.float32(0.5**0.5)
    share = 1 / (1 + np.float32(0.3275911) * size)
    tail = share * np.exp(-size * size)
    rest = np.full_like(share, 1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        rest = rest * share + np.float32(factor)
    return np.asarray(np.maximum(values, 0) - np.abs(values) * rest * tail * np.float32(0.5))


def _grouped(tokens: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """The texts in order, in groups of about ``_TOKENS_AT_ONCE`` tokens, which bounds memory."""
    group: list[list[int]] = []
    for each in tokens:
        group.append(each)
        if sum(map(len, group)) >= _TOKENS_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
