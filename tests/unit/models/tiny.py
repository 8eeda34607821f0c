"""A model of a few kilobytes that llama.cpp runs: a llama with random weights, which says noise."""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

WIDTH, INNER, LAYERS, HEADS, CONTEXT = 64, 128, 2, 4, 8192
TOKENS = ("<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "\u2581")
KINDS = (2, 3, 3, *(6,) * 256, 1)
"""Of the tokens: unknown, control, bytes, normal."""
UNSIGNED, SIGNED, FLOAT, TEXT, LIST = 4, 5, 6, 8, 9
"""GGUF's numbers for kinds of values."""


def write_tiny(path: Path) -> None:
    """Write the model in the format GGUF, version 3."""
    known = [
        _known("general.architecture", TEXT, "llama"),
        _known("llama.context_length", UNSIGNED, CONTEXT),
        _known("llama.embedding_length", UNSIGNED, WIDTH),
        _known("llama.block_count", UNSIGNED, LAYERS),
        _known("llama.feed_forward_length", UNSIGNED, INNER),
        _known("llama.attention.head_count", UNSIGNED, HEADS),
        _known("llama.attention.layer_norm_rms_epsilon", FLOAT, 1e-5),
        _known("tokenizer.ggml.model", TEXT, "llama"),
        _listed("tokenizer.ggml.tokens", TEXT, TOKENS),
        _listed("tokenizer.ggml.scores", FLOAT, [0.0] * len(TOKENS)),
        _listed("tokenizer.ggml.token_type", SIGNED, KINDS),
    ]
    chance = np.random.default_rng(0)
    described, content, count = b"", b"", 0
    for name, shape in _tensors():
        values = np.ones(shape) if len(shape) == 1 else chance.normal(0, 0.1, shape)
        sizes = b"".join(struct.pack("<Q", size) for size in reversed(shape))
        place = struct.pack("<IQ", 0, len(content))  # 0: 32-bit floats
        described += _text(name) + struct.pack("<I", len(shape)) + sizes + place
        content += _padded(values.astype("<f4").tobytes())
        count += 1
    head = b"GGUF" + struct.pack("<IQQ", 3, count, len(known)) + b"".join(known) + described
    path.write_bytes(_padded(head) + content)


def _tensors() -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "token_embd.weight", (len(TOKENS), WIDTH)
    yield "output_norm.weight", (WIDTH,)
    yield "output.weight", (len(TOKENS), WIDTH)
    for layer in range(LAYERS):
        for norm in ("attn_norm", "ffn_norm"):
            yield f"blk.{layer}.{norm}.weight", (WIDTH,)
        for part in ("q", "k", "v", "output"):
            yield f"blk.{layer}.attn_{part}.weight", (WIDTH, WIDTH)
        for part, shape in (
            ("gate", (INNER, WIDTH)),
            ("up", (INNER, WIDTH)),
            ("down", (WIDTH, INNER)),
        ):
            yield f"blk.{layer}.ffn_{part}.weight", shape


def _known(key: str, kind: int, value: str | float) -> bytes:
    return _text(key) + struct.pack("<I", kind) + _value(kind, value)


def _listed(key: str, kind: int, values: Sequence[str | float]) -> bytes:
    head = struct.pack("<IIQ", LIST, kind, len(values))
    return _text(key) + head + b"".join(_value(kind, value) for value in values)


def _value(kind: int, value: str | float) -> bytes:
    if kind == TEXT:
        return _text(str(value))
    return struct.pack({UNSIGNED: "<I", SIGNED: "<i", FLOAT: "<f"}[kind], value)


def _text(text: str) -> bytes:
    content = text.encode("utf-8")
    return struct.pack("<Q", len(content)) + content


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 32)
