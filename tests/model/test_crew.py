"""Workers of a local Ray cluster that die, fail, or cannot open what they need."""

import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from index import cluster
from index.crew import TRIES, Crew, Lost
from index.errors import CitewellError
from tests.crews import opening

ROOT = Path(__file__).parents[2]
JOBS = [("do", "a"), ("die once", "b"), ("do", "c"), ("die", "d"), ("do", "e")]


def main(folder: Path) -> None:
    """Run crews in a process of its own: Ray leaves threads and open files behind."""
    with cluster._joined(cluster.LOCAL) as ray:

        def crew(how: str) -> Crew:
            return Crew(ray, "here", [{"num_cpus": 1}] * 2, opening, (folder, how))

        with closing(crew("well")) as well:
            told = dict(well.done(JOBS))
            assert told == {0: "a", 1: "b", 2: "c", 3: Lost(), 4: "e"}, told
            assert dict(well.done([("do", "f")])) == {0: "f"}, "they go on"
            assert "out of luck" in failure(well, ("fail", "g"))
        opened, closed = (len(list(folder.glob(f"{each}-*"))) for each in ("opened", "closed"))
        assert opened - closed == 1 + TRIES, "all but those that died have cleared away"
        with closing(crew("refuse")) as refusing:
            said = failure(refusing, ("do", "a"))
            assert said == f"On {socket.gethostname()}: It has no weights. Fetch them.", said
        with closing(crew("die")) as dying:
            assert "die as they start" in failure(dying, ("do", "a"))
    sys.stdout.write("as it should\n")


def failure(crew: Crew, job: tuple[str, str]) -> str:
    try:
        list(crew.done([job]))
    except CitewellError as error:
        return str(error)
    raise AssertionError("it did not fail")


def test_jobs_outlive_their_workers_and_a_job_that_kills_is_lost(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.model.test_crew", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "as it should\n", done.stderr


if __name__ == "__main__":
    main(Path(sys.argv[1]))
