"""How many threads llama.cpp takes: what to try, what to choose, and the choice kept in a file."""

import hashlib
import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

MARGIN = 1.1
"""How many times as fast as the default another number of threads must be to be chosen."""
_PROCESSOR = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threads:
    """How many threads read prompts, and how many write replies."""

    reading: int
    writing: int

    def __str__(self) -> str:
        if self.reading == self.writing:
            return f"{self.reading} threads" if self.reading > 1 else "1 thread"
        return f"{self.reading} threads reading, {self.writing} writing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How fast the model was with a number of threads: medians, in tokens a second."""

    threads: int
    reading: float
    writing: float

    def __str__(self) -> str:
        return f"{self.threads}: reads {self.reading:.0f}, writes {self.writing:.1f} tokens/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadChoice:
    """The threads of a model on a machine, and the trials that they were chosen by."""

    threads: Threads
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """The cores that this process may use, by its affinity and its control group."""

    physical: int
    logical: int

    @classmethod
    def usable(cls) -> "Cores":
        import joblib  # type: ignore[import-untyped]

        return cls(
            physical=int(joblib.cpu_count(only_physical_cores=True)),
            logical=int(joblib.cpu_count()),
        )

    @property
    def default(self) -> Threads:
        """One thread a physical core."""
        return Threads(reading=self.physical, writing=self.physical)

    @property
    def candidates(self) -> tuple[int, ...]:
        """The numbers of threads worth trying, the default first."""
        halved = max(1, self.physical // 2)
        return tuple(dict.fromkeys((self.physical, self.logical, halved)))


def chosen(trials: Sequence[Trial]) -> ThreadChoice:
    """The fastest threads of each kind, where they are clearly faster than the default.

    The first trial is the default's. Where it was tried again, another must beat the better one,
    so that a machine that was busy for a while decides nothing.
    """
    default = trials[0].threads
    ours = [trial for trial in trials if trial.threads == default]
    others = [trial for trial in trials if trial.threads != default]

    def fastest(speeds: Iterable[tuple[float, int]], needed: float) -> int:
        speed, threads = max(speeds, default=(0.0, default))
        return threads if speed >= MARGIN * needed else default

    threads = Threads(
        reading=fastest(
            ((trial.reading, trial.threads) for trial in others),
            max(trial.reading for trial in ours),
        ),
        writing=fastest(
            ((trial.writing, trial.threads) for trial in others),
            max(trial.writing for trial in ours),
        ),
    )
    return ThreadChoice(threads=threads, trials=tuple(trials))


def median_trial(threads: int, runs: Sequence[tuple[float, float]]) -> Trial:
    """The medians of runs, each the tokens read and written a second."""
    reading, writing = zip(*runs, strict=True)
    return Trial(
        threads=threads, reading=statistics.median(reading), writing=statistics.median(writing)
    )


class ThreadFile:
    """Where the choice for one model's weights on this machine is kept.

    It holds for the weights' digest, the processor, the cores that may be used, and the version
    of llama.cpp: anything else is another file. One that cannot be read counts as none.
    """

    def __init__(self, folder: Path, digest: str, cores: Cores) -> None:
        self._cores = cores
        self._holds_for = {
            "weights": digest,
            "processor": _processor(),
            **asdict(cores),
            "xllamacpp": version("xllamacpp"),
        }
        known = json.dumps(self._holds_for, sort_keys=True)
        self.path = folder / f"{hashlib.sha256(known.encode()).hexdigest()[:16]}.json"

    def read(self) -> ThreadChoice | None:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            trials = tuple(Trial(**trial) for trial in kept["trials"])
            threads = Threads(**kept["threads"])
            usable = range(1, self._cores.logical + 1)
            if threads.reading in usable and threads.writing in usable and trials:
                return ThreadChoice(threads=threads, trials=trials)
        except (OSError, ValueError, TypeError, KeyError):
            pass
        return None

    def write(self, choice: ThreadChoice) -> None:
        """Keep it, whole or not at all.

        Raises:
            OSError: the folder cannot be written.
        """
        text = json.dumps({"for": self._holds_for, **asdict(choice)}, indent=2)
        part = self.path.with_suffix(f".{os.getpid()}.part")
        try:
            part.write_text(text + "\n", encoding="utf-8")
            part.replace(self.path)
        finally:
            with suppress(OSError):
                part.unlink()


def _processor() -> str:
    """The processor's name, as far as the machine tells."""
    with suppress(OSError):
        for line in _PROCESSOR.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.lower().startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
