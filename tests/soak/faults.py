"""A model server that fails in every way a server can, at every step of an answer.

    python -m tests.soak.faults --faults 500 --seed 0

A fault is borne (asked again) or told as a ``ModelError``; it is never a refusal and never another
exception, the next question is answered as ever, and the library is as it was.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import httpx2

from assistant.answering.assistant import Assistant
from assistant.errors import ModelError
from assistant.models import endpoint
from assistant.models.chat import ServedModel
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from tests.fakes import HashEmbedder
from tests.seed import SEED

ROOT = Path(__file__).parents[2]
KINDS = (
    *("400", "401", "404", "429", "500", "503", "html", "no-choices", "drop", "slow", "break"),
    *("truncate", "garbage-stream", "drip", "half", "noise", "nulls", "odd", "drip-header"),
)
QUESTION = "How many North Korean soldiers are estimated to be deployed?"
STEPS = 3
"""Requests of an answer, any of which may fail."""
REPLY_S = 0.5
PATIENT_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An assistant whose model is a server that can be told to fail."""

    assistant: Assistant
    """Waits only so long that a silent server is soon given up."""
    patient: Assistant
    """Waits as long as a busy machine may need."""
    server: str

    def faulty(self, seed: int) -> tuple[str, str]:
        """Ask while the server fails as the seed says: the kind of fault, and what became of it."""
        chance = random.Random(seed)
        kind = chance.choice(KINDS)
        times = chance.choice((1, 2, 1000))
        self.fail(kind, after=chance.randrange(STEPS), times=times)
        try:
            became = self.assistant.answer(QUESTION).status
        except ModelError as error:
            became = "told" if error.message and error.hint else "told without advice"
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
            became = f"{type(error).__name__}: {error}"
        return kind, became

    def fail(self, kind: str | None, after: int = 0, times: int = 0) -> None:
        told = {"fail": kind, "after": after, "times": times}
        httpx2.post(f"{self.server}/fail", json=told, trust_env=False).raise_for_status()

    def honest(self) -> str:
        self.fail(None)
        return self.patient.answer(QUESTION).text


@contextmanager
def trial(folder: Path) -> Iterator[Trial]:
    command = [sys.executable, ROOT / "tests" / "standin.py"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        Library.open(folder / "library", embedder=HashEmbedder()) as library,
        patch.object(endpoint, "RETRY_SECONDS", (0.01, 0.01)),
    ):
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        list(library.add(SEED))
        prompts = Prompts.load(prompts_folder())
        models = [_model(address, seconds) for seconds in (REPLY_S, PATIENT_S)]
        hasty, patient = (Assistant(library, each, prompts, cache=False) for each in models)
        try:
            yield Trial(assistant=hasty, patient=patient, server=address.removesuffix("/v1"))
        finally:
            for model in models:
                model.close()
            process.terminate()


def _model(address: str, seconds: float) -> ServedModel:
    return ServedModel(name="standin", digest="d", address=address, key="none", seconds=seconds)


def problems(folder: Path, faults: int, seed: int) -> tuple[list[str], Counter[str]]:
    """What is wrong, one line each, and how often each kind of fault ended how."""
    wrong: list[str] = []
    seen: Counter[str] = Counter()
    with trial(folder) as trying:
        library = trying.assistant.library
        before = library.revision, [library.text(info.id) for info in library.documents()]
        expected = trying.honest()
        if not expected:
            wrong.append("the honest server gives no answer")
        for number in range(seed, seed + faults):
            kind, became = trying.faulty(number)
            seen[f"{kind}: {became}"] += 1
            if became not in ("answered", "told"):
                wrong.append(f"fault {number} ({kind}) ended as {became}")
            if trying.honest() != expected:
                wrong.append(f"the question after fault {number} ({kind}) has another answer")
        if (library.revision, [library.text(i.id) for i in library.documents()]) != before:
            wrong.append("the library has changed")
        wrong += library.check()
    return wrong, seen


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong, seen = problems(Path(folder), given.faults, given.seed)
    for line in wrong:
        print(line)
    print(json.dumps({"faults": given.faults, "problems": len(wrong), "ends": dict(seen)}))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
