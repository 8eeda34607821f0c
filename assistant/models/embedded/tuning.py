"""Finding out, once for a model's weights on a machine, with how many threads it is fastest."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx2

from assistant.errors import ModelError
from assistant.models.embedded.server import EmbeddedServer
from assistant.models.embedded.threads import (
    Cores,
    ThreadChoice,
    ThreadFile,
    Threads,
    Trial,
    chosen,
    median_trial,
)

BACKGROUND_S = 15.0
"""How long the trials may take before the model is first loaded."""
PATIENT_S = 300.0
"""How long where somebody asked for them."""
RUNS = 3
WRITTEN = 12
"""Tokens that a run writes, as many as a short sentence has."""
CONTEXT = 1024
_READ = (
    "The ferry left the island before dawn, with two hundred passengers and the mail of a week. "
    "Its captain had been told of fog, but the harbour was clear and she saw no reason to wait. "
) * 2
"""Some 80 tokens: an answer's prompts have about a hundred."""
_BUSY = 0.5
"""Processes that wait or run for each core, over a minute, from which nothing is measured."""


class Tuning:
    """The threads of one model here: those that are set, those measured before, or the default.

    The trials run the model in a process of its own, one number of threads after the other.
    """

    def __init__(
        self,
        weights: Path,
        *,
        digest: str,
        folder: Path,
        log_dir: Path,
        given: int | None = None,
        cores: Cores | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._weights = weights
        self._digest = digest
        self._folder = folder
        self._log_dir = log_dir
        self._given = given
        self._known_cores = cores
        self._clock = clock
        self._is_ended = False
        self._is_wanted = False
        self._server: EmbeddedServer | None = None
        self.is_running = False
        """Whether trials are being made."""

    def threads(self) -> Threads:
        """With how many the model is to be started now."""
        if self._given:
            return Threads(reading=self._given, writing=self._given)
        kept = self._file.read()
        return kept.threads if kept else self._cores.default

    def told(self) -> str:
        """The threads and why, in a line."""
        if self._given:
            return f"{self.threads()}, as CITEWELL_THREADS says"
        if len(self._cores.candidates) == 1:
            return f"{self.threads()}, all that this machine has"
        kept = self._file.read()
        if kept is None:
            return f"{self.threads()}, the physical cores; to measure: citewell doctor --measure"
        return f"{kept.threads}, measured ({'; '.join(map(str, kept.trials))})"

    def settle(self) -> bool:
        """Measure where nothing is known yet and the machine is idle; a failure changes nothing.

        False where ``stop`` ended it.
        """
        if not self._given and self._file.read() is None and not _is_busy(self._cores):
            with suppress(ModelError):
                self.measure(BACKGROUND_S)
        return not self._is_wanted

    def measure(self, seconds: float = PATIENT_S) -> ThreadChoice | None:
        """Try the candidates within so many seconds and keep the choice; None without a choice.

        Raises:
            ModelError: the model did not run, it took longer, or the choice cannot be kept.
        """
        from filelock import FileLock, Timeout

        if self._given or len(self._cores.candidates) == 1:
            return None
        self.is_running = True
        ending = threading.Timer(seconds, self._end)
        ending.daemon = True
        ending.start()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / ".lock", timeout=0):
                choice = self._tried(seconds)
                self._file.write(choice)
            return choice
        except Timeout as error:
            raise ModelError("Another process is measuring its model's threads.") from error
        except OSError as error:
            raise ModelError(f"The threads cannot be kept in {self._folder}: {error}.") from error
        finally:
            ending.cancel()
            self.is_running = False

    def stop(self) -> None:
        """End the trials, because the model is wanted now, and try nothing from now on."""
        self._is_wanted = True
        self._end()

    def _end(self) -> None:
        self._is_ended = True
        if server := self._server:
            server.close()

    @property
    def _cores(self) -> Cores:
        if self._known_cores is None:
            self._known_cores = Cores.usable()
        return self._known_cores

    @property
    def _file(self) -> ThreadFile:
        return ThreadFile(self._folder, self._digest, self._cores)

    def _tried(self, seconds: float) -> ThreadChoice:
        """Each candidate, and the default again where another one seems to be faster."""
        candidates = self._cores.candidates
        each = seconds / (len(candidates) + 1)
        trials = [self._trial(threads, each) for threads in candidates]
        choice = chosen(trials)
        if choice.threads == self._cores.default:
            return choice
        return chosen([*trials, self._trial(candidates[0], each)])

    def _trial(self, threads: int, seconds: float) -> Trial:
        """At most ``RUNS`` runs, and no further one after so many seconds."""
        until = self._clock() + seconds
        server = self._server = EmbeddedServer(
            self._weights,
            name="trial",
            log_dir=self._log_dir / "threads",
            slots=1,
            context=CONTEXT,
            threads=Threads(reading=threads, writing=threads),
        )
        try:
            runs = [self._run(server)]
            while len(runs) < RUNS and self._clock() < until:
                runs.append(self._run(server))
            return median_trial(threads, runs)
        except (httpx2.HTTPError, KeyError, ValueError) as error:
            raise ModelError(f"A trial of {threads} threads failed: {error}.") from error
        finally:
            self._server = None
            server.close()

    def _run(self, server: EmbeddedServer) -> tuple[float, float]:
        """Tokens read and written a second."""
        if self._is_ended:
            raise ModelError("The trials of threads took too long, or a question came.")
        body = {
            "prompt": _READ,
            "n_predict": WRITTEN,
            "temperature": 0,
            "ignore_eos": True,
            "cache_prompt": False,
        }
        headers = {"Authorization": f"Bearer {server.key}"}
        with httpx2.Client(trust_env=False, timeout=PATIENT_S, headers=headers) as client:
            reply = client.post(f"{server.address()}/completion", json=body).raise_for_status()
        told = reply.json()["timings"]
        return float(told["prompt_per_second"]), float(told["predicted_per_second"])


def _is_busy(cores: Cores) -> bool:
    try:
        return os.getloadavg()[0] > _BUSY * cores.logical
    except (OSError, AttributeError):  # Windows does not tell
        return False
