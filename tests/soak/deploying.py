"""The steps of docs/deploy/ in a plain Debian root: built, then run where there is no network.

    python -m tests.soak.deploying [--wheels FOLDER] [--suite SUITE] [--root FOLDER]

What Docker would do is done by hand. debootstrap makes the root, each COPY and RUN of the
Dockerfile is carried out in it, and ``weights`` of compose.yaml fetches. The three services then
run side by side, as the image's user, with nothing but loopback; they have to become healthy, and
to answer a question. Not tried: Docker itself, its networks, volumes and dropped rights. Needs
root, debootstrap, iproute2 and util-linux. ``--wheels`` is for a machine that does not reach
PyTorch's index: its CPU build is taken from that folder. A ``--root`` that is there already goes on
after the step it was at, as long as the Dockerfile is the same.
"""

import argparse
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "docs" / "deploy"
HEALTHY_SECONDS = 600
QUESTION = "How many North Korean soldiers are estimated to be deployed?"
CERTIFICATES = "/var/certificates.crt"
"""In the root; Debian makes its own file anew."""
READS_SCANS = "import cv2, onnxruntime, rapidocr"
"""Libraries that want others of the system."""
SERVICES = ("chroma", "model", "page")
"""In the order in which compose.yaml starts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One instruction of a Dockerfile."""

    name: str
    rest: str


def steps(text: str) -> list[Step]:
    """The instructions of a Dockerfile, in order, continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    found = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [Step(name=name, rest=rest.strip()) for name, _, rest in found]


def composition(secrets: dict[str, str]) -> dict[str, Any]:
    """compose.yaml, where ``${NAME:?…}`` is what ``secrets`` has for it; KeyError without it."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    told: dict[str, Any] = yaml.safe_load(
        re.sub(r"\$\{(\w+):\?[^}]*\}", lambda m: secrets[m[1]], text)
    )
    return told


def image_environment() -> dict[str, str]:
    """What the Dockerfile's ENV lines set."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    return dict(step.rest.split("=", 1) for step in steps(text) if step.name == "ENV")


class Chroot:
    """A Debian root in which commands run."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def inside(self, path: str) -> Path:
        return self.place / path.lstrip("/")

    def command(self, *command: str, user: str, folder: str, told: dict[str, str]) -> list[str]:
        """How ``command`` is run in there, with no other environment than ``told``."""
        there = f"cd {shlex.quote(folder)} && exec {shlex.join(command)}"
        set_to = [f"{key}={value}" for key, value in told.items()]
        return [
            *("chroot", f"--userspec={user}:{user}", str(self.place)),
            *("env", "-i", *set_to, "sh", "-c", there),
        ]


def mount(root: Chroot) -> None:
    """Give the root /proc and /dev, for as long as this process and its children live."""
    for name in ("proc", "dev"):
        subprocess.run(["mount", "--rbind", f"/{name}", root.inside(name)], check=True)


def make(root: Chroot, suite: str) -> None:
    """A plain Debian, and what it needs to reach the network."""
    if not root.inside("/etc/debian_version").exists():
        subprocess.run(["debootstrap", "--variant=minbase", suite, root.place], check=True)
    shutil.copyfile("/etc/resolv.conf", root.inside("/etc/resolv.conf"))
    shutil.copyfile("/etc/ssl/certs/ca-certificates.crt", root.inside(CERTIFICATES))
    names = " ".join(("localhost", *SERVICES))
    root.inside("/etc/hosts").write_text(f"127.0.0.1 {names}\n", encoding="ascii")


def build(root: Chroot, wheels: Path | None) -> None:
    """Carry out the Dockerfile, but no RUN that was carried out after the same steps before."""
    told = {"PATH": os.defpath + ":/usr/sbin:/sbin", "HOME": "/root"}
    told |= reaching()
    if wheels:
        root.inside("/wheels").mkdir(exist_ok=True)
        subprocess.run(["mount", "--bind", wheels, root.inside("/wheels")], check=True)
    folder, so_far = "/", hashlib.sha256()
    for step in steps((DEPLOY / "Dockerfile").read_text(encoding="utf-8")):
        so_far.update(f"{step.name} {step.rest}\n".encode())
        done = root.inside(f"/var/done-{so_far.hexdigest()[:16]}")
        print(f"==> {step.name} {step.rest[:100]}", flush=True)
        match step.name:
            case "WORKDIR":
                folder = step.rest
                root.inside(folder).mkdir(parents=True, exist_ok=True)
            case "ARG":
                name, _, value = step.rest.partition("=")
                told[name] = "" if wheels else value
                told |= {"PIP_FIND_LINKS": "/wheels"} if wheels else {}
            case "COPY":
                *sources, target = step.rest.split()
                for source in sources:
                    copy(ROOT / source, root.inside(folder) / target)
            case "RUN" if not done.exists():
                command = ("sh", "-c", step.rest)
                line = root.command(*command, user="root", folder=folder, told=told)
                subprocess.run(line, check=True)
                done.touch()


def reaching() -> dict[str, str]:
    """How this machine's pip reaches its index, and whom it trusts; not what lies on this disk."""
    told = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
    told.pop("PIP_FIND_LINKS", None)
    return told | {"PIP_CERT": CERTIFICATES}


def copy(source: Path, target: Path) -> None:
    """As COPY: the content of a folder, or a file into a folder."""
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)
    else:
        shutil.copyfile(source, target / source.name)


def environment(service: dict[str, Any]) -> dict[str, str]:
    """Of a service: the image's, and its own."""
    return {"HOME": "/home/citewell"} | image_environment() | service.get("environment", {})


def started(root: Chroot, service: dict[str, Any], told: dict[str, str]) -> list[str]:
    """How a service is run."""
    return root.command(*service["command"], user="citewell", folder="/data", told=told)


def fetch(root: Chroot, compose: dict[str, Any]) -> None:
    """What ``weights`` of compose.yaml does."""
    service = compose["services"]["weights"]
    subprocess.run(started(root, service, environment(service) | reaching()), check=True)


def serve(root: Chroot, compose: dict[str, Any]) -> None:
    """The three services where there is no network, each waited for, and a question.

    Chroma keeps its vectors in a folder of its own, as its volume does.
    """
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    running: list[subprocess.Popen[bytes]] = []
    try:
        for name in SERVICES:
            service = compose["services"][name]
            command = [part.replace("/data", "/data/vectors") for part in service["command"]]
            told, began = environment(service), time.monotonic()
            line = started(root, service | {"command": command}, told)
            running.append(subprocess.Popen(line))
            _, *check = service["healthcheck"]["test"]
            asking = root.command(*check, user="citewell", folder="/data", told=told)
            while subprocess.run(asking, capture_output=True, check=False).returncode:
                if running[-1].poll() is not None or time.monotonic() - began > HEALTHY_SECONDS:
                    raise SystemExit(f"{name} did not become healthy.")
                time.sleep(1)
            print(f"==> {name} is healthy after {time.monotonic() - began:.0f} s", flush=True)
        told = environment(compose["services"]["page"])
        for command in (("citewell", "ask", QUESTION), ("python", "-c", READS_SCANS)):
            line = root.command(*command, user="citewell", folder="/data", told=told)
            subprocess.run(line, check=True)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()
    print("==> 5 passed, 0 failed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--wheels", type=Path)
    parser.add_argument("--suite", help="instead of the one that the Dockerfile names")
    parser.add_argument("--root", type=Path, help="where the root is made, and kept")
    parser.add_argument("--part", choices=("build", "serve"), help=argparse.SUPPRESS)
    told = parser.parse_args()
    first = steps((DEPLOY / "Dockerfile").read_text(encoding="utf-8"))[0]
    suite = told.suite or re.sub(r"debian:(\w+).*", r"\1", first.rest)
    root = Chroot((told.root or Path(tempfile.mkdtemp(prefix="citewell-"))).absolute())
    compose = composition({"CITEWELL_PASSWORD": "of the trial", "CITEWELL_API_KEY": "of-the-trial"})
    if told.part == "build":
        make(root, suite)
        mount(root)
        build(root, told.wheels)
        fetch(root, compose)
    elif told.part == "serve":
        mount(root)
        serve(root, compose)
    else:  # mounts and networks are of these processes alone, and end with them
        root.place.mkdir(parents=True, exist_ok=True)
        again = [sys.executable, "-m", "tests.soak.deploying", *sys.argv[1:], "--root", root.place]
        apart = ["unshare", "--mount", "--propagation", "private"]
        subprocess.run([*apart, *again, "--part", "build"], check=True)
        subprocess.run([*apart, "--net", *again, "--part", "serve"], check=True)
        if told.root is None:
            shutil.rmtree(root.place)


if __name__ == "__main__":
    main()
