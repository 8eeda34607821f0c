"""Eight users at once against one, with the settings' model: answers a minute, and waits.

    python -m benchmarks.users --users 8 --alone 6

Every question is another one, about the example document; nothing is answered from what is kept.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from pathlib import Path

from assistant.page.serving.turns import Turns
from assistant.resources import seeds_folder
from assistant.runtime import open_assistant, open_library, open_model
from assistant.settings import Settings, go_offline

ASKED = (
    "How many North Korean soldiers are estimated to be deployed?",
    "What did the State Department say about the troops?",
    "Which ammunition was delivered to Moscow?",
    "What does Kim hope to gain in return?",
    "Who confirmed the deployment of soldiers?",
    "Where are the North Korean troops stationed?",
    "What did South Korea's president say?",
    "When were the soldiers sent to Russia?",
    "Which missiles did North Korea deliver?",
    "What sanctions are planned against North Korea?",
    "What is said about food and fuel?",
    "Which treaty did Russia and North Korea sign?",
    "What did NATO say about the soldiers?",
    "How many soldiers were killed or wounded?",
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--alone", type=int, default=6)
    given = parser.parse_args()
    go_offline()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(library=Path(folder) / "library")
        model = open_model(settings)
        with open_library(settings) as library:
            list(library.add(seeds_folder()))
            assistant = open_assistant(settings, library, model)
            turns = Turns(lambda: model.slots, most=settings.most_waiting)

            def ask(user: str, question: str) -> float:
                began = time.monotonic()
                with turns.turn(user):
                    assistant.answer(question)
                return time.monotonic() - began

            ask("first", "What is this about, in a few words?")
            began = time.monotonic()
            alone = [ask("one", question) for question in ASKED[: given.alone]]
            one = 60 * len(alone) / (time.monotonic() - began)
            waits: list[float] = []
            threads = [
                threading.Thread(target=lambda u=user, q=question: waits.append(ask(str(u), q)))
                for user, question in enumerate(ASKED[given.alone : given.alone + given.users])
            ]
            began = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            many = 60 * len(waits) / (time.monotonic() - began)
        model.close()
    figures = {
        "model": model.name,
        "slots": settings.slots or 2,
        "alone": {"n": len(alone), "answers_a_minute": round(one, 2)},
        "together": {
            "n": len(waits),
            "answers_a_minute": round(many, 2),
            "wait_median_s": round(statistics.median(waits), 1),
            "wait_max_s": round(max(waits), 1),
        },
        "throughput_ratio": round(many / one, 2),
        "max_wait_to_median": round(max(waits) / statistics.median(waits), 2),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
