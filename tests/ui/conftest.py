"""One real page for all tests of its endpoints."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.serving import Served, served

if TYPE_CHECKING:
    from gradio_client import Client


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("page")) as running:
        yield running


@pytest.fixture(scope="session")
def client(site: Served) -> "Client":
    from gradio_client import Client

    return Client(site.address, verbose=False)
