"""The Dockerfile and compose.yaml name what there is: files, settings, commands, addresses.

That their steps work is tried by ``python -m tests.soak.deploying``, which takes root and minutes.
"""

import re
from pathlib import Path

import pytest
import typer

from assistant.cli import app
from assistant.models.weights.catalogue import DEFAULT_MODEL
from assistant.models.weights.references import RemoteModel, parse_reference
from assistant.page.serving.routes import OPEN
from assistant.settings import Settings, load_settings
from tests.soak.deploying import DEPLOY, ROOT, composition, environment, image_environment, steps

SECRETS = {"CITEWELL_PASSWORD": "password", "CITEWELL_API_KEY": "key"}
KNOWN = {f"CITEWELL_{name.upper()}" for name in Settings.model_fields} | {"CITEWELL_API_KEY"}
DOCKERFILE = steps((DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
SERVICES = composition(SECRETS)["services"]


def named(instruction: str) -> list[str]:
    return [step.rest for step in DOCKERFILE if step.name == instruction]


def test_what_is_copied_is_there_and_not_ignored() -> None:
    copied = {source for line in named("COPY") for source in line.split()[:-1]}
    assert all((ROOT / source).exists() for source in copied)
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    assert copied == set(re.findall("^!(.+)$", ignored, re.MULTILINE))
    for service in SERVICES.values():
        assert (DEPLOY / service["build"]["context"]).resolve() == ROOT
        assert (ROOT / service["build"]["dockerfile"]).samefile(DEPLOY / "Dockerfile")


def test_the_wheel_can_be_built_of_what_is_copied() -> None:
    copied = {Path(source) for line in named("COPY") for source in line.split()[:-1]}
    needed = {"pyproject.toml", "README.md", "LICENSE", "app.py", "prompts", "seeds"}
    assert needed | {"assistant", "index", "constraints.txt"} == {str(path) for path in copied}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_sets_what_is_known_and_runs_what_there_is(name: str) -> None:
    service = SERVICES[name]
    told = environment(service)
    assert {key for key in told if key.startswith("CITEWELL_")} <= KNOWN
    program, *arguments = service["command"]
    assert program in ("citewell", "chroma")
    if program == "citewell":
        command = typer.main.get_command(app)
        for argument in arguments:
            assert argument in command.commands  # type: ignore[attr-defined]
            command = command.commands[argument]  # type: ignore[attr-defined]


def test_the_page_reaches_its_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    told, model = environment(SERVICES["page"]), environment(SERVICES["model"])
    for key, value in told.items():
        monkeypatch.setenv(key, value)
    settings = load_settings()
    served = parse_reference(settings.model)
    assert isinstance(served, RemoteModel)
    assert served.name == DEFAULT_MODEL, "the name decides which calibration is used"
    assert served.url == f"http://model:{model['CITEWELL_PORT']}/v1"
    assert told["CITEWELL_API_KEY"] == model["CITEWELL_API_KEY"] == SECRETS["CITEWELL_API_KEY"]
    assert settings.password == SECRETS["CITEWELL_PASSWORD"]
    port = SERVICES["chroma"]["command"][-1]
    assert settings.chroma_url == f"http://chroma:{port}"
    assert SERVICES["page"]["ports"] == [f"127.0.0.1:{settings.port}:{settings.port}"]
    assert named("EXPOSE") == [str(settings.port)]
    assert "GET /health" in OPEN
    assert f":{settings.port}/health" in SERVICES["page"]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_starts_without_a_password_and_a_key(secret: str) -> None:
    with pytest.raises(KeyError, match=secret):
        composition({key: value for key, value in SECRETS.items() if key != secret})


def test_it_runs_as_nobody_special_and_what_only_the_page_reaches_has_no_network() -> None:
    (user,) = named("USER")
    assert any(f"useradd --uid 10001 --create-home {user}" in line for line in named("RUN"))
    last = [step.name for step in DOCKERFILE].index("USER")
    assert not {"RUN", "COPY"} & {step.name for step in DOCKERFILE[last:]}
    networks = composition(SECRETS)["networks"]
    for name in ("chroma", "model"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]
    assert networks["inside"] == {"internal": True}


def test_data_lie_in_volumes() -> None:
    (volumes,) = named("VOLUME")
    for key in ("CITEWELL_LIBRARY", "CITEWELL_LOG_DIR", "CITEWELL_MODELS_DIR"):
        folder = "/" + image_environment()[key].split("/")[1]
        assert f'"{folder}"' in volumes
    declared = composition(SECRETS)["volumes"]
    used = {each.split(":")[0] for service in SERVICES.values() for each in service["volumes"]}
    assert used == set(declared)
