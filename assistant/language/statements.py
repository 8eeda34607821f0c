"""What kind of sentence is this? Rules a summary chooses and sorts by. Pure: standard library only.

The wording rules read English; in other languages a sentence is a statement or not, and belongs
to no section of its own.
"""

import re

from index.sentences import is_label

_END = re.compile(r"[.!…。！．।۔։][\"'”’»›)\]』」]*\Z")
_QUESTION = re.compile(r"[?？؟\u037e][\"'”’»›)\]』」]*\Z")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_LIST_MARK = re.compile(r"[ \t]*(?:[-*+•‣▪–—·]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t]+")
_SHORTEST = 3
"""Words, or twice as many characters where words are not parted by spaces."""

_ATTRIBUTED = re.compile(
    r"[“«]|\"[^\"]{12,}\"|\baccording to\b|"
    r"\b(?:said|says|told|stated|stating|announced|condemned|warned|warns?|argued|argues?|noted|"
    r"notes?|claimed|claims|insisted|insists|added|explained|urged|vowed|pledged|promised|"
    r"rejected|denied|praised|criticized|criticised|accused|testified|tweeted|wrote|"
    r"suggested|suggests?|believes?|emphasi[sz]ed|stressed|acknowledged|admitted)\b"
    r"|\b(?:sources|officials?|spokes\w+|analysts|experts|observers|authorities|witnesses)\b"
    r"(?: \w+){0,3} (?:have|has|identif\w+|confirm\w*|estimat\w+|report\w*|expect\w*|see)\b",
)
_SPEAKER = re.compile(
    r"(?P<who>(?:[A-Z]|\d)[^“”\".;:]{2,80}?),?(?: (?:has|have|had|also|still|itself))? "
    r"(?:said|says|told|stated|announced|condemned|warned|warns?|argued|argues?|"
    r"claimed|claims|insisted|insists|pledged|promised|rejected|denied|denies|accused|suggested|"
    r"suggests?|believes?|considers?|disputes?|disagrees|supports?|opposes|accepts|expects?|"
    r"estimates?|proposes?)\b"
)
_LONGEST_SPEAKER = 9
"""Words of what a speaker is called."""

_DISPUTED = re.compile(
    r"\b(?:reportedly|allegedly|alleged|alleges|purported(?:ly)?|unconfirmed|unverified|disputed?|"
    r"disputes|den(?:y|ied|ies)|contradict\w*|contested|speculat\w+|rumou?r\w*|unclear|uncertain|"
    r"not (?:been )?(?:confirmed|verified|clear|known)|suspected|questioned|(?:is|are) said to|"
    r"could not be (?:\w+ )?(?:verified|confirmed))\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\b(?:seems?|seemed|appears?|appeared) (?:to|that)\b|\bappears\b")
_PLANNED = re.compile(
    r"\b(?:(?:is|are) (?:expected|set|due|scheduled) to|expects? to|plans? to|planned for|"
    r"scheduled|upcoming|forthcoming|coming (?:days|weeks|months|years?)|tomorrow|later this|"
    r"next (?:week|month|year|quarter|spring|summer|autumn|fall|winter)|by 20\d\d)\b"
)
_FUTURE = re.compile(r"\b(?:will|won['’]t|shall|likely to|warn(?:s|ed|ing) of|risks?|forecasts?)\b")
_POSSIBLE = re.compile(
    r"\b(?:could|may|might|hopes? to|aims? to|intends? to|remains? to be seen|raises questions)\b"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_FIGURE = re.compile(
    rf"\b\d{{1,2}} {_MONTH}\b(?: \d{{4}}\b)?|\b{_MONTH} \d{{1,2}}\b(?!,\d)(?:,? \d{{4}}\b)?"
    rf"|\b{_MONTH} \d{{4}}\b|\b(?:1[89]|20)\d\d[-–]\d\d(?:\d\d)?\b"
    r"|(?:[$€£¥]\s?)?\b\d[\d,.\u202f]*\d?\b"
    r"(?:\s?%|\s(?:percent|per cent|million|billion|trillion))?"
    r"|\b(?:hundreds|thousands|millions|billions|dozens)\b"
    r"|\b(?:January|February|March|April|June|July|August|September|October|November|December)\b"
    r"|(?<=\b(?:[Ii]n|[Oo]f|[Bb]y|[Oo]n) )May\b|\bMay(?= \d)|(?<=\d )May\b"
)
_LEANING = re.compile(
    r"(?:(?:However|But|And|Also|So|Then|Still|Yet|Meanwhile|Moreover),? )?"
    r"(?:This|That|These|Those|It|They|He|She|His|Her|Its|Their|Such|Both|"
    r"The (?:former|latter|move|decision|group|company|pair|two|[a-z]+ation)|"
    r"The (?:largest|smallest|oldest|latest|first|second|third|last|other)(?=,)|"
    r"Another|Others?)\b|"
    r".*\bsuch an? [a-z]|.*\b(?:this|these|those)[.!?]?$",
    re.DOTALL,
)
"""Openings that point back; "The …ation" names what the sentence before tells."""
_LEANING_INSIDE = re.compile(r"\b(?:this|these|those|such) (?:[a-z]+ ){0,2}[a-z]+", re.IGNORECASE)
_LOADED = re.compile(
    r"\b(?:dramatic\w*|alarming\w*|troubling|shocking\w*|outrageous\w*|blatant\w*|reckless\w*|"
    r"brazen\w*|horrific|horrifying|evil|heroic\w*|glorious|disastrous\w*|catastrophic|stunning|"
    r"dictator\w*|regimes?|aggressors?|thugs?|notorious\w*|infamous\w*|shameful\w*|disgraceful|"
    r"so-called|much-needed|crucial|remarkabl[ey]|"
    r"extraordinar(?:y|ily)|incredibl[ey]|massive)\b",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\b(?:resolved|decided|decides?|agreed to|approved|rejected|adopted|recommends?|recommended|"
    r"conclude[sd]?|finds? that|found that|proposes?|announced|confirmed|warn(?:s|ed)|"
    r"died|dead|deaths?|killed|injured|cases|failed|failure|"
    r"deficit|losses|costs?|cost|budget|in all|in total|overall|altogether|"
    r"for the first time|the (?:most important|main|chief|greatest|biggest|worst|only)|"
    r"(?:rose|fell|grew|increased|decreased|doubled|halved) (?:by|from|to)|more than doubled|"
    r"as a result|therefore|the reason|caused?)\b",
    re.IGNORECASE,
)
_PROCEDURAL = re.compile(
    r"\A(?:Present|Apologies|In attendance|Held (?:in|at|on)|Date|From|To|Subject)\b|"
    r"\bminutes of\b.*\bapproved\b|\bmeeting (?:opened|closed|was adjourned|adjourned|began)\b|"
    r"\bnext meeting is\b|\b(?:this|the present) (?:memorandum|memo|report|paper|chapter|section|"
    r"document|article) (?:sets out|describes|explains|covers|gives|is)\b|"
    r"\bwe (?:set out|describe|give) here\b|\bas follows\W*\Z|\bI thank\b|\bwe thank\b|"
    r"\b(?:Sign up for|Click here|Story continues|Read more|Subscribe|All rights reserved)\b",
    re.IGNORECASE,
)
_CHIEF_HEADING = re.compile(
    r"\b(?:summary|findings?|conclusions?|recommendations?|decisions?|resolutions?|key points|"
    r"highlights|at a glance|abstract|overview|in brief|results|outlook|what happens next|"
    r"next steps)\b",
    re.IGNORECASE,
)
_MINOR_HEADING = re.compile(
    r"\b(?:acknowledge?ments?|references|bibliography|appendix|annex|methods?|methodology|glossary|"
    r"about (?:us|the author)|contents|minutes of the last|how we worked|questions from the public|"
    r"contact|imprint|notes)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"|«[^»]*»")


def list_mark(text: str) -> str:
    """The bullet or number that a list item begins with, with its spaces, or nothing."""
    found = _LIST_MARK.match(text)
    return found.group() if found else ""


def is_statement(text: str) -> bool:
    """Whether a sentence says something whole: no question, caption, label, or bare line.

    A list item may do without its full stop.
    """
    mark = list_mark(text)
    body = text[len(mark) :].strip()
    if is_label(body) or _QUESTION.search(body):
        return False
    long_enough = len(_WORD.findall(body)) >= _SHORTEST or len(_WIDE.findall(body)) >= 2 * _SHORTEST
    return long_enough and bool(mark or _END.search(body))


def attributed(text: str) -> float:
    """1 where it says who said or thinks something, else 0."""
    return float(_ATTRIBUTED.search(text) is not None)


def speaker(text: str) -> str:
    """Who says it, as the sentence calls them, or nothing where that cannot be told."""
    found = _SPEAKER.match(text)
    if found and len(found["who"].split()) <= _LONGEST_SPEAKER:
        return found["who"].rstrip(",")
    return ""


def disputed(text: str) -> float:
    """1 where something is denied, contested, rumoured or unconfirmed, 0.5 where it only seems."""
    return 1.0 if _DISPUTED.search(text) else 0.5 * (_VAGUE.search(text) is not None)


def outlook(text: str) -> float:
    """1 where something is planned, 0.8 where it will be or threatens, 0.5 where it only may be."""
    bare = _QUOTED.sub("", text)
    rules = ((_PLANNED, 1.0), (_FUTURE, 0.8), (_POSSIBLE, 0.5))
    return next((fit for rule, fit in rules if rule.search(bare)), 0.0)


def quantified(text: str) -> float:
    """1 where it names numbers, amounts or dates, else 0."""
    return float(bool(figures(text)))


def figures(text: str) -> list[str]:
    """The numbers, amounts, days and months that a sentence names, as it writes them."""
    return [found.group().rstrip(".,") for found in _FIGURE.finditer(text)]


def telling(text: str) -> float:
    """1 where its words announce what matters (a decision, a loss, a reason), -1 where they only
    open a meeting or say what the text is about, else 0.
    """
    if _PROCEDURAL.search(text):
        return -1.0
    return float(_TELLING.search(text) is not None)


def heading_weight(heading: str) -> float:
    """1 for a heading such as "Findings", -2 for one such as "References", else 0."""
    if _CHIEF_HEADING.search(heading):
        return 1.0
    return -2.0 if _MINOR_HEADING.search(heading) else 0.0


def leaning(text: str) -> float:
    """How far it needs the sentence before it: 1 where it opens with "This" or "They", ends
    with "this", says "such a" or is all quotation, 0.25 where it points back from within ("this
    move"), else 0.
    """
    bare = _QUOTED.sub("", text)
    if _LEANING.match(bare) or len(_WORD.findall(bare)) < _SHORTEST <= len(_WORD.findall(text)):
        return 1.0
    return 0.25 * bool(_LEANING_INSIDE.search(bare))


def is_loaded(text: str) -> bool:
    """Whether it judges in its own voice, not that of somebody named: "a troubling precedent"."""
    return not attributed(text) and _LOADED.search(text) is not None
