"""``citewell`` in a process of its own with a slow scripted model, for tests to kill.

``python -m tests.unit.evaluation.scripted_command ASKED SECONDS ARGUMENTS…``: each request to the
model takes ``SECONDS``, and the question in it is a line of ``ASKED``.
"""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from assistant import cli
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel


@contextmanager
def scripted(model: ScriptedModel) -> Iterator[None]:
    """While inside, an evaluation uses this model and an embedder that needs no weights."""
    embedder = mock.Mock(side_effect=lambda settings: HashEmbedder())
    with (
        mock.patch("assistant.evaluation.plan.open_model", return_value=model),
        mock.patch("assistant.runtime.EmbedderOnDemand", embedder),
        mock.patch("assistant.evaluation.evaluate.EmbedderOnDemand", embedder),
    ):
        yield


def yes(call: Call) -> str:
    """What a model says of the goats: every one of them is there."""
    return "yes" if "yes" in call.options else call.options[0]


def main(asked: Path, seconds: float, arguments: list[str]) -> int:
    def slowly(call: Call) -> str:
        found = re.search(r"Question: (.*)", call.text)
        with asked.open("a", encoding="utf-8") as file:
            file.write(f"{found.group(1) if found else ''}\n")
        time.sleep(seconds)
        return yes(call)

    with scripted(ScriptedModel(chooser=slowly, writer=lambda call: "")):
        return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
