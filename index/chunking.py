"""From a document's text to its sentences and passages. Pure: the standard library only.

Sentences are found by rules tuned by hand on news prose, because what is cited is shown as a
sentence and must be a range of the text: statistical splitters return strings and lose the
offsets (pysbd was tried: it rewrites the text while it works and is slow on long documents).

Every character of the text that is not white space lies in exactly one sentence, and passages are
runs of whole sentences that together hold all of them.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from index.data import Document, Heading, Passage, Span

LONGEST_SENTENCE = 1000
"""Characters after which a sentence is cut at a clause or a space."""
PASSAGE_LENGTH = 700
LONGEST_PASSAGE = 1000
SHORTEST_PASSAGE = 200
MOST_SENTENCES = 100
"""Of a passage; in prose the length is the limit."""

_FULL = 0.75
"""A line shorter than this share of the widest was not broken for want of room."""

_NEWLINE = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_PARAGRAPH_ENDS = ("\f", "\v", "\u2029")
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*+•‣▪–—·]|(?:\d{1,3}|[a-z])[.)]|\(?\w{1,3}\))[ \t]+\S")
_CLOSERS = "\"'”’»›)\\]}*_`"
_OPENERS = "\"'“‘«‹„‚(\\[{*_`¿¡"
_STOP = re.compile(
    rf"(?<![.!?…؟۔።։])(?P<stop>[.!?…؟۔።։]++)"
    rf"(?P<close>(?:[{_CLOSERS}]|\[[\w ]{{1,25}}\]|[ ](?:''|\))(?=\s))*)"
    rf"(?P<gap>\s+)(?P<open>[{_OPENERS}]*)"
    r"|(?P<wide>[。！？｡．।॥។။]+[”’」』）》】\"')]*)"
)

_TITLES = frozenset(
    "Mr Mrs Ms Mx Dr Prof Gen Sen Rep Gov Lt Col Sgt Capt Cmdr Adm Maj Rev Hon Pres Amb Supt Insp "
    "Messrs Mmes St Mt Ft Brig Pvt Cpl Det Atty".split()
)
"""The sentence goes on after their full stop, where they are written with a capital."""
_NEVER_FINAL = frozenset("eg e.g ie i.e cf vs viz ca approx incl excl esp".split())
_BEFORE_NUMBER = frozenset(
    "no nos fig figs eq vol pp p ch chap sec art par para pt jan feb mar apr jun jul aug sep sept "
    "oct nov dec bk nr tel ext c".split()
)
"""Abbreviations only where a number follows ("No. 5", "Jan. 3"); else an ordinary last word."""
_MONTHS_AFTER_ORDINALS = frozenset(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November "
    "Dezember".split()
)
"""German writes a day as an ordinal: "am 3. März"."""
_MAYBE_FINAL = frozenset(
    "inc ltd corp co cos llc llp plc bros jr sr etc al dept est assn univ esq ave blvd ph.d "
    "a.m p.m".split()
)
"""They end a sentence only where the next word is one that typically begins a sentence."""
_DAYS = frozenset("Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Rd".split())
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
_NUMBERING = re.compile(r"\W*(?:\d+(?:\.\d+)*|[^\W\d_]|[ivxIVX]+)")
_FIRST_WORD = re.compile(r"[^\W_]+")
_LONGEST_NUMBERING = 100
"""Characters of a block in which its numbering stands, with what precedes it."""
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
    for start, end, whole in _blocks(text, headings):
        cuts = [] if whole else _boundaries(text, start, end)
        for left, right in pairwise([start, *cuts, end]):
            found.extend(_limited(text, *_trimmed(text, left, right)))
    return found


def passages(document: Document, spans: Sequence[tuple[int, int]] | None = None) -> list[Passage]:
    """Consecutive whole sentences, about 700 characters each, never across a section's border.

    ``spans`` are the document's sentences where the caller has them already. A passage's
    ``heading`` is the nearest one at or above its start.
    """
    text, headings = document.text, document.headings
    spans = sentences(text, headings) if spans is None else spans
    found = []
    for section in _sections(spans, headings):
        for first, last in _packed(text, section, headings):
            start, end = section[first][0], section[last - 1][1]
            heading = _heading_above(text, headings, section[last - 1][0])
            found.append(passage(document, start, end, heading))
    return found


def passage(document: Document, start: int, end: int, heading: str) -> Passage:
    """The passage of a document at these offsets."""
    return Passage(
        id=f"{document.id}:{start}-{end}",
        span=Span(document_id=document.id, start=start, end=end),
        text=document.text[start:end],
        heading=heading,
    )


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
        alone = is_heading or inside or _is_row(text[start:end])
        if blank or alone or _LIST_ITEM.match(text, start, end):
            yield from _unwrapped(text, run)
            run = []
        if alone:
            yield start, end, is_heading or inside
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


def _unwrapped(text: str, run: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """The run, parted where a line was broken although the next word would have fitted on it."""
    if not run:
        return
    width = max(end - start for start, end in run)
    begin = run[0][0]
    for (start, end), (following, _) in pairwise(run):
        word = _SOLID.search(text, following)
        needed = end - start + 1 + (len(word[0]) if word else 0)
        if needed < _FULL * width and not (word and word[0][0].islower()):
            yield begin, end, False
            begin = following
    yield begin, run[-1][1], False


def _boundaries(text: str, start: int, end: int) -> list[int]:
    """Offsets within a block at which a new sentence begins."""
    block = text[start:end]
    has_capitals = any(character.isupper() for character in block)
    cuts = []
    for match in _STOP.finditer(block):
        if match["wide"]:
            cut = match.end()
            is_end = cut < len(block) and not block.startswith(("と", "って"), cut)
        else:
            cut = match.start("gap") + len(match["gap"])
            is_end = _ends_sentence(block, match, has_capitals=has_capitals) and not _is_quoted_on(
                block, cut, has_capitals=has_capitals
            )
        if is_end:
            cuts.append(start + cut)
    return cuts


def _ends_sentence(block: str, match: re.Match[str], *, has_capitals: bool) -> bool:
    """Whether the stop that was matched ends its sentence, seeing what follows."""
    following = block[match.end() : match.end() + 1]
    if not following or (has_capitals and following.islower()):
        return False
    if match["stop"] != ".":
        quoted = bool(match["close"]) and not match["open"]
        return not (quoted and _SPEECH.match(block, match.end()))
    if match.start() <= _LONGEST_NUMBERING and _NUMBERING.fullmatch(block, 0, match.start()):
        return False
    before = _LAST_WORD.search(block, max(0, match.start() - 40), match.start())
    return _word_can_end(before[0].strip("'’-.") if before else "", block, match)


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


def _word_can_end(word: str, block: str, match: re.Match[str]) -> bool:
    """Whether the full stop after this word, perhaps an abbreviation, ends its sentence."""
    key = word.lower()
    initials = _INITIALS.fullmatch(word + ".") is not None
    if match["close"].strip("*_`") and not initials:
        return True
    if word in _TITLES or key in _NEVER_FINAL:
        return False
    following = _FIRST_WORD.match(block, match.end())
    next_word = following[0] if following else ""
    if key in _BEFORE_NUMBER and next_word[:1].isdigit():
        return False
    if len(word) <= 2 and word.isdecimal() and next_word in _MONTHS_AFTER_ORDINALS:
        return False
    if initials or key in _MAYBE_FINAL or word in _DAYS:
        return next_word.lower() in _STARTERS or bool(match["open"].strip("*_`([{"))
    return True


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


def _sections(
    spans: Sequence[tuple[int, int]], headings: Sequence[Heading]
) -> Iterator[list[tuple[int, int]]]:
    """Sentences grouped so that each group is a run of headings with all that stands below it."""
    group: list[tuple[int, int]] = []
    below = False
    for span in spans:
        is_heading = _is_heading(span, headings)
        if is_heading and below:
            yield group
            group = []
        group.append(span)
        below = not is_heading
    if group:
        yield group


def _is_heading(span: tuple[int, int], headings: Sequence[Heading]) -> bool:
    at = bisect_left(headings, span[0], key=lambda heading: heading.start)
    inside = at > 0 and headings[at - 1].end > span[0]
    return inside or (at < len(headings) and headings[at].start < span[1])


def _heading_above(text: str, headings: Sequence[Heading], offset: int) -> str:
    """The nearest heading that begins at or before ``offset``, or the empty string."""
    above = bisect_right(headings, offset, key=lambda heading: heading.start) - 1
    return " ".join(text[headings[above].start : headings[above].end].split()) if above >= 0 else ""


def _packed(
    text: str, section: Sequence[tuple[int, int]], headings: Sequence[Heading]
) -> list[tuple[int, int]]:
    """The cheapest way to part a section into passages, as ranges of sentence numbers.

    Costs as in Knuth and Plass, "Breaking Paragraphs into Lines" (1981): the squared distance
    from the wanted length, and a fine for a passage that ends inside a paragraph.
    """
    count = len(section)
    fines = [_fine(text, section, number, headings) for number in range(count)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for last in range(1, count + 1):
        end, fine = section[last - 1][1], fines[last - 1]
        cheapest, chosen = math.inf, 0
        for first in range(last - 1, -1, -1):
            length = end - section[first][0]
            if first < last - 1 and (length > LONGEST_PASSAGE or last - first > MOST_SENTENCES):
                break
            cost = best[first][0] + _cost(length) + fine
            if cost <= cheapest:
                cheapest, chosen = cost, first
        best.append((cheapest, chosen))
    ranges, last = [], count
    while last > 0:
        first = best[last][1]
        ranges.append((first, last))
        last = first
    return ranges[::-1]


@cache
def _cost(length: int) -> float:
    off = (length - PASSAGE_LENGTH) / PASSAGE_LENGTH
    return 0.1 + off * off * (4 if off > 0 else 1) + (0.5 if length < SHORTEST_PASSAGE else 0)


def _fine(
    text: str, section: Sequence[tuple[int, int]], number: int, headings: Sequence[Heading]
) -> float:
    """What it costs to end a passage after this sentence of the section."""
    if number == len(section) - 1:
        return 0.0
    if _is_heading(section[number], headings):
        return 1000.0
    gap = text[section[number][1] : section[number + 1][0]]
    return 0.0 if len(_NEWLINE.findall(gap)) > 1 else 0.25
