"""``citewell evaluate-support``: the support check against claims that people labelled.

A claim line is ``{"id", "claim", "source", "supported"}``; ``source_name`` says which data set it
is from, else the letters before the first hyphen of its id. Each claim is checked against its
whole source at the shipped threshold, which was chosen on other data.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.evaluation.golden.cases import GoldenError, Problem, reasons
from assistant.evaluation.golden.reading import json_object, read_text
from assistant.evaluation.golden.sampling import stratified
from assistant.evaluation.journal import (
    Journal,
    file_digest,
    prepare_folder,
    read_rows,
    run_folder,
    write_text,
)
from assistant.evaluation.plan import Surroundings, lent_model, surroundings_fingerprint
from assistant.evaluation.reports import metrics
from assistant.evaluation.reports.resampling import bootstrap_interval
from assistant.resources import prompts_folder
from assistant.runtime import EmbedderOnDemand
from index.errors import CancelledError, CitewellError

if TYPE_CHECKING:
    from assistant.checking.calibration import Calibration
    from assistant.models import ServedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledClaim:
    """A sentence, the text it may stand on, and whether people found that it does."""

    id: str
    claim: str
    source: str
    supported: bool
    source_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check said of one claim; ``error`` where it crashed."""

    id: str
    source_name: str
    label: bool
    supported: bool | None
    probability: float | None
    reason: str
    seconds: float
    error: str = ""


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str = Field(min_length=1)
    claim: str = Field(pattern=r"\S")
    source: str = Field(pattern=r"\S")
    supported: bool
    source_name: str = ""


def load_claims(path: Path) -> list[LabelledClaim]:
    """The labelled claims of a JSON Lines file.

    Raises:
        GoldenError: naming every malformed line.
        InputError: the file cannot be read.
    """
    claims: list[LabelledClaim] = []
    problems: list[Problem] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            claims.append(_claim(_Line.model_validate(json_object(line))))
        except ValueError as error:
            problems += [Problem(where=f"line {number}", reason=r) for r in reasons(error)]
    counts = Counter(claim.id for claim in claims)
    problems += [
        Problem(where="the ids", reason=f"the id {name!r} occurs {count} times")
        for name, count in counts.items()
        if count > 1
    ]
    if not claims and not problems:
        problems = [Problem(where="line 1", reason="the file holds no claim")]
    if problems:
        raise GoldenError(path, problems)
    return claims


def _claim(line: _Line) -> LabelledClaim:
    prefix, hyphen, _ = line.id.partition("-")
    named = prefix if hyphen and prefix.isalpha() else ""
    return LabelledClaim(
        id=line.id,
        claim=line.claim,
        source=line.source,
        supported=line.supported,
        source_name=line.source_name or named,
    )


def evaluate_support(
    path: Path, out: Path, *, limit: int | None, seed: int, around: Surroundings
) -> dict[str, Any]:
    """Check a label-stratified sample of claims and write ``report.json``; it is returned.

    Raises:
        GoldenError: naming every malformed line.
        InputError: a file or folder that cannot be used.
        CancelledError: the user stopped; the finished claims are kept.
        CitewellError: the model cannot be had, or every claim failed.
    """
    claims = stratified(load_claims(path), lambda c: c.supported, limit=limit, seed=seed)
    with run_folder(out), lent_model(around) as model:
        fingerprint = {
            "claims": file_digest(path),
            **surroundings_fingerprint(around.settings, model),
        }
        if message := prepare_folder(out, fingerprint):
            around.notify(message)
        model.warm()
        rows = check_claims(claims, out / "claims.jsonl", Checker(around, model), around)
    report = {
        **support_figures(rows),
        "settings": {"claims": path.name, "limit": limit, "seed": seed, **fingerprint["settings"]},
        "prompts": fingerprint["prompts"],
        "model": model.name,
        "cases": [asdict(row) for row in rows],
    }
    _write(report, out)
    if rows and all(row.error for row in rows):
        raise CitewellError(f"Every claim failed, the first with: {rows[0].error}", "Mend this.")
    return report


class Checker:
    """Checks one claim against its whole source with the shipped calibration."""

    def __init__(self, around: Surroundings, model: "ServedModel") -> None:
        from assistant.checking.calibration import load
        from assistant.prompts import Prompts

        self._model = model
        self._prompts = Prompts.load(prompts_folder())
        self._embedder = EmbedderOnDemand(around.settings)
        self._calibration: Calibration = load(
            model.name, around.settings.library / "calibrations.json"
        )

    def __call__(self, claim: LabelledClaim) -> Checked:
        """The check of one claim; whatever is raised becomes a row like any other."""
        from assistant.checking.whole_sources import check_source

        start = time.perf_counter()
        try:
            found, _ = check_source(
                self._model,
                self._prompts,
                claim.claim,
                claim.source,
                calibration=self._calibration,
                embed=self._embedder.encode,
            )
        except Exception as error:  # noqa: BLE001 - a crash is a row of the report, not its end
            return _row(claim, start, None, None, "", f"{type(error).__name__}: {error}")
        return _row(claim, start, found.supported, found.probability, found.reason)


def _row(
    claim: LabelledClaim,
    start: float,
    supported: bool | None,
    probability: float | None,
    reason: str,
    error: str = "",
) -> Checked:
    return Checked(
        id=claim.id,
        source_name=claim.source_name,
        label=claim.supported,
        supported=supported,
        probability=probability,
        reason=reason,
        seconds=time.perf_counter() - start,
        error=error,
    )


def check_claims(
    claims: Sequence[LabelledClaim],
    journal: Path,
    check: Callable[[LabelledClaim], Checked],
    around: Surroundings,
) -> list[Checked]:
    """A row for every claim, in their order; those that the journal holds are not checked again.

    Raises:
        CancelledError: the user stopped; the finished rows are kept.
    """
    done = {row["id"]: Checked(**row) for row in read_rows(journal)}
    waiting = [c for c in claims if c.id not in done or done[c.id].error]
    with Journal(journal) as rows:
        for number, claim in enumerate(waiting, start=len(claims) - len(waiting)):
            if around.cancelled():
                raise CancelledError("Stopped; run the same command to go on.")
            around.progress("Checking", number, len(claims))
            done[claim.id] = check(claim)
            rows.append(asdict(done[claim.id]))
    around.progress("Checking", len(claims), len(claims))
    return [done[claim.id] for claim in claims]


def support_figures(rows: Sequence[Checked]) -> dict[str, Any]:
    """The figures of ``report.json``: ``n`` counts all claims, failures are wrong either way."""
    report: dict[str, Any] = {
        "n": len(rows),
        "failures": sum(bool(row.error) for row in rows),
        "balanced_accuracy": accuracy(rows),
        "auroc": separation(rows),
        "seconds_per_claim_p50": metrics.quantile([row.seconds for row in rows], 0.5),
        "intervals": {
            "balanced_accuracy": bootstrap_interval(rows, accuracy),
            "auroc": bootstrap_interval(rows, separation),
        },
    }
    names = sorted({row.source_name for row in rows if row.source_name})
    by_name = {name: [row for row in rows if row.source_name == name] for name in names}
    return report | {"sources": {name: _source(found) for name, found in by_name.items()}}


def _source(rows: Sequence[Checked]) -> Mapping[str, Any]:
    return {
        "n": len(rows),
        "balanced_accuracy": accuracy(rows),
        "auroc": separation(rows),
        "seconds_per_claim_p50": metrics.quantile([row.seconds for row in rows], 0.5),
    }


def accuracy(rows: Sequence[Checked]) -> float | None:
    """Balanced accuracy at the shipped threshold; a failed check is wrong."""
    told = [row.supported if row.supported is not None else not row.label for row in rows]
    return metrics.balanced_accuracy(told, [row.label for row in rows])


def separation(rows: Sequence[Checked]) -> float | None:
    """AUROC of the probability over the claims that have one."""
    told = [row for row in rows if row.probability is not None]
    return metrics.auroc([row.probability or 0.0 for row in told], [row.label for row in told])


def _write(report: Mapping[str, Any], out: Path) -> None:
    write_text(out / "report.json", json.dumps(report, ensure_ascii=False, indent=1) + "\n")
