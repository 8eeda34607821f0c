"""The page in a process of its own, with a scripted model.

    python -m tests.ui.standin_page LIBRARY [FILES [SENTENCE]]

Prints its address when it is open. FILES are indexed beside the example. The model says yes to
everything and writes SENTENCE, and fails where the question mentions a crash. Where the settings
name a model by its address, that one answers instead.
"""

import sys
import threading

from assistant.answering.assistant import Assistant
from assistant.errors import ModelError
from assistant.keeping.page_files import PageFiles
from assistant.models.protocol import Model
from assistant.prompts import Prompts
from assistant.resources import prompts_folder, seeds_folder
from assistant.runtime import open_model
from assistant.settings import go_offline, load_settings
from index import Library
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel


def choose(call: Call) -> str:
    if "crash" in call.text:
        raise ModelError("The model process died.")
    return "yes"


def main() -> None:
    go_offline()
    settings = load_settings(library=sys.argv[1], port=0)
    files = sys.argv[2:3]
    sentence = (sys.argv[3:] or ["The deployment is estimated to be in the hundreds."])[0]
    model: Model = ScriptedModel(chooser=choose, writer=lambda call: sentence)
    if settings.model.startswith("openai:"):
        model = open_model(settings)
    with Library.open(settings.library, embedder=HashEmbedder(), owner="page") as library:
        for each in (seeds_folder(), *files):
            list(library.add(each))
        PageFiles(library.folder)
        from assistant.page.build import build_app
        from assistant.page.page import Page
        from assistant.page.serving.assistants import Assistants
        from assistant.page.serving.downloads import Downloads
        from assistant.page.serving.launch import launch

        assistant = Assistant(library, model, Prompts.load(prompts_folder()))
        assistants, downloads = Assistants(settings, assistant), Downloads()
        page = Page(settings=settings, assistants=assistants, downloads=downloads)
        blocks = build_app(settings, assistants, downloads, page)
        address = launch(blocks, settings, downloads=downloads, metrics=page.measured)
        library.announce(address)
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
