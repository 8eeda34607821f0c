"""The documents of the golden summaries: what is composed is always the same, and has its facts."""

from pathlib import Path

from assistant.evaluation.golden.reading import load_golden
from assistant.evaluation.summary_cases import says
from tests.golden.long_documents import GOLDEN, write


def test_every_key_fact_stands_in_its_document(tmp_path: Path) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in write(tmp_path)}
    cases = load_golden(GOLDEN).summaries
    assert {case.document for case in cases} == set(texts)
    for case in cases:
        assert all(says(texts[case.document], wordings) for _, wordings in case.key_facts)


def test_the_documents_are_of_all_lengths_and_the_same_each_time(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), write(tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    lengths = sorted(len(path.read_text(encoding="utf-8").split()) for path in first)
    assert len(lengths) >= 9
    assert lengths[0] < 350
    assert lengths[-1] > 20_000


def test_hardly_a_paragraph_of_the_long_ones_comes_twice(tmp_path: Path) -> None:
    for path in write(tmp_path)[-2:]:
        text = path.read_text(encoding="utf-8")
        paragraphs = [part for part in text.split("\n\n") if len(part.split()) > 60]
        assert len(set(paragraphs)) > 0.97 * len(paragraphs)
