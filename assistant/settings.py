"""The settings, read once from ``CITEWELL_*``, and the promise to stay offline."""

import ipaddress
import os
from pathlib import Path

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError
from index.engines import Address
from index.formats.scanned import DEFAULT, LANGUAGES

FOLDER = "users"
"""The folder of a library that holds those of its page's users."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
OFFLINE = {
    # No model hub: weights come from `citewell models fetch`, never as a side effect.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    # No telemetry.
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    # No tracing, even where the environment asks for it: traces would carry the documents away.
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "OTEL_SDK_DISABLED": "true",
    # Forking a process that has used the tokenizer's threads would warn on every fork.
    "TOKENIZERS_PARALLELISM": "false",
}


def _data_folder() -> Path:
    return platformdirs.user_data_path("citewell", appauthor=False)


def _cache_folder() -> Path:
    return platformdirs.user_cache_path("citewell", appauthor=False)


class Settings(BaseSettings):
    """Everything that can be set; each field is ``CITEWELL_`` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="CITEWELL_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    library: Path = Field(default_factory=lambda: _data_folder() / "library")
    """The folder that holds the documents' record and their vectors."""
    libraries: Path | None = None
    """A file that names groups of libraries, each asked as one."""
    model: str = "qwen2.5-coder-1.5b"
    """A catalogue name, a GGUF path, a hub reference, or ``openai:NAME@URL``."""
    embedding: str = "all-MiniLM-L6-v2"
    """The catalogue name of the embedding model."""
    chroma_url: str | None = None
    """A Chroma server for the vectors; without it they lie in the library folder."""
    record_url: str | None = Field(default=None, repr=False, exclude=True)
    """A PostgreSQL database for the record; without it it lies in the library folder."""
    slots: int | None = Field(default=None, ge=1)
    """How many answers are made at once; without it as many as the model's server says."""
    threads: int | None = Field(default=None, ge=1)
    """Threads of the embedded model; without it one a physical core."""
    most_waiting: int = Field(default=32, ge=1)
    """How many questions of one user may wait for their answers on the page."""
    models_dir: Path = Field(default_factory=lambda: _cache_folder() / "models")
    """Where fetched weights are kept."""
    log_dir: Path = Field(default_factory=lambda: _cache_folder() / "log")
    """Where the model process and unexpected faults write their logs."""
    reply_seconds: float = Field(default=900.0, gt=0)
    """How long one whole reply of the model may take."""
    max_file_mb: int = Field(default=50, ge=1)
    """The largest file that is read, in megabytes (of 1,000,000 bytes)."""
    removed_days: int = Field(default=30, ge=0)
    """Days after which a removed document is purged when its library is next opened."""
    ocr_language: str = DEFAULT
    """The language of pages that are pictures: an ISO code, such as ``en``."""
    host: str = "127.0.0.1"
    """The address the page listens on; anything but loopback lets others in."""
    port: int = Field(default=7860, ge=0, le=65535)
    """The page's first choice of port; the next free one is taken where it is in use."""
    password: str | None = Field(default=None, repr=False, exclude=True)
    """What the page asks for; needed where others than this machine can reach it."""
    users: Path | None = None
    """A file of names and hashed passwords: each user then has a library of their own."""
    proxy: str = ""
    """The addresses or networks of proxies before the page, with commas between: what they say of
    a sender is believed, of nobody else."""
    mcp: bool = False
    """Whether the page also serves its tools over MCP."""
    metrics: bool = False
    """Whether the page serves counts without text at ``/metrics``, to anybody who reaches it."""

    @property
    def record(self) -> Address | None:
        """Where the record is, if not in the library folder."""
        if self.record_url is None:
            return None
        place = Address(url=self.record_url)
        of_a_user = self.library.parent.name == FOLDER  # beneath the page's, as ``Library.beside``
        return place.beside(self.library) if of_a_user else place

    @property
    def proxies(self) -> list[Network]:
        """What ``proxy`` lists."""
        return _networks(self.proxy)

    @field_validator("proxy")
    @classmethod
    def _listed(cls, proxy: str) -> str:
        _networks(proxy)
        return proxy

    @field_validator("ocr_language")
    @classmethod
    def _read(cls, language: str) -> str:
        if language not in LANGUAGES:
            raise ValueError(f"scans can be read in {', '.join(LANGUAGES)}")
        return language

    @field_validator("library", "libraries", "models_dir", "log_dir", "users")
    @classmethod
    def _expanded(cls, folder: Path | None) -> Path | None:
        try:
            return folder and folder.expanduser()
        except RuntimeError as error:
            raise ValueError("there is no such user's folder") from error


def _networks(listed: str) -> list[Network]:
    named = [each.strip() for each in listed.split(",")]
    return [ipaddress.ip_network(each, strict=False) for each in named if each]


def load_settings(**given: object) -> Settings:
    """The settings of the environment, with those of the command line (where not None) on top.

    Raises:
        SettingsError: a value that cannot be used; the message names the variable.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**chosen)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        first = error.errors()[0]
        name = f"CITEWELL_{str(first['loc'][0]).upper()}"
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(
            f"{name} is set to {str(first['input'])!r}, which cannot be used: {reason}.",
            f"Set {name} to another value or unset it.",
        ) from error


def go_offline() -> None:
    """Switch off the hub, telemetry and tracing for this process and those it starts.

    Call it before the heavy libraries are imported: they read the environment at import.
    """
    os.environ.update(OFFLINE)
