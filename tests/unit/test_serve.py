"""What the page starts with: its example and its model."""

from pathlib import Path

import pytest

from assistant.errors import ModelUnknownError, WeightsError
from assistant.serve import chat_model, seed
from assistant.settings import Settings
from index import Library


def test_a_new_library_gets_the_example_once(library: Library) -> None:
    seed(library)
    seed(library)
    (info,) = library.documents()
    library.remove(info.id)
    seed(library)
    assert library.documents() == []


def test_a_library_that_was_emptied_before_the_first_page_stays_empty(
    seed_library: Library,
) -> None:
    (info,) = seed_library.documents()
    seed_library.remove(info.id)
    seed(seed_library)
    assert seed_library.documents() == []


def test_a_missing_model_says_how_to_get_it_and_never_answers(tmp_path: Path) -> None:
    model = chat_model(Settings(models_dir=tmp_path))
    assert "Run: citewell models fetch qwen2.5-coder-1.5b" in model.status()
    for ask in (model.choose, model.write):
        with pytest.raises(WeightsError, match="citewell models fetch"):
            ask([], max_tokens=1)
    with pytest.raises(WeightsError):
        _ = model.capabilities
    model.warm()
    model.close()


def test_an_unknown_model_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ModelUnknownError):
        chat_model(Settings(models_dir=tmp_path, model="gpt-nonsense"))
