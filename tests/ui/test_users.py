"""Several users at once on one page, whose model server has a few slots."""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.soak.load import call

SLOTS = 3
REPLY_S = 0.3
ROOT = Path(__file__).parents[2]


@contextmanager
def printing(*command: str, **environment: str) -> Iterator[str]:
    """The first line that a command prints, for as long as it runs."""
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page with a deterministic embedder, and a stand-in for a model server with slots."""
    serving = ("-m", "tests.standin", "--slots", str(SLOTS), "--seconds", str(REPLY_S))
    library = tmp_path_factory.mktemp("page") / "library"
    with (
        printing(*serving) as server,
        printing(
            *("-m", "tests.ui.standin_page", str(library)),
            CITEWELL_MODEL=f"openai:standin@{server}",
            CITEWELL_MOST_WAITING="12",
        ) as page,
    ):
        asked(page, 1, "Who warms the page?")
        yield page


def asked(page: str, user: int, question: str) -> float:
    """Seconds that a user waits for an answer; each user is at another address of loopback."""
    transport = httpx2.HTTPTransport(local_address=f"127.0.0.{user}")
    with httpx2.Client(transport=transport, trust_env=False, timeout=240) as client:
        began = time.monotonic()
        answer = call(client, page.rstrip("/"), "ask", question, None)
        assert isinstance(answer, dict)
        assert answer["question"] == question
        return time.monotonic() - began


def at_once(page: str, questions: list[tuple[int, str]]) -> tuple[dict[str, float], float]:
    """Each question's wait, all asked at the same time, and the seconds until all are answered."""
    waits: dict[str, float] = {}

    def ask(user: int, question: str) -> None:
        waits[question] = asked(page, user, question)

    threads = [threading.Thread(target=ask, args=each) for each in questions]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == len(questions)
    return waits, time.monotonic() - began


def question(user: int, turn: int) -> str:
    return f"How many North Korean soldiers are deployed, asks {user} for the {turn}th time?"


def test_eight_users_have_more_answers_a_second_than_one_and_none_starves(address: str) -> None:
    alone = [asked(address, 1, question(1, turn)) for turn in range(8)]
    waits: list[float] = []

    def use(user: int) -> None:
        waits.extend(asked(address, user, question(user, turn)) for turn in range(10, 14))

    threads = [threading.Thread(target=use, args=(user,)) for user in range(1, 9)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    throughput = len(waits) / (time.monotonic() - began)
    assert len(waits) == 32
    assert throughput >= len(alone) / sum(alone)
    assert max(waits) <= 3 * statistics.median(waits)


def test_one_who_floods_the_page_makes_nobody_else_wait_for_all_of_it(address: str) -> None:
    flood = [(1, question(1, turn)) for turn in range(20, 20 + 10)]
    others = [(user, question(user, 40)) for user in range(2, 9)]
    waits, whole = at_once(address, [*flood, *others])
    calm = [waits[each] for _, each in others]
    assert max(calm) < whole
    assert max(calm) <= 3 * statistics.median(calm)
    assert statistics.median(calm) < statistics.median(waits[each] for _, each in flood)


def test_more_questions_than_one_user_may_have_waiting_are_refused(address: str) -> None:
    refused: list[str] = []

    def ask(turn: int) -> None:
        try:
            asked(address, 1, question(1, turn))
        except ValueError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=ask, args=(turn,)) for turn in range(60, 60 + 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 < len(refused) <= 20 - 12
    assert "12 of your questions wait for their answers already" in refused[0]
