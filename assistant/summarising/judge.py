"""What the model writes and judges for a summary, kept in the library at once.

A summary that was stopped or killed goes on from what was kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from assistant.checking.calibration import Calibration
from assistant.checking.support import Support, check
from assistant.keeping.summaries import digest as key_of
from assistant.models.protocol import Model, Usage
from assistant.prompts import Prompts
from index.readable import Readable

KEPT = "summary_point"
"""The kind of note under which the library keeps these."""
TOKENS = 3
"""Of a written sentence for each word that is asked for: it may be longer, and is then checked."""


@dataclass(slots=True, kw_only=True)
class Judge:
    """The model with its prompts and thresholds."""

    library: Readable
    model: Model
    prompts: Prompts
    calibration: Calibration
    go_on: Callable[[], None]
    """Called before the model is asked; may raise to stop the work."""
    usage: Usage = field(default_factory=Usage)

    def identity(self) -> list[Any]:
        """What decides a check: another model, prompt or threshold may decide otherwise."""
        asked = [self.prompts.digests[name] for name in ("support", "claim_first")]
        return [self.model.digest, *asked, self.calibration.support]

    def support(self, claim: str, quotes: Sequence[str], *, written: bool = False) -> Support:
        """Whether exactly these quotations bear a claim out; what was ``written`` must keep to
        their words.

        Raises:
            ModelError: the model gave no answer.
        """
        asked = [*self.identity(), written, claim, *quotes]
        kept = self.library.get(KEPT, key_of(*asked))
        if kept is not None:
            return Support(**kept)
        self.go_on()
        support, usage = check(
            self.model,
            self.prompts,
            claim,
            quotes,
            calibration=self.calibration,
            question="" if written else None,
        )
        self.usage += usage
        self.library.put(KEPT, key_of(*asked), asdict(support))
        return support

    def write(self, prompt: str, sentences: str, words: int) -> str:
        """What the model writes of some sentences by a prompt that asks for so many words at most;
        nothing if it came to no end.

        Raises:
            ModelError: the model gave no answer.
        """
        return self._written(prompt, TOKENS * words, sentences=sentences, words=str(words))

    def write_stretch(self, text: str, count: str, words: int) -> str:
        """What the model writes of a text of so many words in so many sentences, a ``count`` such
        as "two"; nothing if it came to no end.

        Raises:
            ModelError: the model gave no answer.
        """
        return self._written("digest", TOKENS * words, text=text, count=count)

    def _written(self, prompt: str, tokens: int, **values: str) -> str:
        asked = [self.model.digest, self.prompts.digests[prompt], tokens, *values.values()]
        kept = self.library.get(KEPT, key_of(*asked))
        if kept is not None:
            return str(kept["text"])
        self.go_on()
        written = self.model.write(self.prompts.messages(prompt, **values), max_tokens=tokens)
        self.usage += written.usage
        text = written.text if written.finished else ""
        self.library.put(KEPT, key_of(*asked), {"text": text})
        return text
