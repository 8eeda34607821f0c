"""The named endpoints of the real page with the real model, as a program uses them."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gradio_client.exceptions import AppError

from tests.browser.serving import Served
from tests.unit.index.test_protection import PASSWORD, protected_pdf

if TYPE_CHECKING:
    from gradio_client import Client

HOW_MANY = "How many North Korean soldiers are estimated to be deployed?"
TANKS = "How many tanks did North Korea send?"
NAMES = {
    *("/ask", "/converse", "/search", "/summarize", "/marks"),
    *("/documents", "/text", "/sentences", "/headings"),
    *("/add", "/unlock", "/reread", "/remove", "/removed", "/recover", "/purge"),
    *("/watch", "/unwatch", "/watched", "/keep_in_step"),
    *("/label", "/labels", "/chosen", "/date"),
    *("/conversations", "/export_conversation", "/chat"),
}


def test_only_the_named_endpoints_are_listed(client: "Client") -> None:
    listed = client.view_api(return_format="dict", print_info=False)
    assert set(listed["named_endpoints"]) == NAMES
    assert not listed["unnamed_endpoints"]


def test_documents_and_their_text(client: "Client", seed_path: Path) -> None:
    (info,) = client.predict(api_name="/documents")
    assert info["name"] == seed_path.name
    text = seed_path.read_text(encoding="utf-8")
    assert client.predict(info["id"], api_name="/text") == text
    bounds = client.predict(info["id"], api_name="/sentences")
    assert "".join(text[start:end] for start, end in bounds).split() != []
    assert bounds[0][0] == 0
    (first, *_) = client.predict(info["id"], api_name="/headings")
    assert first["level"] == 1


def test_search_gives_exact_spans_without_the_model(client: "Client", seed_path: Path) -> None:
    text = seed_path.read_text(encoding="utf-8")
    found = client.predict(HOW_MANY, None, 3, api_name="/search")
    assert len(found) == 3
    assert all(text[item["start"] : item["end"]] == item["quote"] for item in found)


def test_an_answer_is_cited_to_the_character(client: "Client", seed_path: Path) -> None:
    answer = client.predict(HOW_MANY, None, api_name="/ask")
    text = seed_path.read_text(encoding="utf-8")
    assert answer["status"] == "answered"
    assert "hundreds" in answer["text"]
    for claim in answer["claims"]:
        assert claim["citations"]
        for cited in claim["citations"]:
            assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_a_refusal_is_an_answer_of_its_own_kind(client: "Client") -> None:
    answer = client.predict(TANKS, None, api_name="/ask")
    assert (answer["status"], answer["text"]) == ("not_in_documents", "")
    assert answer["evidence"]


def test_evidence_comes_while_the_model_is_busy(client: "Client") -> None:
    job = client.submit("What does North Korea gain from helping Russia?", None, api_name="/ask")
    began = time.monotonic()
    assert client.predict("sanctions", None, 3, api_name="/search")
    searched = time.monotonic() - began
    assert job.result(timeout=120)["status"] == "answered"
    assert searched < time.monotonic() - began


@pytest.mark.parametrize(
    ("arguments", "endpoint", "says"),
    [
        ((" ", None), "/ask", "question is empty"),
        (("why " * 1500, None), "/ask", "4,000"),
        (("why " * 1500, None, 3), "/search", "4,000"),
        (("Why?", ["no-such-document"]), "/ask", "no-such-document"),
        (("/no/such/file.txt",), "/add", "/no/such/file.txt"),
        (("no-such-document",), "/remove", "no-such-document"),
        ((["no-such-document"], "brief", ""), "/summarize", "no-such-document"),
    ],
)
def test_a_mistake_is_told_in_words(
    client: "Client", arguments: tuple[object, ...], endpoint: str, says: str
) -> None:
    with pytest.raises(AppError, match=says):
        client.predict(*arguments, api_name=endpoint)


def test_a_document_comes_and_goes(client: "Client", tmp_path: Path) -> None:
    path = tmp_path / "bridge.txt"
    path.write_text("The bridge at Hartmoor was closed in May.", encoding="utf-8")
    (added,) = client.predict(str(path), api_name="/add")
    assert added["status"] == "added"
    assert client.predict(str(path), api_name="/add")[0]["status"] == "unchanged"
    assert client.predict("Hartmoor", None, 1, api_name="/search")[0]["document"] == "bridge.txt"
    assert client.predict("bridge.txt", api_name="/remove")["id"] == added["document_id"]
    assert len(client.predict(api_name="/documents")) == 1
    (line,) = client.predict(api_name="/removed")
    assert (line["id"], line["file"]) == (added["document_id"], str(path))
    assert client.predict("bridge.txt", api_name="/recover")["id"] == added["document_id"]
    assert client.predict("Hartmoor", None, 1, api_name="/search")[0]["document"] == "bridge.txt"
    client.predict("bridge.txt", api_name="/remove")
    assert [each["id"] for each in client.predict(["bridge.txt"], api_name="/purge")] == [
        line["id"]
    ]
    assert client.predict(api_name="/removed") == []


def test_a_protected_file_opens_with_its_password(client: "Client", tmp_path: Path) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(protected_pdf())
    with pytest.raises(AppError, match="is protected with a password"):
        client.predict(str(path), api_name="/add")
    (added,) = client.predict(str(path), PASSWORD, api_name="/unlock")
    assert added["status"] == "added"
    client.predict(added["document_id"], api_name="/remove")


def test_a_summary_is_cited_throughout(client: "Client", seed_path: Path) -> None:
    summary = client.predict([seed_path.name], "brief", "", api_name="/summarize")
    text = seed_path.read_text(encoding="utf-8")
    claims = [summary["headline"], *summary["points"]]
    assert len(claims) > 1
    for claim in claims:
        for cited in claim["citations"]:
            assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_the_library_says_where_it_is_open(site: Served) -> None:
    from index.lock import holder

    noted = holder(site.library)
    assert noted is not None
    assert noted.address == site.address


def test_a_conversation_can_be_gone_on_with_and_its_messages_are_checked(
    client: "Client",
) -> None:
    history = [{"role": "user", "content": HOW_MANY}]
    answer = client.predict("And by whom?", None, history, "short", False, api_name="/converse")
    assert answer["status"] in ("answered", "not_in_documents")
    with pytest.raises(AppError, match="Message 1 of the conversation"):
        client.predict("And when?", None, [{"role": "x"}], "", False, api_name="/converse")
