"""The parent's side of the embedded model: start it, know where it listens, restart it, stop it."""

import json
import secrets
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import httpx2

from assistant.errors import ModelError
from assistant.models.embedded.serve import ServeSettings

START_SECONDS = 600
STARTS_A_MINUTE = 3
DYING_SECONDS = 3


class EmbeddedServer:
    """llama.cpp in a child process on loopback, started when first needed.

    The child ends with this process, however it ends, and is started again when it has died,
    at most three times a minute. It takes ``threads``, or one a physical core.
    """

    def __init__(
        self,
        model: Path,
        *,
        name: str,
        log_dir: Path,
        slots: int = 2,
        context: int = 8192,
        threads: int | None = None,
    ) -> None:
        self.key = secrets.token_urlsafe(32)
        self.slots = slots
        """How many requests run side by side."""
        self._model = model
        self._name = name
        self._context = context
        self._threads = threads
        self.log = log_dir / "model-server.log"
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._address = ""
        self._starts: deque[float] = deque(maxlen=STARTS_A_MINUTE)
        self._failure: ModelError | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the running child, None without one."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def address(self) -> str:
        """``http://127.0.0.1:PORT`` of a running child, which is started if there is none.

        Raises:
            ModelError: the child cannot start, or died three times within a minute.
        """
        with self._lock:
            if self.pid is None or not self._address:
                self._start()
            return self._address

    def mourn(self) -> None:
        """After a broken connection: wait until the child is seen to be dead, if it is dying."""
        with self._lock, suppress(subprocess.TimeoutExpired):
            if self._process:
                self._process.wait(timeout=DYING_SECONDS)

    @property
    def threads(self) -> int:
        """With how many threads it reads and writes."""
        return self._threads or physical_cores()

    def warm(self) -> None:
        """Start in the background; a failure shows in ``status`` and at the next request."""
        threading.Thread(target=self._warm, name="model-warm", daemon=True).start()

    def status(self) -> str:
        """``ready``, ``loading``, ``stopped``, or what went wrong."""
        if self.pid is not None:
            return "ready" if self._address else "loading"
        return str(self._failure) if self._failure else "stopped"

    def close(self) -> None:
        """Stop the child, even while it loads. It starts again if it is asked for again."""
        while not self._lock.acquire(timeout=0.1):
            if process := self._process:
                process.kill()
        try:
            if self._process:
                _stop(self._process)
            self._process, self._address = None, ""
        finally:
            self._lock.release()

    def _warm(self) -> None:
        with suppress(ModelError):
            self.address()

    def _start(self) -> None:
        self._failure = None
        try:
            self._check_starts()
            self._process = self._spawn()
            self._address = self._await_address(self._process)
            _check_health(self._address)
        except ModelError as error:
            self._failure = error
            raise

    def _check_starts(self) -> None:
        now = time.monotonic()
        if len(self._starts) == STARTS_A_MINUTE and now - self._starts[0] < 60:
            raise ModelError(
                f"The model process died {STARTS_A_MINUTE} times within a minute.", self._hint()
            )
        self._starts.append(now)

    def _spawn(self) -> subprocess.Popen[str]:
        self._address = ""
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            _rotate(self.log)
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "assistant.models.embedded.serve"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    encoding="utf-8",
                    start_new_session=True,
                )
        except OSError as error:
            raise ModelError(f"The model process cannot start: {error}.") from error
        weakref.finalize(self, _stop, process)
        return process

    def _await_address(self, process: subprocess.Popen[str]) -> str:
        assert process.stdin
        assert process.stdout
        timer = threading.Timer(START_SECONDS, process.kill)
        timer.start()
        try:
            process.stdin.write(json.dumps(asdict(self._settings())) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:  # the pipe broke: the child is gone already
            line = ""
        finally:
            timer.cancel()
        if not line:
            process.kill()
            process.wait()
            raise ModelError("The model could not be loaded.", self._hint())
        return str(json.loads(line)["address"])

    def _settings(self) -> ServeSettings:
        return ServeSettings(
            model=str(self._model),
            name=self._name,
            key=self.key,
            context=self._context,
            slots=self.slots,
            threads=self.threads,
        )

    def _hint(self) -> str:
        return f"{_last_error(self.log)}See {self.log}.".strip()


def physical_cores() -> int:
    """The physical cores that this process may use, by its affinity and its control group."""
    import joblib  # type: ignore[import-untyped]

    return int(joblib.cpu_count(only_physical_cores=True))


def _check_health(address: str) -> None:
    try:
        with httpx2.Client(trust_env=False, timeout=10) as client:
            client.get(f"{address}/health").raise_for_status()
    except httpx2.HTTPError as error:
        raise ModelError(f"The model process does not answer: {error}.") from error


def _stop(process: subprocess.Popen[str]) -> None:
    process.kill()  # it holds nothing worth saving
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()


def _rotate(log: Path) -> None:
    with suppress(OSError):  # on Windows another process may hold it open: then go on in it
        log.replace(log.with_suffix(".1.log"))


def _last_error(log: Path) -> str:
    """The last line that llama.cpp or Python wrote as an error, as a sentence, or nothing."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    errors = [line for line in lines if " E " in line or "Error" in line]
    return f"Its log says: {errors[-1].strip()[:200]} " if errors else ""
