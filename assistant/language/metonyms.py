"""Capitals that stand for their countries: "help for Kyiv" is help for Ukraine. Pure.

Newspapers name a government by its capital, and a question may do so where the text names the
country, or the other way round. A draft repeats the name of its question, which the text has not;
said with the text's own name it can be checked like any other sentence.
"""

import re
from collections.abc import Iterator
from itertools import product

_PLACED = "".join(rf"(?<!\b{word} )(?<!\b{word} the )" for word in "of in at near to from".split())
"""A pattern of no character: none of these words stands before."""
_NAMES = """
Abuja = Nigeria; Accra = Ghana; Addis Ababa = Ethiopia; Algiers = Algeria; Amman = Jordan;
Ankara = Turkey | Türkiye; Astana = Kazakhstan; Athens = Greece; Baghdad = Iraq; Baku = Azerbaijan;
Bangkok = Thailand; Beijing = China; Beirut = Lebanon; Belgrade = Serbia; Berlin = Germany;
Bern = Switzerland; Bogotá = Colombia; Brasília = Brazil; Bratislava = Slovakia;
Brussels = the European Union | the EU; Bucharest = Romania; Budapest = Hungary;
Buenos Aires = Argentina; Cairo = Egypt; Canberra = Australia; Caracas = Venezuela;
Chișinău = Moldova; Colombo = Sri Lanka; Copenhagen = Denmark; Damascus = Syria; Dhaka = Bangladesh;
Doha = Qatar; Dublin = Ireland; Hanoi = Vietnam; Harare = Zimbabwe; Havana = Cuba;
Helsinki = Finland; Islamabad = Pakistan; Jakarta = Indonesia; Kabul = Afghanistan;
Kampala = Uganda; Kathmandu = Nepal; Khartoum = Sudan; Kigali = Rwanda; Kinshasa = Congo;
Kyiv | Kiev = Ukraine; La Paz = Bolivia; Lima = Peru; Lisbon = Portugal; Ljubljana = Slovenia;
London = the United Kingdom | Britain | the UK | the U.K.; Madrid = Spain; Manila = Philippines;
Minsk = Belarus; Mogadishu = Somalia; Moscow = Russia | the Soviet Union; Nairobi = Kenya;
New Delhi | Delhi = India; Oslo = Norway; Ottawa = Canada; Paris = France;
Prague = the Czech Republic | Czechia; Pretoria = South Africa; Pyongyang = North Korea;
Quito = Ecuador; Rabat = Morocco; Riga = Latvia; Riyadh = Saudi Arabia; Rome = Italy;
Santiago = Chile; Sarajevo = Bosnia; Seoul = South Korea; Skopje = North Macedonia;
Sofia = Bulgaria; Stockholm = Sweden; Taipei = Taiwan; Tallinn = Estonia; Tbilisi = Georgia;
Tehran = Iran; Tirana = Albania; Tokyo = Japan; Tripoli = Libya; Tunis = Tunisia; Vienna = Austria;
Vilnius = Lithuania; Warsaw = Poland; Washington = the United States | the U.S. | the US;
Wellington = New Zealand; Yerevan = Armenia; Zagreb = Croatia
"""


def as_the_text_names(draft: str, question: str, text: str) -> str:
    """``draft`` with the country for its capital, or the capital for its country, where it has the
    name from the question and ``text`` has only the other.

    A name that the question does not have stays: it may be made up.
    """
    for name, other in _PAIRS:
        if name.removeprefix("the ") not in question:
            continue
        named = _has(draft, _placeless(name)) and _has(question, _placeless(name))
        if named and _has(text, _whole(other)) and not re.search(_whole(name), text):
            return _opened(re.sub(_placeless(name), other, draft))
    return draft


def _opened(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _has(text: str, name: str) -> bool:
    """Whether a text has a name of this pattern, and not in a longer one: no "South Sudan"."""
    for found in re.finditer(name, text):
        before = text[: found.start()].split()[-1:]
        if not before or not before[0][0].isupper() or before[0].endswith((".", "?", "!", ":")):
            return True
    return False


def _whole(name: str) -> str:
    """A pattern of the name, with its article; not within "Paris Street"."""
    bare = re.escape(name.removeprefix("the "))
    return rf"(?:\b[Tt]he )?(?<![\w.-]){bare}(?![\w-]| [A-Z])"


def _placeless(name: str) -> str:
    """The same, not where it is a place or part of a name: "in Kyiv", "Treaty of Paris"."""
    return _PLACED + _whole(name)


def _pairs() -> Iterator[tuple[str, str]]:
    """(name, the one it may stand for), both ways."""
    for entry in _NAMES.split(";"):
        capitals, countries = (map(str.strip, side.split("|")) for side in entry.split("="))
        for capital, country in product(capitals, countries):
            yield capital, country
            yield country, capital


_PAIRS = tuple(_pairs())
