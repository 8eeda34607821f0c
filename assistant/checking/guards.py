"""Rule-based checks of a drafted sentence against the text it cites.

A small model's yes is not enough where one digit, one name or one "not" decides. Each guard names
one kind of thing that must not differ between a claim and its evidence; ``objections`` runs them
all. They read English best; in other languages the number guard still works and the others
object to nothing. Pure: standard library only.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:\d{1,3}(?:[,\u202f\u00a0]\d{3})+|\d+)(?:\.\d+)?(?:(?=%)|(?:st|nd|rd|th|s)?\b)"
)
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
).split()
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {
    word: 20 + 10 * step for step, word in enumerate(_TENS)
}
_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_MAGNITUDES = {f"{word}s" for word in _SCALES} | {"dozen", "dozens", "score", "scores"}
MONTHS = (
    "january february march april may june july august september october november december"
).split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|lacks?|lacked|"
    r"fail(?:s|ed)? to|refus(?:e|es|ed) to|den(?:y|ies|ied)|rejects?|rejected|"
    r"(?:is|are|was|were|do|does|did|has|have|had|ca|wo|would|could|should|need)n['’]t)\b",
    re.IGNORECASE,
)
_HEDGES = (
    r"reportedly|allegedly|apparently|possibl[ey]|perhaps|maybe|might|may|could|suspected|rumou?red|"
    r"unconfirmed|speculat\w+|believed|thought to|said to|estimated|expected|likely|unlikely|"
    r"appears?|appeared|seems?|seemed|suggest\w*|claim\w*|alleg\w+|potential(?:ly)?|"
    r"(?:hop(?:es?|ed|ing)|aim(?:s|ed)?|plan(?:s|ned)?|seeks?|sought|wants?|wanted|"
    r"attempt(?:s|ed)?|tr(?:y|ies|ied)) to"
)
_HEDGE = re.compile(rf"\b(?:{_HEDGES})\b", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    r"\baccording to\b|(?<!United )\b(?:says?|said|stat(?:es|ed|ing)|warn(?:s|ed|ing)?|"
    r"not(?:es|ed|ing)|"
    r"argu(?:es|ed|ing)|assert(?:s|ed|ing)|contend(?:s|ed|ing)|maintain(?:s|ed) that|"
    r"confirm(?:s|ed)|announc(?:es|ed)|condemn(?:s|ed)|report(?:s|ed)|"
    r"claim(?:s|ed|ing)?|suggest(?:s|ed|ing)?|told|believ(?:es?|ed)|estimat(?:es?|ed)|"
    r"alleg(?:es?|ed)|insist(?:s|ed)|den(?:y|ies|ied)|identif(?:y|ies|ied)|pledg(?:es|ed)|"
    r"emphasi[sz](?:es|ed|ing)|stress(?:es|ed|ing)?|sources?|officials?|analysts?|experts?|observers?)\b",
    re.IGNORECASE,
)
_WITNESSES = (
    r"(?:sources|officials|analysts|experts|observers|authorities|witnesses|"
    r"spokes(?:man|woman|person))"
)
_SPOKEN = re.compile(
    r"\baccording to\b|\b(?:says?|said|saying|told|warn(?:s|ed|ing)|argu(?:es|ed|ing)|"
    r"stat(?:ed|ing)|"
    r"insist(?:s|ed|ing)|report(?:ed|ing)|noted|assert(?:s|ed)|contend(?:s|ed)|"
    r"maintain(?:s|ed)(?= that))\b|"
    rf"\b{_WITNESSES}\s+(?:\w+\s+){{0,2}}?(?:identif(?:y|ied)|confirm(?:ed)?|reveal(?:ed)?|"
    r"disclosed?|describe[ds]?|say|believe|expect|see|view|suggest|warn|report|stat(?:e|es)|note)\b",
    re.IGNORECASE,
)
"""Words after which, or before which, stands what somebody says and not what is so."""
_OPPOSITES = [
    (re.compile(rf"\b(?:{one})\b", re.IGNORECASE), re.compile(rf"\b(?:{other})\b", re.IGNORECASE))
    for one, other in (
        (
            "rose|rises?|risen|rising|increas\\w+|grew|grow\\w*|gain(?:s|ed)?|climb\\w*|expand\\w*",
            "fell|falls?|fallen|falling|decreas\\w+|declin\\w+|shrank|shrink\\w*|dropp?(?:s|ed|ing)?",
        ),
        ("more|higher|larger|greater", "less|fewer|lower|smaller"),
        ("warm\\w*", "cool\\w*|chill\\w*"),
        ("welcom\\w+|prais\\w+", "condemn\\w*|denounc\\w+|criticis\\w+|criticiz\\w+"),
        ("show|shows|showcas\\w+|reveal\\w*", "hid|hides?|hiding|conceal\\w*"),
        ("beneficial|helpful", "harmful|damaging"),
        ("strengthen\\w*", "weaken\\w*"),
        ("before|earlier|prior to", "after|later|following"),
        ("won|wins|winning|victory", "lost|loses|losing|defeat\\w*"),
        ("first|oldest|earliest", "last|youngest|latest"),
        ("northern|north", "southern|south"),
        ("eastern|east", "western|west"),
        ("best|most|highest|largest", "worst|least|lowest|smallest"),
        (
            "allow(?:s|ed)?|permit(?:s|ted)?|legal",
            "forbid(?:s|den)?|ban(?:s|ned)?|prohibit(?:s|ed)?|illegal",
        ),
        ("join(?:s|ed)?", "leaves|quit"),
        (
            "support(?:s|ed)?|approv(?:es|ed)|accept(?:s|ed)?",
            "oppos(?:es|ed)|reject(?:s|ed)?|refus(?:es|ed)",
        ),
    )
]
_UNITS_OF = {
    "currency": {
        "$": "dollar",
        "dollars": "dollar",
        "usd": "dollar",
        "€": "euro",
        "euros": "euro",
        "euro": "euro",
        "£": "pound",
        "pounds": "pound",
        "yen": "yen",
        "¥": "yen",
    },
    "length": {
        "km": "km",
        "kilometers": "km",
        "kilometres": "km",
        "kilometer": "km",
        "kilometre": "km",
        "miles": "mile",
        "mile": "mile",
        "mi": "mile",
        "m": "m",
        "meters": "m",
        "metres": "m",
        "feet": "ft",
        "ft": "ft",
        "foot": "ft",
    },
    "weight": {"kg": "kg", "kilograms": "kg", "lb": "lb", "tons": "ton", "tonnes": "ton"},
    "time": {
        "seconds": "s",
        "minutes": "min",
        "hours": "h",
        "hour": "h",
        "days": "day",
        "day": "day",
        "weeks": "week",
        "week": "week",
        "months": "month",
        "month": "month",
        "years": "year",
        "year": "year",
        "decades": "decade",
        "centuries": "century",
    },
}
"""Units that cannot stand for one another, by kind; two of a kind with one number disagree."""
_UNIVERSAL = re.compile(r"\b(?:all|every|everyone|always|only|entire(?:ly)?|each|both|any)\b", re.I)
_PARTIAL = re.compile(
    r"\b(?:some|several|many|most|few|half|part(?:ly|ially)?|nearly|almost|about|around|roughly|"
    r"approximately|at least|at most|up to|more than|less than|over|under|fewer than)\b",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"\b((?:most|some|many|several|few|half|(?:the|a) majority) of) "
    r"(?:(?:the|its|his|her|their|these|those|our)\b ?)?((?:[\w’'-]+ ?){1,3})",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(?:some|several|many|most|few|half|parts?|partly|majority|mainly|mostly|largely|nearly|almost|"
    r"one of|various)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*", re.UNICODE)
_NAME = re.compile(
    r"\b[A-ZÀ-ÖØ-Þ][\w’'.-]*[\w](?:\s+(?:(?:of|the|and|de|von|van|al|bin|la)\s+)?[A-ZÀ-ÖØ-Þ][\w’'.-]*[\w])*"
    r"|\b[A-Z]\b"
)
_OPENERS = frozenset(
    (
        "a an the this that these those it its they their he his she her we our you your i "
        "in on at by for from to of with as and but or so if when while where who whom "
        "whose what which why how after before since during under over about there here "
        "then also both each every some many most all no not yes more less few several "
        "other another such one two three it's according however although though because "
        "despite between among through into upon within without is are was were do does did "
        "has have had can could may might will would shall should must only"
    ).split()
)


def objections(claim: str, quotes: Sequence[str], *, context: Iterable[str] = ()) -> list[str]:
    """What in ``claim`` the cited ``quotes`` do not bear out; empty where nothing was found.

    ``context`` is text that may lend names but no facts: the document's title, the heading above.
    Each objection is one readable reason; a claim that is its quotations word for word has none.
    """
    evidence = " ".join(quotes)
    if " ".join(claim.split()) == " ".join(evidence.split()):
        return []
    found = [
        _missing("number", numbers(claim) - numbers(evidence)),
        _missing("date", dates(claim) - dates(evidence)),
        _missing("name", _foreign_names(claim, evidence, " ".join((evidence, *context)))),
        _negation(claim, evidence),
        _hedge(claim, evidence),
        _attribution(claim, evidence),
        _quantity_words(claim, evidence),
        _opposite(claim, evidence),
        _unit(claim, evidence),
        _swapped(claim, evidence),
    ]
    return [reason for reason in found if reason]


def _missing(kind: str, items: Iterable[object]) -> str:
    listed = ", ".join(sorted(str(item) for item in items))
    return f"the {kind} {listed} is not in the cited text" if listed else ""


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text in one canonical form: ``1,200`` and ``1200`` are equal, ``three`` is
    ``3``, ``3.5 million`` is ``3500000``; magnitudes such as ``hundreds`` stand for themselves.
    """
    found: set[str] = set()
    words = _WORD_OR_NUMBER.findall(unicodedata.normalize("NFKC", text).lower())
    index = 0
    while index < len(words):
        value, used = _number_at(words, index)
        if value is not None:
            found.add(_plain(value))
        elif words[index] in _MAGNITUDES:
            found.add(words[index])
        index += max(used, 1)
    return frozenset(found)


_WORD_OR_NUMBER = re.compile(r"\d[\d,\u202f]*(?:\.\d+)?|[^\W\d_]+", re.UNICODE)


def _number_at(words: Sequence[str], index: int) -> tuple[float | None, int]:
    """The number that starts at ``words[index]`` and how many words it takes."""
    word = words[index]
    if word[0].isdigit():
        value: float | None = float(re.sub(r"[,\u202f]", "", word.rstrip(",")))
    elif word in _ORDINALS[2:]:
        return float(_ORDINALS.index(word) + 1), 1
    elif word in _SMALL and word != "one":
        value = float(_SMALL[word])
    elif word == "one" and index + 1 < len(words) and words[index + 1] in _SCALES:
        value = 1.0
    else:
        return None, 1
    assert value is not None
    used = 1
    after = words[index + used] if index + used < len(words) else ""
    if word in _TENS and after in _SMALL and 0 < _SMALL[after] < 10:
        value += _SMALL[after]
        used += 1
    while index + used < len(words) and words[index + used] in _SCALES:
        value *= _SCALES[words[index + used]]
        used += 1
    return value, used


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def dates(text: str) -> frozenset[str]:
    """Months and weekdays that a text names (``may`` only with a capital letter)."""
    return frozenset(
        word.lower()
        for word in _WORD.findall(text)
        if word[0].isupper() and word.lower() in (*MONTHS, *_WEEKDAYS)
    )


def fold(text: str) -> str:
    """Lower case without accents, possessives or typographic quotes: how names are compared."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return re.sub(r"'s?\b", "", plain)


def stem(word: str) -> str:
    """A crude stem, so that ``Russian`` meets ``Russia`` and ``Koreans`` meets ``Korea``."""
    for ending in ("ians", "ian", "ans", "an", "ese", "ish", "es", "s", "n"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)].rstrip("aei")
    return word.rstrip("aei") if len(word) > 4 else word


def name_words(text: str) -> list[str]:
    """Words of a text that look like parts of names: capitalised, and no mere sentence opener."""
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        for position, match in enumerate(_WORD.finditer(sentence)):
            word = match.group()
            if not any(char.isupper() for char in word) or word.casefold() in _OPENERS:
                continue
            if (
                position == 0
                and word[1:].islower()
                and not _followed_by_name(sentence, match.end())
            ):
                continue
            found.append(word)
    return found


def _followed_by_name(sentence: str, end: int) -> bool:
    following = _WORD.match(sentence, end + 1)
    return following is not None and following.group()[0].isupper()


def unknown_names(claim: str, evidence: str) -> set[str]:
    """Name words of ``claim`` that occur in no form in ``evidence``."""
    known = fold(evidence)
    stems = {
        stem(part) for word in _WORD.findall(known) for part in (word, *re.split(r"[-.]", word))
    }
    unknown = set()
    spelt_out = _spelt_out(claim, evidence)
    for word in name_words(claim):
        if word in spelt_out:
            continue
        parts = [part for part in re.split(r"[-.&]", fold(word)) if part]
        initials = "".join(parts)
        if all(stem(part) in stems or part in stems for part in parts) or initials in stems:
            continue
        if fold(word) in known or initials in _acronyms(evidence):
            continue
        unknown.add(word)
    return unknown


def _spelt_out(claim: str, evidence: str) -> set[str]:
    """Words of capitalised runs whose initials the evidence has: "United States" for "U.S."."""
    known = acronyms(evidence)
    return {word for run in _CAPITALISED.findall(claim) for word in _abbreviated(run, known)[0]}


_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)+")
_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,}|\b[A-Z]{2,}\b")


def acronyms(text: str) -> set[str]:
    """The acronyms of a text in small letters without stops: ``us`` of "U.S."."""
    return {match.group().replace(".", "").lower() for match in _ACRONYM.finditer(text)}


def shortened(text: str, known: set[str]) -> str:
    """The text with every name whose acronym is known in its short form: "us" for both "U.S." and
    "the United States", so that wordings can be compared."""

    def short(run: re.Match[str]) -> str:
        words, acronym = _abbreviated(run.group(), known)
        return " ".join([*run.group().split()[: -len(words) or None], acronym]).strip()

    plain = _ACRONYM.sub(lambda match: match.group().replace(".", "").lower(), text)
    return _CAPITALISED.sub(short, plain)


def _abbreviated(run: str, known: set[str]) -> tuple[list[str], str]:
    """The last words of a capitalised run whose initials are a known acronym, and the acronym."""
    words = run.split()
    for start in range(len(words) - 1):
        initials = "".join(word[0] for word in words[start:]).lower()
        if initials in known:
            return words[start:], initials
    return [], ""


def _foreign_names(claim: str, evidence: str, lending: str) -> set[str]:
    """``unknown_names``, and a first word that has taken the place of the name opening a sentence.

    A capital at the start of a sentence proves no name, so that "Soldiers came" may stand for
    "Troops came"; but "Putin came" may not stand for "Macron came".
    """
    found = unknown_names(claim, lending)
    for sentence in re.split(r"(?<=[.!?])\s+", claim):
        opening = _WORD.match(sentence)
        if opening and _is_unknown_opening(opening.group(), sentence, evidence, lending):
            found.add(opening.group())
    return found


COMMON_ENDINGS = ("s", "ing", "ly", "ion", "ment", "ity", "ness")
"""A word with one of these at the start of a sentence is hardly a name."""


def _is_unknown_opening(word: str, claim: str, evidence: str, lending: str) -> bool:
    if not word[0].isupper() or word.casefold() in _OPENERS or word[1:] != word[1:].lower():
        return False
    if word.endswith(COMMON_ENDINGS):
        return False
    if not unknown_names(f"the {word}", lending):
        return False
    said = {stem(part) for part in _WORD.findall(fold(claim))}
    openings = [
        first.group()
        for sentence in re.split(r"(?<=[.!?])\s+", evidence)
        if (first := _WORD.match(sentence.lstrip("“\"'‘")))
        and first.group()[0].isupper()
        and first.group().casefold() not in _OPENERS
        and not first.group().endswith(COMMON_ENDINGS)
        and not re.search(rf"\b{re.escape(first.group().lower())}\b", lending)
    ]
    return any(stem(fold(name)) not in said for name in (*openings, *name_words(evidence)))


def _acronyms(text: str) -> set[str]:
    """Initials of the capitalised runs of a text: "The United States" lends ``us``."""
    found: set[str] = set()
    for run in re.findall(r"(?:\b[A-Z][\w’'-]*\s?){2,}", text):
        initials = fold("".join(word[0] for word in run.split()))
        found.update(initials[start:] for start in range(len(initials) - 1))
    return found


def _negation(claim: str, evidence: str) -> str:
    claimed, given = bool(_NEGATION.search(claim)), bool(_NEGATION.search(evidence))
    if claimed and (not given or denies_other_words(claim, evidence)):
        return "it denies what the cited text does not deny"
    if given and not claimed and _shares_negated_words(claim, evidence):
        return "it leaves out a negation of the cited text"
    return ""


def denies_other_words(claim: str, evidence: str) -> bool:
    """Whether the claim negates a word that the evidence has, but never under a negation."""
    denied: set[str] = set()
    for match in _NEGATION.finditer(evidence):
        denied.update(root(word) for word in content_words(match.group()))
        near = evidence[max(0, match.start() - 40) : match.end() + 80]
        denied.update(root(word) for word in content_words(near))
    everything = {root(word) for word in content_words(evidence)}
    for match in _NEGATION.finditer(claim):
        governed = content_words(claim[match.end() :])[:1]
        if governed and root(governed[0]) in everything - denied:
            return True
    return False


def root(word: str) -> str:
    """A crude root, so that ``including`` meets ``included``."""
    return stem(word)[:6]


def _shares_negated_words(claim: str, evidence: str) -> bool:
    """Whether the claim repeats the words that a negation of the evidence governs."""
    said = {stem(word) for word in content_words(claim)}
    for match in _NEGATION.finditer(evidence):
        governed = content_words(evidence[match.end() : match.end() + 60])[:3]
        if len(governed) > 1 and stem(governed[0]) in said and stem(governed[1]) in said:
            return True
        if len(governed) > 2 and stem(governed[0]) in said and stem(governed[2]) in said:
            return True
        if len(governed) == 1 and stem(governed[0]) in said:
            return True
    return False


def _hedge(claim: str, evidence: str) -> str:
    """Hedged or attributed evidence must not become plain fact (the claim may hedge more)."""
    if _HEDGE.search(claim) or _ATTRIBUTION.search(claim):
        return ""
    said = {stem(word) for word in content_words(claim)}
    roots = {root(word) for word in content_words(claim)}
    for clause in re.split(r"(?<=[.!?;])\s+", evidence):
        for hedge in _HEDGE.finditer(clause):
            governed = re.split(r"[,;:]|\s[–—-]\s", clause[hedge.end() :], maxsplit=1)[0]
            words = {stem(word) for word in content_words(governed)}
            near = " ".join(governed.split()[:8])
            first = {root(word) for word in content_words(governed)[:3]}
            if (
                len(said & words) >= max(1, len(said) // 2)
                or len(first & roots) >= 2
                or numbers(claim) & numbers(near)
            ):
                return f"it drops the cited text's “{hedge.group()}”"
    return ""


def _attribution(claim: str, evidence: str) -> str:
    """What somebody says must not become plain fact (the claim may name another witness)."""
    if _SPOKEN.search(claim) or _HEDGE.search(claim) or _ATTRIBUTION.search(claim):
        return ""
    said = {stem(word) for word in content_words(claim)}
    for clause in re.split(r"(?<=[.!?;])\s+", evidence):
        for spoken in _SPOKEN.finditer(clause):
            if spoken.group() == "Said" and re.search(r"\b[A-Z]\w+ $", clause[: spoken.start()]):
                continue  # somebody's name
            if re.search(r"\bwho\s+(?:\w+\s+)?$", clause[: spoken.start()], re.IGNORECASE):
                continue  # tells who somebody is, not where the rest is from
            governed = {stem(word) for word in content_words(_governed(clause, spoken))}
            if len(said & governed) >= max(2, math.ceil(0.6 * len(said))):
                return f"it leaves out that this is what is said: “{spoken.group()}”"
    return "it leaves out that this is what is said" if _quoted_away(said, evidence) else ""


def _quoted_away(said: set[str], evidence: str) -> bool:
    """Whether what is said is what somebody is quoted with."""
    for quotation in re.findall(r"[“\"]([^”\"]{20,})[”\"]", evidence):
        words = {stem(word) for word in content_words(quotation)}
        if len(said & words) >= max(2, math.ceil(0.8 * len(said))):
            return True
    return False


def _governed(clause: str, spoken: re.Match[str]) -> str:
    """What is said: the words after "said" or, where it closes the sentence, those before it."""
    before, after = clause[: spoken.start()], clause[spoken.end() :]
    if spoken.group().casefold() == "according to":
        return after if len(content_words(before)) < 2 else before
    return after if len(content_words(after)) >= 3 else before


def _opposite(claim: str, evidence: str) -> str:
    words = opposite(claim, evidence)
    return f"it says “{words[0]}” where the cited text says “{words[1]}”" if words else ""


def opposite(claim: str, evidence: str) -> tuple[str, str] | None:
    """A word of the claim and its opposite in the evidence, which does not have the word itself."""
    said, given = set(content_words(claim)), set(content_words(evidence))
    for text, other in ((said, given), (given, said)):
        for prefixed in text - other:
            plain = re.sub(r"^(?:in|un|im|ir|dis|non-?)", "", prefixed)
            least = 3 if prefixed.startswith("non-") else 5
            if plain != prefixed and len(plain) >= least and plain in other - text:
                return (prefixed, plain) if text is said else (plain, prefixed)
    for pair in _OPPOSITES:
        for here, there in (pair, pair[::-1]):
            word, found = here.search(claim), there.search(evidence)
            if word and found and not here.search(evidence) and not there.search(claim):
                return word.group(), found.group()
    return None


def _swapped(claim: str, evidence: str) -> str:
    """Two names that have changed sides around a word that claim and evidence share.

    "Russia offered shells to North Korea" of "North Korea offered shells to Russia". A passive
    turns the sides round by right, so that nothing is said where only one of the two has it.
    """
    if bool(_PASSIVE.search(claim)) != bool(_PASSIVE.search(evidence)):
        return ""
    here, there = _places(claim), _places(evidence)
    names = {stem(fold(word)) for text in (claim, evidence) for word in name_words(text)}
    shared = [name for name in here if name in there and name in names]
    for word in here:
        if word in names or word not in there or len(word) < 4:
            continue
        before = [
            n for n in shared if max(here[n]) < here[word][0] and min(there[n]) > there[word][0]
        ]
        after = [
            n for n in shared if min(here[n]) > here[word][0] and max(there[n]) < there[word][0]
        ]
        if before and after:
            return "it turns round who does what"
    return ""


_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|being|be)\s+(?:\w+\s)?\w+(?:ed|en|wn|ght|de|ld)\b"
)


def _places(text: str) -> dict[str, list[int]]:
    """Stem of each content word to its places in the text."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(_WORD.findall(fold(text))):
        if word not in _OPENERS and len(word) > 1:
            places.setdefault(stem(word), []).append(place)
    return places


def _unit(claim: str, evidence: str) -> str:
    """A number with one unit that in the evidence stands with another of the same kind."""
    claimed, given = _measured(claim), _measured(evidence)
    for kind, number, unit in claimed:
        units = {its for what, value, its in given if (what, value) == (kind, number)}
        if units and unit not in units:
            return f"it says {number} {unit} where the cited text says {number} {min(units)}"
    return ""


def _measured(text: str) -> set[tuple[str, str, str]]:
    """(kind, canonical number, canonical unit) of the quantities in a text."""
    found = set()
    for match in re.finditer(
        r"([$€£¥])?\s?(\d[\d,.]*\d|\d|[A-Za-z]+)(?:\s(?:thousand|million|billion|trillion))?"
        r"(?:[\s-]([A-Za-z]+))?",
        text,
    ):
        value = numbers(match.group(2))
        if len(value) != 1:
            continue
        for unit in (match.group(1), match.group(3)):
            for kind, units in _UNITS_OF.items():
                if unit and unit.lower() in units:
                    found.add((kind, min(value), units[unit.lower()]))
    return found


def _quantity_words(claim: str, evidence: str) -> str:
    opening = _UNIVERSAL.match(claim)
    if opening and not re.search(rf"\b{opening.group()}\b", evidence, re.IGNORECASE):
        return f"it says “{opening.group()}”, a quantity that the cited text does not give"
    universal = _UNIVERSAL.search(claim)
    if universal and not _UNIVERSAL.search(evidence) and _PARTIAL.search(evidence):
        return f"it says “{universal.group()}” where the cited text limits the quantity"
    return _part_left_out(claim, evidence)


def _part_left_out(claim: str, evidence: str) -> str:
    """How the claim says of all what a sentence that it repeats says of "most of the"."""
    if _SOME.search(claim):
        return ""
    said = {root(word) for word in content_words(claim)}
    for sentence in re.split(r"(?<=[.!?;])\s+", evidence):
        if 2 * len(said & {root(word) for word in content_words(sentence)}) < len(said):
            continue
        for match in _PART_OF.finditer(sentence):
            governed = content_words(match[2])[:2]
            if governed and said.issuperset(map(root, governed)):
                return f"it leaves out the cited text's “{match[1]}”"
    return ""


def is_hedged(text: str) -> bool:
    """Whether a text hedges, or says who says it."""
    return any(pattern.search(text) for pattern in (_HEDGE, _ATTRIBUTION, _SPOKEN))


def is_qualified(text: str) -> bool:
    """Whether a text denies or hedges something, or says who says it."""
    return bool(_NEGATION.search(text)) or is_hedged(text)


def hedges(text: str) -> bool:
    """Whether a text says that something is not certain: "reportedly", "estimated"."""
    return bool(_HEDGE.search(text))


def adds_to(claim: str, question: str) -> bool:
    """Whether a claim has a content word or number that its question does not have already.

    "There were many Chinese with unexpected status" answers no question about that status.
    """
    return bool(words_and_numbers(claim) - words_and_numbers(question))


def words_and_numbers(text: str) -> set[str]:
    """The roots of a text's content words, and its numbers in their canonical form."""
    return {root(word) for word in content_words(text)} | numbers(text)


def words_of_its_own(claim: str, question: str, evidence: str) -> list[str]:
    """What a claim says in words that neither its question nor the evidence has, in order, where
    that is half or more of what it adds to the question; else nothing.

    Names and numbers are left to their own guards, and one word alone may be a synonym.
    """
    asked = {root(word) for word in content_words(question)}
    known = asked | {root(word) for word in content_words(evidence)}
    names = {fold(word) for word in name_words(claim)}
    added = {root(word): word for word in content_words(claim) if root(word) not in asked}
    own = [
        word
        for its, word in added.items()
        if its not in known and word not in names and not numbers(word)
    ]
    return own if len(own) >= 2 and 2 * len(own) >= len(added) else []


def content_words(text: str) -> list[str]:
    """Folded words that carry content, in order."""
    return [word for word in _WORD.findall(fold(text)) if word not in _OPENERS and len(word) > 1]
