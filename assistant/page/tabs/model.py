"""The choice of a model and the line that says which one runs, where, and in what state."""

import threading
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant import runtime
from assistant.page.failing import explained
from assistant.page.html import markup, status
from assistant.page.page import Page
from assistant.page.parts import on
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.models import ServedModel

SOON_S, LATER_S = 1.0, 15.0
"""How often the state is asked for while the model is loading, and otherwise; in seconds."""


class StatusLine:
    """Which model answers, where, and in what state."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.html = gr.HTML(elem_id="status")
        self.timer = gr.Timer(SOON_S)
        on(self.timer.tick, self.shown, None, [self.html, self.timer])

    def shown(self) -> tuple[str, Any]:
        model = self.page.model
        state = model.status()
        soon = state in status.PASSING
        return status.line(model.name, state), gr.Timer(SOON_S if soon else LATER_S)


class ModelChoice:
    """The dropdown that changes the model; any model reference can be typed in."""

    def __init__(self, page: Page, line: StatusLine) -> None:
        self.page = page
        self.line = line
        self.name = gr.Dropdown(
            choices=self._choices(),
            value=page.settings.model,
            label="Model",
            container=False,
            allow_custom_value=True,
            elem_id="model",
        )

    def tells(self, news: gr.HTML) -> None:
        """Failures to change are shown in ``news``."""
        changed = [self.name, self.line.html, self.line.timer, news]
        on(self.name.input, self.change, [self.name], changed)

    def change(self, name: str, request: gr.Request) -> tuple[Any, Any, Any, str]:
        """Answer with another model from now on; the one before ends its work first.

        Everybody's questions and passages go to it: where the page has users, the operator alone
        chooses; where it has none, a visitor from elsewhere chooses of the list, and sends nobody's
        questions to an address of their own.
        """
        try:
            if not self.page.assistants.operates(request):
                raise InputError(
                    "The model answers all users of this page.", "Ask its operator to change it."
                )
            if not self.page.assistants.chooses_freely(request) and name not in self._choices():
                raise InputError(
                    "From another machine only the models of the list can be chosen.",
                    "Whoever runs the page can set CITEWELL_MODEL.",
                )
            chosen = runtime.open_model(self.page.settings, name.strip())
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return self.page.model.name, gr.skip(), gr.skip(), markup.failure(*explained(error))
        former, self.page.assistants.model = self.page.model, chosen
        chosen.warm()
        threading.Thread(target=self._retire, args=(former,), daemon=True).start()
        return gr.skip(), *self.line.shown(), ""

    def _retire(self, model: "ServedModel") -> None:
        self.page.jobs.wait_idle()
        model.close()

    def _choices(self) -> list[str]:
        """The settings' model and every fetched one of the catalogue."""
        from assistant.models import CATALOGUE

        fetched = (
            entry.name
            for entry in CATALOGUE.values()
            if entry.kind == "chat" and entry.path(self.page.settings.models_dir).is_file()
        )
        return list(dict.fromkeys([self.page.settings.model, *fetched]))
