"""Whether a question of several sentences is answered at all: what tells it, and how well.

    python -m benchmarks.whole_answerability MTRAG OUT

Asks the settings' model about the questions of several sentences of the calibration set that ships,
those of the third of MTRAG's conversations that is tuned on, and half of these again with the
documents that answer them taken out. Prints the AUROC of each signal and,
out of fold by document or conversation, of all together, what each threshold answers and refuses,
and the weights of all. Each question is kept in OUT, so that a run that was stopped goes on.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant.checking.calibration import WHOLE_SIGNALS, load
from assistant.evaluation import measuring
from assistant.evaluation.calibrate import SHIPPED
from assistant.evaluation.corpus import Corpus
from assistant.evaluation.evaluate import checked_golden, opened_corpus
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.journal import Journal, read_rows
from assistant.evaluation.plan import Plan, Surroundings, lent_model
from assistant.models import DEFAULT_MODEL, ServedModel
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import load_settings
from benchmarks.question_kinds import conversation, tuned

FOLDS = 5
THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
OWN, CONVERSATIONS, TAKEN_OUT = "own", "MTRAG", "MTRAG, taken out"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question as it is asked, and the group that it is never parted from."""

    of: str
    case: GoldenCase
    group: str

    @property
    def id(self) -> str:
        return f"{self.of}: {self.case.id}"


def own(cases: Sequence[GoldenCase]) -> list[Asked]:
    """Every question of several sentences."""
    return [
        Asked(of=OWN, case=replace(case, kind="whole"), group=conversation(case.id))
        for case in cases
        if case.kind in measuring.WHOLE
    ]


def conversations(cases: Sequence[GoldenCase], names: Sequence[str]) -> list[Asked]:
    """The tuned questions, and every second one with an answer without the documents that give it;
    ``names`` are those of all documents."""
    third = tuned(case.id for case in cases if case.answerable)
    told: list[Asked] = []
    for number, case in enumerate(case for case in cases if conversation(case.id) in third):
        group = conversation(case.id)
        told.append(Asked(of=CONVERSATIONS, case=replace(case, kind="whole"), group=group))
        if case.answerable and number % 2 == 0:
            giving = {quote.document for quote in case.evidence}
            others = tuple(name for name in names if name not in giving)
            without = replace(case, kind="whole", answerable=False, documents=others)
            told.append(Asked(of=TAKEN_OUT, case=without, group=group))
    return told


def rows_of(asked: Sequence[Asked], corpus: Corpus, model: ServedModel, out: Path) -> Iterator[Row]:
    """What was measured of each, from OUT where it was before."""
    prompts = Prompts.load(prompts_folder())
    bench = measuring.Bench(library=corpus.library, model=model, prompts=prompts, find=corpus.id_of)
    path = out / "rows.jsonl"
    done = {row["id"]: row for row in read_rows(path)}
    with Journal(path) as journal:
        for number, each in enumerate(asked, start=1):
            if each.id not in done:
                measured = measuring.question_row(bench, each.case)["whole"]
                row = {"id": each.id, "of": each.of, "group": each.group, **measured}
                journal.append(row)
                done[each.id] = row
            print(f"{each.of}: {number} of {len(asked)}", flush=True)
            yield done[each.id]


def report(rows: Sequence[Row]) -> None:
    """Print the tables, and the weights."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    rows = [row for row in rows if row["signals"]]
    signals = np.array([[row["signals"][name] for name in WHOLE_SIGNALS] for row in rows])
    answerable = np.array([row["answerable"] for row in rows])
    of = np.array([row["of"] for row in rows])
    model = LogisticRegression(max_iter=1000)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    groups = [row["group"] for row in rows]
    scores = cross_val_predict(
        model, signals, answerable, groups=groups, cv=folds, method="predict_proba"
    )[:, 1]
    print(f"{len(rows)} questions, {answerable.sum()} with an answer")
    for name, column in (*zip(WHOLE_SIGNALS, signals.T, strict=True), ("together", scores)):
        parts = (slice(None), of == OWN, of != OWN)
        values = [roc_auc_score(answerable[part], column[part]) for part in parts]
        print(f"AUROC of {name}: all {values[0]:.2f}, own {values[1]:.2f}, MTRAG {values[2]:.2f}")
    for least in THRESHOLDS:
        _shares(scores, least, answerable, of)
    shipped = load(DEFAULT_MODEL)
    stated = [shipped.whole_answerability(row["signals"]) for row in rows]
    _shares(np.array(stated), shipped.several, answerable, of, "with the shipped weights, ")
    model.fit(signals, answerable)
    weights = dict(zip(WHOLE_SIGNALS, model.coef_[0].round(3).tolist(), strict=True))
    print(json.dumps({"several_intercept": round(float(model.intercept_[0]), 3), **weights}))


def _shares(
    scores: np.ndarray, least: float, answerable: np.ndarray, of: np.ndarray, which: str = ""
) -> None:
    """Print what is answered and refused of n questions with these scores, all of shape (n,)."""
    shares = []
    for kind in (OWN, CONVERSATIONS, TAKEN_OUT):
        for there in (True, False):
            some = scores[(of == kind) & (answerable == there)] >= least
            if len(some):
                share = some.mean() if there else 1 - some.mean()
                done = "answered" if there else "refused"
                shares.append(f"{kind}: {done} {share:.2f} of {len(some)}")
    print(f"{which}from {least}: {'; '.join(shares)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("mtrag", type=Path, help="a folder with golden.jsonl and corpus/")
    parser.add_argument("out", type=Path)
    told = parser.parse_args()
    around = Surroundings(settings=load_settings())
    rows: list[Row] = []
    with lent_model(around) as model:
        for name, golden_of, documents in (
            (OWN, SHIPPED / "questions.jsonl", SHIPPED / "documents"),
            (CONVERSATIONS, told.mtrag / "golden.jsonl", told.mtrag / "corpus"),
        ):
            out = told.out / name
            out.mkdir(parents=True, exist_ok=True)
            plan = Plan(golden=golden_of, corpus=documents, out=out)
            golden, _ = checked_golden(plan, around)
            with opened_corpus(plan, golden, around) as corpus:
                names = [info.name for info in corpus.library.documents()]
                asked = own(golden.cases) if name == OWN else conversations(golden.cases, names)
                rows += rows_of(asked, corpus, model, out)
    report(rows)


if __name__ == "__main__":
    main()
