"""Whether the first row of a file of fields names its columns: nothing in such a file says so.

A row that is wrongly taken for names makes every row below say what nobody wrote ("Tax rate · EUR:
0.25"). A row of names that is not taken for one costs less: it stands as the first line. So names
must show themselves. Pure.
"""

import re
from collections.abc import Sequence

from index.formats.rows import is_figure, is_year

_MANY = 12
"""Rows of figures alone, from which on the word above them is their name. A list of keys and values
of that length has a value of another kind among them."""
_NAMES = frozenset(
    "address age amount answer balance category city contact cost count country currency date day "
    "definition description duration email gender height id length location mail meaning month "
    "name number occupation percent percentage phone population position price quantity rank rate "
    "rating reason region remark revenue salary score share size status sum surname total "
    "translation url value weight year "
    "anzahl betrag bezeichnung datum einheit jahr land menge ort preis stadt summe telefon wert "
    "adresse montant nom nombre pays prix quantité somme valeur ville "
    "cantidad ciudad fecha importe nombre país precio valor".split()
)
"""Words, in small letters, that often end the name of a column, and seldom a value: not "group",
for there is "Acme Group"."""
_VALUE = re.compile(
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*"  # a day
    r"|\d{1,2}:\d\d.*"  # a time
    r"|\S+@\S+\.\S+|\w+://\S+|www\.\S+"
    r"|yes|true|false|n/?a|none|null|nil|unknown|[-–—?.]+",
    re.IGNORECASE,
)
"""Cells that are values and name nothing, beside figures."""
_ASIDE = re.compile(r"\s*[(\[].*|[:*]\s*$")
_WORD = re.compile(r"[^\W\d_]+")


def is_value(cell: str) -> bool:
    """Whether a cell can be no name of a column: a figure, a day, an address, "yes", a dash."""
    bare = cell.strip()
    return (is_figure(bare) and not is_year(bare)) or _VALUE.fullmatch(bare) is not None


def is_name(cell: str) -> bool:
    """Whether columns are called so: "Unit price (EUR)", "total_amount"."""
    words = _WORD.findall(_ASIDE.sub("", cell).lower())
    return bool(words) and not {words[-1], words[-1].removesuffix("s")}.isdisjoint(_NAMES)


def names_values(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first of two columns' rows names them, where the rows may be keys and values.

    So it is if the second column is called by a usual name, or if its values are many and all
    figures.
    """
    name = table[0][1]
    values = [row[1] for row in table[1:] if row[1].strip()]
    figures = len(values) >= _MANY and all(map(is_figure, values))
    return is_name(name) or (figures and not is_year(name))


def names_words(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names columns of words: it has a usual name, or a column below it is
    all days, addresses and the like."""
    first, *rows = table
    held = [[cell for cell in column if cell.strip()] for column in zip(*rows, strict=True)]
    return any(map(is_name, first)) or any(cells and all(map(is_value, cells)) for cells in held)
