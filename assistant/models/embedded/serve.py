"""The child process that runs the model: ``python -m assistant.models.embedded.serve``.

Standard input carries one line of JSON with the settings and the key, and then stays open: its
end means that the parent is gone, however it went, and the child leaves. Standard output carries
one line of JSON back, ``{"address": …}``, once the model answers. Everything llama.cpp prints
goes to the log.
"""

import json
import os
import sys
import threading
from dataclasses import dataclass

CACHE_MEGABYTES = 1024
"""Memory for prompts that left their slot; llama.cpp would take 8 GB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """What the parent tells the child."""

    model: str
    """Path of the GGUF file."""
    name: str
    key: str
    """The secret that every request must carry; never on a command line."""
    context: int = 8192
    """Tokens of each slot."""
    slots: int = 2
    threads: int
    """That read prompts, and as many that write replies."""
    host: str = "127.0.0.1"
    port: int = 0
    """0: one that is free."""


def main() -> None:
    settings = ServeSettings(**json.loads(sys.stdin.readline()))
    # The load below keeps the interpreter for itself, so a parent that dies then is noticed after.
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    report = os.dup(1)
    os.dup2(2, 1)
    server = started(settings)
    os.write(report, json.dumps({"address": server.listening_address}).encode() + b"\n")
    os.close(report)
    threading.Event().wait()


def started(settings: ServeSettings):  # type: ignore[no-untyped-def]
    """llama.cpp's server in this process, once the model answers; it ends with its last name."""
    import xllamacpp

    return xllamacpp.Server(_params(settings))


def _leave_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _params(settings: ServeSettings):  # type: ignore[no-untyped-def]
    """llama.cpp's own parameters."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = settings.model
    params.model_alias = {settings.name}
    params.api_keys = [settings.key]
    params.hostnames = [settings.host]
    params.port = settings.port
    params.ui = False
    params.cache_ram_mib = CACHE_MEGABYTES
    params.endpoint_slots = False
    params.n_parallel = settings.slots
    params.n_ctx = settings.context * settings.slots
    params.cpuparams.n_threads = settings.threads
    params.cpuparams_batch.n_threads = settings.threads
    params.enable_reasoning = 0
    return params


if __name__ == "__main__":
    main()
