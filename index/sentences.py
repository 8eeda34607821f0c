"""From a document's text to its sentences. Pure, but for the abbreviations that nupunkt knows.

What is cited is shown as a sentence and must be a range of the text. Layout, quotations and
languages without capitals are the rules' own; whether a full stop belongs to an abbreviation
("Cir.", "Temp.") is asked of nupunkt, whose model was trained on law and on general English.
docs/design.md has the figures of each alone and of both.

Every character of the text that is not white space lies in exactly one sentence.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from index.data import Heading
from index.formats.rows import MARK

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

LONGEST_SENTENCE = 1000
"""Characters after which a sentence is cut at a clause or a space."""

_FULL = 0.75
"""A line shorter than this share of the widest was not broken for want of room."""

_IN_MID_SENTENCE = re.compile(r"\s*[a-z][^\r\n]*[^\s.!?:;…\"”’)\]]\s*\Z")
"""A line that goes on with a sentence and does not end it, as before the break of a page."""
_NEWLINE = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_PARAGRAPH_ENDS = ("\f", "\v", "\u2029")
_LIST_ITEM = re.compile(
    r"[ \t]*(?:[-*+•‣▪–—·]|(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]|\(?\w{1,3}\))[ \t]+\S"
    r"|[ \t]*(?:\d{1,3}(?:\.\d{1,3}){1,5}|[A-Z]|[IVX]{1,5})\.?[ \t]+[^\W\d_a-z]\w"
)
"""A list's item, or a numbered clause: "4.2 The tenant"."""
_LABELLED = re.compile(r"[ \t]*([^\W\d_]+)[ \t]+(\d{1,3}|[A-Z]|[IVX]{1,5})\b")
"""What opens a line of a list of parts: "Annex B (Servers)"."""
_CLOSERS = "\"'”’»›)\\]}*_`"
_OPENERS = "\"'“‘«‹„‚(\\[{*_`¿¡"
_STOP = re.compile(
    rf"(?<![.!?…؟۔።։])(?P<stop>[.!?…؟۔።։]++)"
    rf"(?P<close>(?:[{_CLOSERS}]|\[[\w ^]{{1,25}}\]|[ ](?:''|\))(?=\s))*)"
    rf"(?P<gap>\s+)(?P<open>[{_OPENERS}]*)"
    r"|(?P<wide>[。！？｡．।॥។။]+[”’」』）》】\"')]*)"
)

_TITLES = frozenset(
    "Mr Mrs Ms Mx Dr Prof Gen Sen Rep Gov Lt Col Sgt Capt Cmdr Adm Maj Rev Hon Pres Amb Supt Insp "
    "Messrs Mme Mmes Mlle St Mt Ft Brig Pvt Cpl Det Atty".split()
)
"""The sentence goes on after their full stop, where they are written with a capital."""
_NEVER_FINAL = frozenset("eg e.g ie i.e cf vs viz ca approx incl excl esp".split())
_BEFORE_NUMBER = frozenset(
    "no nos fig figs eq eqs ref refs vol pp p ch chap sec sect art par para pt jan feb mar apr jun "
    "jul aug sep sept oct nov dec bk nr tel ext c cl ex max min".split()
)
"""Abbreviations only where a number or letter follows ("No. 5", "Ex. B", "Jan. 3"); else an
ordinary last word."""
_NUMBER = re.compile(r"\d|[IVXivx]+\b|[A-Z]\d*\b|\(\w{1,3}\)")
"""What such an abbreviation counts: "5", "IV", "B", "S2", "(a)"."""
_MONTHS_AFTER_ORDINALS = frozenset(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November "
    "Dezember".split()
)
"""German writes a day as an ordinal: "am 3. März"."""
_MAYBE_FINAL = frozenset("al ph.d".split())
"""They end a sentence only where the next word is one that typically begins a sentence."""
_STARTERS = frozenset(
    "the a an it its he his she her they their we our you your i my this that these those "
    "there here in on at by for from with without to of as after before when while where why "
    "how what who which if although though since because until unless despite during under "
    "over between among but and or so yet nor however moreover meanwhile instead still then "
    "thus therefore also even only many some most all both each every few several no not "
    "nothing one two three another other others such according last earlier later now today "
    "yesterday do does did is are was were has have had can could will would should may might "
    "let once nobody everyone nevertheless".split()
)
_SPEECH = re.compile(
    r"(?:(?:(?:Mr|Mrs|Ms|Dr|Gen|Sen|[A-Z])\.|[^\W\d_][\w’'-]*)\s+){1,4}?(?:said|says|asked|asks|told"
    r"|tells|replied|wrote|added|wondered|shouted|cried|exclaimed|demanded|tweeted|posted)\b"
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")
_NUMBERING = re.compile(
    r"\W*(?:(?:article|section|clause|step|part|chapter|rule|schedule|annex)\s)?"
    r"(?:\d+(?:\.\d+)*|[^\W\d_]|[ivx]+)",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"[^\W_]+")
_LONGEST_NUMBERING = 100
"""Characters of a block in which its numbering stands, with what precedes it."""
_UNSTOPPED = re.compile(r"\b[^\W\d_]+\b(?!\.)")
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_QUANTITY = re.compile(r"\d\s?[^\W\d_]+$")
"""A number and its unit: "5 kg" at a sentence's end is no abbreviation to go on after."""
_LAST_WORD = re.compile(r"[\w.&’'-]*$")
_CLAUSE = re.compile(r"[;:,—–，；：、،](?=\s|$)|[，；：、]")
_SOON = 300
"""Characters within which a quotation must be closed for its sentences to stay together."""
_DOUBLE_MARK = re.compile('[“”„"«»]')
_SINGLE_MARK = re.compile(r"[‘’'](?:(?<=‘)|(?<=')(?<!\w')(?=\w)|(?<=[,.!?…—][’'])(?!\w))")
"""Not the apostrophe: a single mark closes only after a stop or a comma."""
_SOLID = re.compile(r"\S+")
_LABEL = re.compile(r"\S*\w[_/\\]\w\S*|\S+\.(?:jpe?g|png|gif|webp|svg|tiff?|bmp)", re.IGNORECASE)


def sentences(text: str, headings: Sequence[Heading] = ()) -> list[tuple[int, int]]:
    """Start and end of every sentence, in order, without white space at either end.

    A heading, a list item and a table row end where their line ends; other single line breaks
    are taken for wrapping unless the next word would still have fitted on the line.
    """
    found: list[tuple[int, int]] = []
    elsewhere = cache(partial(_unstopped, text))
    has_capitals = any(map(str.isupper, text))
    for start, end, whole in _blocks(text, headings):
        cuts = [] if whole else _boundaries(text, start, end, elsewhere, has_capitals=has_capitals)
        for left, right in pairwise([start, *cuts, end]):
            found.extend(_limited(text, *_trimmed(text, left, right)))
    return found


def is_label(sentence: str) -> bool:
    """Whether this states nothing: a file name, a caption such as ``Map_of_the_Region``, a rule."""
    words = sentence.split()
    return not any(map(str.isalnum, sentence)) or (
        len(words) == 1 and _LABEL.fullmatch(words[0]) is not None
    )


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Start and end of every line, without its line break."""
    end = len(text) if end is None else end
    for match in _NEWLINE.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    if start < end:
        yield start, end


def line_breaks(text: str) -> int:
    """How many lines end in it."""
    return len(_NEWLINE.findall(text))


def _blocks(text: str, headings: Sequence[Heading]) -> Iterator[tuple[int, int, bool]]:
    """Runs of lines that belong together: start, end, and whether it must stay in one piece."""
    heads = [heading.start for heading in headings]
    ends = [heading.end for heading in headings]
    run: list[tuple[int, int]] = []
    for start, end in lines(text):
        first = bisect_left(heads, start)
        is_heading = first < len(heads) and heads[first] < end
        inside = first > 0 and ends[first - 1] > start
        blank = not text[start:end].strip()
        alone = is_heading or inside or _is_row(text[start:end]) or MARK in text[start:end]
        if blank or alone or _LIST_ITEM.match(text, start, end):
            yield from _unwrapped(text, run)
            run = []
        if alone:
            yield start, end, is_heading or inside or _is_written_row(text[start:end])
        elif not blank:
            run.append((start, end))
        if text[end : end + 1] in _PARAGRAPH_ENDS:
            yield from _unwrapped(text, run)
            run = []
    yield from _unwrapped(text, run)


def _is_row(line: str) -> bool:
    """Whether this line is a row of a table."""
    bare = line.strip()
    return bare.startswith("|") or bare.count(" | ") > 1 or "\t" in bare


def _is_written_row(line: str) -> bool:
    """Whether this is a row as the readers write it, which is cited as a whole."""
    return MARK in line and len(line) <= LONGEST_SENTENCE


def _unwrapped(text: str, run: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """The run, parted where a line was broken although the next word would have fitted on it."""
    if not run:
        return
    if _are_labelled(text, run):
        yield from ((start, end, False) for start, end in run)
        return
    width = max(end - start for start, end in run)
    begin = run[0][0]
    for (start, end), (following, _) in pairwise(run):
        word = _SOLID.search(text, following)
        needed = end - start + 1 + (len(word[0]) if word else 0)
        goes_on = (word and word[0][0].islower()) or _IN_MID_SENTENCE.match(text, start, end)
        if needed < _FULL * width and not goes_on:
            yield begin, end, False
            begin = following
    yield begin, run[-1][1], False


def _are_labelled(text: str, run: Sequence[tuple[int, int]]) -> bool:
    """Whether every line opens with the same word and a label of its own: "Annex A", "Annex B"."""
    opened = [_LABELLED.match(text, start, end) for start, end in run]
    words = {match[1] for match in opened if match}
    labels = {match[2] for match in opened if match}
    return len(words) == 1 and len(labels) == len(run) > 1


def _unstopped(text: str) -> frozenset[str]:
    """The words of a text that stand in it without a full stop, as they are written."""
    return frozenset(_UNSTOPPED.findall(text))


def _boundaries(
    text: str, start: int, end: int, elsewhere: Callable[[], Collection[str]], *, has_capitals: bool
) -> list[int]:
    """Offsets within a block at which a new sentence begins."""
    block = text[start:end]
    cuts = []
    for match in _STOP.finditer(block):
        if match["wide"]:
            cut = match.end()
            is_end = cut < len(block) and not block.startswith(("と", "って"), cut)
        else:
            cut = match.start("gap") + len(match["gap"])
            is_end = (
                _ends_sentence(block, match, has_capitals=has_capitals)
                and not _is_quoted_on(block, cut, has_capitals=has_capitals)
                and not (match["stop"] == "." and _is_abbreviation(block, match, elsewhere))
            )
        if is_end:
            cuts.append(start + cut)
    return cuts


def _ends_sentence(block: str, match: re.Match[str], *, has_capitals: bool) -> bool:
    """Whether the stop that was matched ends its sentence, seeing what follows."""
    following = block[match.end() : match.end() + 1]
    if not following or following in "&§" or (has_capitals and following.islower()):
        return False
    if match["stop"] != ".":
        quoted = bool(match["close"]) and not match["open"]
        return not (quoted and _SPEECH.match(block, match.end()))
    if match.start() <= _LONGEST_NUMBERING and _NUMBERING.fullmatch(block, 0, match.start()):
        return False
    return _word_can_end(*_around(block, match), block, match)


def _is_quoted_on(block: str, start: int, *, has_capitals: bool) -> bool:
    """Whether a quotation is open here after which its sentence goes on, as with “…,” he said."""
    for marks in (_DOUBLE_MARK, _SINGLE_MARK):
        mark = marks.search(block, start, start + _SOON)
        if mark and _closes(block, mark.start()) and _is_open(block, start, marks):
            following = block[mark.end() : mark.end() + 10].lstrip()[:1]
            comma = "," in (block[mark.start() - 1], following)
            if comma or (has_capitals and following.islower()):
                return True
    return False


def _is_open(block: str, at: int, marks: re.Pattern[str]) -> bool:
    """Whether the last of these quotation marks before here opened a quotation."""
    places = [mark.start() for mark in marks.finditer(block, max(0, at - LONGEST_SENTENCE), at)]
    return bool(places) and not _closes(block, places[-1])


def _closes(block: str, at: int) -> bool:
    """Whether the quotation mark here closes a quotation, and is no opening one or inches."""
    before, mark, after = block[at - 1 : at], block[at], block[at + 1 : at + 2]
    if after.isalnum() or (mark == '"' and before.isdigit()):
        return False
    return mark == "»" or before.strip() != ""


def _word_can_end(word: str, next_word: str, block: str, match: re.Match[str]) -> bool:
    """Whether the full stop after this word, perhaps an abbreviation, ends its sentence."""
    key = word.lower()
    initials = _INITIALS.fullmatch(word + ".") is not None
    if match["close"].strip("*_`") and not initials:
        return True
    if word in _TITLES or key in _NEVER_FINAL:
        return False
    starts = _starts(next_word, block, match)
    if key in _BEFORE_NUMBER and word.upper() != word:
        return starts or not _NUMBER.match(block, match.end())
    if len(word) <= 2 and word.isdecimal() and next_word in _MONTHS_AFTER_ORDINALS:
        return False
    if initials or key in _MAYBE_FINAL:
        return starts or bool(match["open"].strip("*_`([{"))
    return True


def _is_abbreviation(
    block: str, match: re.Match[str], elsewhere: Callable[[], Collection[str]]
) -> bool:
    """Whether nupunkt takes the word for an abbreviation after which its sentence goes on.

    Its list holds ordinary words too ("Hall", "car"): so it is asked of words that are written like
    abbreviations, with a capital or without a vowel, and stand nowhere in the text without a stop.
    """
    word, following = _around(block, match)
    if not word.isalpha() or not following or match["close"]:
        return False
    if _starts(following, block, match) or word.lower() in _BEFORE_NUMBER:
        return False
    consonants = len(word) > 1 and word.isascii() and not _VOWEL.search(word) and not word.isupper()
    if consonants and not _QUANTITY.search(block, max(0, match.start() - 20), match.start()):
        return True
    return (
        word[0].isupper()
        and not _punkt().text_contains_sentbreak(f"{word}. {following}")
        and word not in elsewhere()
    )


def _starts(word: str, block: str, match: re.Match[str]) -> bool:
    """Whether the word after a stop is one that begins sentences, and no abbreviation ("Or.")."""
    return word.lower() in _STARTERS and not block.startswith(".", match.end() + len(word))


def _around(block: str, match: re.Match[str]) -> tuple[str, str]:
    """The word before a full stop and the word after it, each perhaps empty."""
    before = _LAST_WORD.search(block, max(0, match.start() - 40), match.start())
    following = _FIRST_WORD.match(block, match.end())
    return before[0].strip("'’-.") if before else "", following[0] if following else ""


@cache
def _punkt() -> "PunktSentenceTokenizer":
    import nupunkt

    return nupunkt.load("default")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _limited(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range in pieces of at most ``LONGEST_SENTENCE`` characters; nothing if it is empty."""
    while end - start > LONGEST_SENTENCE:
        cut = _cut(text, start)
        yield _trimmed(text, start, cut)
        start, end = _trimmed(text, cut, end)
    if start < end:
        yield start, end


def _cut(text: str, start: int) -> int:
    """Where to cut an overlong sentence: after a clause, else a space, else between characters."""
    limit, middle = start + LONGEST_SENTENCE, start + LONGEST_SENTENCE // 2
    for mark in (_CLAUSE, re.compile(r"\s")):
        places = [match.end() for match in mark.finditer(text, middle, limit)]
        if places:
            return places[-1]
    while limit > middle and not text[limit].isalnum():
        limit -= 1  # never between a letter and the marks that combine with it
    return limit
