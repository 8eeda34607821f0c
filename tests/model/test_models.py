"""The default model in its child process: held to options, cached, restarted, never left over."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from assistant.models import DEFAULT_MODEL, ServedModel, open_model
from assistant.models.embedded.server import EmbeddedServer

FACTS = (
    "The ferry Halcyon left Port Ellen at 6:40 on Tuesday with 212 passengers. Its captain, "
    "Ruth Adair, turned back after an hour because of fog, and nobody was hurt. "
)
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXY")


def asking(question: str) -> list[BaseMessage]:
    return [SystemMessage("Answer from the text."), HumanMessage(f"{FACTS}\n\n{question}")]


YES_OR_NO = asking("Did the ferry turn back? Answer yes or no.")


def test_choose_is_held_to_the_options_and_its_probabilities_are_sane(model: ServedModel) -> None:
    choice = model.choose(YES_OR_NO, ["yes", "no"])
    assert choice.option == "yes"
    assert choice.probabilities is not None
    assert choice.probabilities["yes"] > 0.9
    odd = model.choose(YES_OR_NO, ["zebra", "quince"])
    assert odd.option in {"zebra", "quince"}


def test_twenty_five_options_each_have_a_probability(model: ServedModel) -> None:
    question = asking("Which letter stands for the captain's first name? Answer with its initial.")
    choice = model.choose(question, LETTERS)
    assert choice.option == "R"
    assert choice.probabilities is not None
    assert set(choice.probabilities) == set(LETTERS)
    assert sum(choice.probabilities.values()) == pytest.approx(1)
    assert choice.probabilities["R"] > 0.5


def test_a_second_question_on_the_same_text_reuses_it(model: ServedModel) -> None:
    first = model.choose(asking("Was it foggy? Answer yes or no."), ["yes", "no"])
    second = model.choose(asking("Did it leave on Tuesday? Answer yes or no."), ["yes", "no"])
    assert second.usage.cached_tokens > 0.7 * first.usage.prompt_tokens
    assert second.usage.prompt_tokens > second.usage.cached_tokens


def test_writing_ends_where_the_model_or_its_limit_ends_it(model: ServedModel) -> None:
    question = asking("How many passengers were there? Answer in one short sentence.")
    written = model.write(question, max_tokens=40)
    assert "212" in written.text
    assert written.finished
    assert not model.write(question, max_tokens=2).finished


def test_two_at_once(model: ServedModel) -> None:
    with ThreadPoolExecutor(2) as pool:
        choices = pool.map(lambda _: model.choose(YES_OR_NO, ["yes", "no"]), range(4))
        assert [choice.option for choice in choices] == ["yes"] * 4


def test_a_stranger_without_the_key_is_refused(model: ServedModel) -> None:
    assert model.server
    address = model.server.address()
    for path in ("/v1/chat/completions", "/completion", "/tokenize"):
        assert httpx2.post(f"{address}{path}", json={}, trust_env=False).status_code == 401


def test_a_killed_child_is_replaced_within_the_same_request(model: ServedModel) -> None:
    assert model.server
    model.server.address()
    killed = model.server.pid
    assert killed
    threading.Timer(1.0, os.kill, (killed, signal.SIGKILL)).start()
    long = asking("Retell this as a long story.")
    assert len(model.write(long, max_tokens=120).text) > 100
    assert model.server.pid != killed
    assert model.choose(YES_OR_NO, ["yes", "no"]).option == "yes"


PARENT = """
import sys, time
from pathlib import Path
from assistant.models.embedded.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), name="orphan", log_dir=Path(sys.argv[2]))
print(server.address(), flush=True)
time.sleep(600)
"""


def test_the_child_dies_with_its_parent_even_on_sigkill(weights: Path, tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, weights, tmp_path], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    address = parent.stdout.readline().strip()
    assert is_listening(address)
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 10
    while is_listening(address):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_listening(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/health", trust_env=False).is_success
    except httpx2.NetworkError:
        return False


@pytest.fixture
def second_server(weights: Path, tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(weights, name="second", log_dir=tmp_path)
    yield server
    server.close()


def test_closing_does_not_wait_for_the_model_to_load(second_server: EmbeddedServer) -> None:
    second_server.warm()
    while second_server.status() != "loading":
        time.sleep(0.01)
    started = time.monotonic()
    second_server.close()
    assert time.monotonic() - started < 2
    assert second_server.pid is None


def test_a_second_server_by_address_chooses_the_same(
    model: ServedModel,
    second_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CITEWELL_API_KEY", second_server.key)
    reference = f"openai:second@{second_server.address()}/v1"
    other = open_model(reference, models_dir=tmp_path, log_dir=tmp_path)
    assert other.capabilities == model.capabilities
    here, there = (each.choose(YES_OR_NO, ["yes", "no"]) for each in (model, other))
    assert there.option == here.option
    assert there.probabilities == pytest.approx(here.probabilities, abs=0.05)
    other.close()


def test_the_digest_is_the_official_hash(model: ServedModel) -> None:
    assert (model.name, model.digest[:8]) == (DEFAULT_MODEL, "cc324af0")
