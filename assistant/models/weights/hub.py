"""The model hub: files at a pinned revision, resumed where an earlier run stopped."""

import os
import re
from pathlib import Path

import httpx2

from assistant.models.weights.catalogue import File
from assistant.models.weights.landing import CHUNK, Landing
from assistant.models.weights.sources import Progress, SourceError, reporter

CONNECT_SECONDS = 3.0
READ_SECONDS = 60.0
FAILURES = (httpx2.HTTPError, httpx2.InvalidURL)


def fetch_from_hub(
    repository: str, revision: str, files: tuple[File, ...], folder: Path, progress: Progress
) -> None:
    """Put ``files`` into ``folder``, those first that are not there yet.

    Raises:
        SourceError: the hub cannot be reached, or does not have a file.
        WrongBytesError: a file is not the released one.
    """
    total = sum(file.size for file in files)
    done = 0
    with _client() as client:
        for file in files:
            target = folder / file.name
            if not (target.is_file() and target.stat().st_size == file.size):
                url = _url(repository, revision, file.name)
                report = reporter(progress, f"Fetching {file.name} from the hub", done, total)
                _fetch(client, url, Landing(target, file, report), file)
            done += file.size


def hub_file(repository: str, revision: str, name: str) -> File:
    """Size and hash of a file as the hub states them.

    Raises:
        SourceError: the hub cannot be reached, has no such file, or does not state its hash.
    """
    url = _url(repository, revision, name)
    try:
        with _client() as client:
            response = client.head(url, follow_redirects=False)
    except FAILURES as error:
        raise SourceError(_reason(error)) from error
    if response.status_code >= 400:
        raise SourceError(f"{url} answered {response.status_code}")
    sha256 = response.headers.get("x-linked-etag", "").strip('"')
    size = response.headers.get("x-linked-size", "")
    if not re.fullmatch("[0-9a-f]{64}", sha256) or not size.isdigit():
        raise SourceError(f"{url} does not state the hash of its content")
    return File(name=name, size=int(size), sha256=sha256)


def _fetch(client: httpx2.Client, url: str, landing: Landing, file: File) -> None:
    with landing:
        try:
            if landing.resume() < file.size:
                _stream(client, url, landing)
            landing.finish()
        except FAILURES as error:
            raise SourceError(_reason(error)) from error


def _stream(client: httpx2.Client, url: str, landing: Landing) -> None:
    headers = {"Range": f"bytes={landing.written}-"} if landing.written else {}
    with client.stream("GET", url, headers=headers, follow_redirects=True) as response:
        response.raise_for_status()
        if response.status_code != httpx2.codes.PARTIAL_CONTENT:
            landing.restart()
        for chunk in response.iter_bytes(CHUNK):
            landing.write(chunk)


def _client() -> httpx2.Client:
    from huggingface_hub import get_token

    token = get_token()  # only some repositories that a user may name ask for one
    authorization = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx2.Client(
        headers={"Accept-Encoding": "identity", **authorization},
        timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
    )


def _url(repository: str, revision: str, name: str) -> str:
    from huggingface_hub import hf_hub_url

    endpoint = os.environ.get("HF_ENDPOINT")
    return hf_hub_url(repository, name, revision=revision, endpoint=endpoint)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx2.HTTPStatusError):
        return f"it answered {error.response.status_code}"
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
        return "it cannot be reached"
    return f"the connection broke ({type(error).__name__})"
