"""The golden summaries' documents in one folder: the short ones copied, the two long ones composed.

    python -m tests.golden.long_documents FOLDER

A composed document is prose written by hand (``material/inquiry.md``, ``material/audit.md``) in
which each line ``@name`` gives way to sections put together of sentences that were written by hand
too, with figures and names of their own. Everything depends on the material alone.
"""

import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from tests.seed import SEED

HERE = Path(__file__).parent
MATERIAL = HERE / "material"
GOLDEN = HERE / "summaries.jsonl"
"""The golden summary lines of all of these documents."""

_VILLAGES = (
    "Upper Mere, Tarrant's Cross, Lower Mere, Oxley, Highfold, Sedge, Priors Wick, Stannick Mill, "
    "Quenby, Bell End, Marlow Ash, Tolver, Crane Hythe, Nether Sedge, Wain, Holm Lacey, "
    "Duxborough, Fenny Barton, Alder Row, Pike Ferry, Cotter's Rest, Long Withy, Great Ousel, "
    "Little Ousel, Thrupp, Saint Edith, Brackwater, Ludd, Ember Green, Gannet Lock, Old Toll, "
    "Ryeside, Canon's Reach, Lowmouth"
).split(", ")
_DEATHS = {1: 3, 2: 7, 4: 2, 6: 4, 8: 1, 11: 6, 13: 2, 17: 5, 22: 1}
"""Number of the village to how many died there: thirty-one in nine villages."""
_FIRST = (
    "Ada Ben Clara Dov Edna Felix Greta Hugo Iris Jonas Klara Leo Mina Nils Olga Per Rosa".split()
)
_LAST = (
    "Arkwright Bellamy Crowther Dainty Eccles Fairlie Gathercole Hepworth Inman Jessel Kitto "
    "Lumley Mossop Neary Ollerton Pinnock Quayle Rudge Sallis"
).split()
_MONTHS = "January February March April May June September October November".split()
Bank = dict[str, list[str]]


def write(folder: Path) -> list[Path]:
    """Write every document of the golden summaries into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in (SEED, *sorted((HERE / "documents").iterdir())):
        written.append(folder / path.name)
        shutil.copyfile(path, written[-1])
    for name, parts in (("inquiry.md", _inquiry()), ("audit.md", _audit())):
        written.append(folder / name)
        written[-1].write_text(_composed(name, parts), encoding="utf-8", newline="\n")
    return written


def _composed(name: str, parts: dict[str, str]) -> str:
    lines = (MATERIAL / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(parts.get(line.removeprefix("@"), line) for line in lines) + "\n"


def _bank(name: str) -> Bank:
    bank: Bank = {}
    slot = ""
    for line in (MATERIAL / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            slot = line.removeprefix("## ")
        elif line:
            bank.setdefault(slot, []).append(line)
    return bank


class _Turns:
    """The sentences of a bank, each slot's in a shuffled order of its own, none twice in a row."""

    def __init__(self, bank: Bank, seed: int) -> None:
        self._bank = bank
        self._random = random.Random(seed)
        self._left: Bank = {}

    def next(self, slot: str) -> str:
        if not self._left.get(slot):
            order = list(self._bank[slot])
            self._random.shuffle(order)
            self._left[slot] = order
        return self._left[slot].pop()


def _inquiry() -> dict[str, str]:
    return {"villages": "\n\n".join(_villages()), "witnesses": "\n\n".join(_witnesses())}


def _villages() -> Iterator[str]:
    turns, chance = _Turns(_bank("villages.md"), 1), random.Random(2)
    for number, name in enumerate(_VILLAGES):
        houses = chance.randint(40, 420)
        flooded = chance.randint(houses // 5, houses * 4 // 5)
        fields = {
            "name": name,
            "distance": 2 + number * 2,
            "bank": chance.choice(["left", "right"]),
            "people": f"{houses * 3 - chance.randint(0, 60):,}",
            "size": "larger" if houses > 200 else "smaller",
            "origin": chance.choice(["a mill", "a ford", "an abbey", "a brickworks", "a lock"]),
            "siren": 14 + chance.randint(0, 3),
            "taken": chance.randint(2018, 2028),
            "asked": chance.randint(24, 40),
            "heard": chance.randint(5, 20),
            "late": min(59, 32 + number),
            "minute": 25 + number,
            "depth": f"{max(0.6, 6.2 - number * 0.15):.1f}",
            "houses": houses,
            "flooded": flooded,
            "lost": flooded // chance.randint(3, 7),
            "share": chance.randint(41, 93),
            "paid": f"{flooded * 0.09:.1f}",
            "claimed": f"{flooded * 0.03:.1f}",
        }
        paragraphs = [
            ("place", "past", "before"),
            ("siren", "message", "water"),
            ("houses", "works", "deaths"),
            ("episode", "quote", "close"),
            ("before2", "works2"),
            ("after", "money", "tenants"),
            ("past2", "close2", "tenants2"),
            ("wish", "quote2"),
        ]
        text = [f"### {name}"]
        for slots in paragraphs:
            said = []
            for slot in slots:
                if slot == "deaths":
                    said.append(_deaths(number, turns))
                else:
                    chosen = turns.next(slot.rstrip("2"))
                    fields |= {"witness": _person(chance), "quote": ""}
                    if "{quote}" in chosen:
                        fields["quote"] = turns.next("quotes")
                    said.append(chosen.format(**fields))
            text.append(" ".join(said))
        yield "\n\n".join(text)


def _deaths(number: int, turns: _Turns) -> str:
    count = _DEATHS.get(number, 0)
    if not count:
        return turns.next("nobody died")
    return f"{_WORDS[count]} of its people died." if count > 1 else "One of its people died."


_WORDS = "None One Two Three Four Five Six Seven".split()


def _witnesses() -> Iterator[str]:
    bank = _bank("witnesses.md")
    turns, chance = _Turns(bank, 3), random.Random(4)
    for number, role in enumerate(bank["roles"]):
        they, their, them = chance.choice([("he", "his", "him"), ("she", "her", "her")])
        fields = {
            "witness": _person(chance),
            "role": role,
            "day": 4 + number * 2,
            "they": they,
            "They": they.capitalize(),
            "their": their,
            "them": them,
            "price": f"{chance.randint(2, 60) / 10:.1f}",
            "year": chance.randint(2013, 2027),
        }
        slots = ("start", "view", "detail", "money", "detail", "view", "detail", "feeling", "last")
        yield " ".join(turns.next(slot).format(**fields) for slot in slots)


def _audit() -> dict[str, str]:
    return {"lines": "\n\n".join(_lines())}


def _lines() -> Iterator[str]:
    bank = _bank("lines.md")
    turns, chance = _Turns(bank, 5), random.Random(6)
    places = bank["places"]
    for number, (one, other) in enumerate(pairwise([*places, places[0]])):
        state = "done" if number % 7 in (0, 3, 5) else "half" if number % 7 in (1, 4) else "none"
        plan = chance.randint(18, 52)
        fields = {
            "one": one,
            "other": other,
            "length": chance.randint(12, 71),
            "crossings": chance.randint(3, 44),
            "riders": f"{chance.randint(9, 98) * 100:,}",
            "year": chance.randint(2024, 2029),
            "later": chance.randint(2031, 2035),
            "late": chance.randint(3, 22),
            "better": chance.randint(35, 81),
            "low": chance.randint(71, 80),
            "high": chance.randint(84, 95),
            "claims": chance.randint(4, 37),
            "plan": plan,
            "spent": plan + chance.randint(-9, 40),
            "final": plan * 2 + chance.randint(5, 40),
            "extra": chance.randint(2, 31),
            "turns": chance.choice(["two", "three", "four"]),
            "team": chance.randint(4, 9),
            "more": chance.randint(11, 16),
            "month": chance.choice(_MONTHS),
        }
        first = ("open", state, "cost", "claim")
        second = ("local", "people", "local", "view", "next")
        paragraphs = [
            " ".join(turns.next(slot).format(**fields) for slot in slots)
            for slots in (first, second)
        ]
        yield "\n\n".join([f"### {one} to {other}", *paragraphs])


def _person(chance: random.Random) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def main(arguments: Sequence[str]) -> None:
    for path in write(Path(arguments[0])):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
