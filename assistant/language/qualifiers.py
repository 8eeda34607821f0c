"""What is denied, hedged, said by somebody, or the opposite of something else. Pure.

The words are English; in other languages nothing is found.
"""

import re

from assistant.language.words import clauses, content_words, root

NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|lacks?|lacked|"
    r"fail(?:s|ed)? to|refus(?:e|es|ed) to|den(?:y|ies|ied)|rejects?|rejected|"
    r"(?:is|are|was|were|do|does|did|has|have|had|ca|wo|would|could|should|need)n['’]t)\b",
    re.IGNORECASE,
)
_HEDGES = (
    r"reportedly|allegedly|apparently|possibl[ey]|perhaps|maybe|might|(?-i:may)|could|suspected|rumou?red|"
    r"unconfirmed|speculat\w+|believed|thought to|said to|estimated|likely|unlikely|"
    r"(?:expect|forecast|predict)(?:s|ed)?|"
    r"appears?|appeared|seems?|seemed|suggest\w*|claim\w*|alleg\w+|potential(?:ly)?|"
    r"(?:hop(?:es?|ed|ing)|aim(?:s|ed)?|plan(?:s|ned)?|seeks?|sought|wants?|wanted|"
    r"attempt(?:s|ed)?|tr(?:y|ies|ied)) to"
)
HEDGE = re.compile(rf"\b(?:{_HEDGES})\b", re.IGNORECASE)
"""English hedges; "May" is a month."""
ATTRIBUTION = re.compile(
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
SPOKEN = re.compile(
    r"\baccording to\b|\b(?:says?|said|saying|told|warn(?:s|ed|ing)|argu(?:es|ed|ing)|"
    r"stat(?:ed|ing)|"
    r"insist(?:s|ed|ing)|report(?:ed|ing)|noted|assert(?:s|ed)|contend(?:s|ed)|"
    r"maintain(?:s|ed)(?= that))\b|"
    rf"\b{_WITNESSES}\s+(?:\w+\s+){{0,2}}?(?:identif(?:y|ied)|confirm(?:ed)?|reveal(?:ed)?|"
    r"disclosed?|describe[ds]?|say|believe|expect|see|view|suggest|warn|report|stat(?:e|es)|note)\b",
    re.IGNORECASE,
)
"""Words after which, or before which, stands what somebody says and not what is so."""
CONDITION = re.compile(
    r"\b(?:if|unless|provid(?:ed|ing)(?: that)?|(?:as|so) long as|on condition that|subject to|"
    r"except(?: (?:when|where|if|for|in|that|during))?|only (?:after|before|with|until|in|by|for)|"
    r"in (?:the )?(?:case|event) (?:of|that)|(?:for )?(?:each|every)|per(?! cent)|"
    r"when(?:ever)?|(?<!, )where|until)\b|^should\b",
    re.IGNORECASE,
)
"""English conditions, exceptions and rates: what follows limits what the rest says."""
_CAUSE = (
    r"because|due to|owing to|thanks to|on account of|as a (?:result|consequence)|"
    r"result(?:s|ed|ing)? (?:in|from)|(?:follow(?:s|ed|ing)?|stem(?:s|med|ming)?) from|"
    r"ar(?:ises?|ose|isen|ising) from|(?:brings?|brought) about|g(?:ives?|ave|iving) rise to|"
    r"(?:led|lead(?:s|ing)?) to|caus(?:es?|ed|ing)|"
    r"therefore|thus|hence|consequently|(?:forc|prompt|driv)(?:es|ed|ing)|"
    r"since(?! (?:then|\d|\w+day|(?:the|last|early|late|mid)\b|(?-i:[A-Z])))"
)
CAUSE = re.compile(rf"\b(?:{_CAUSE})\b", re.IGNORECASE)
"""English words that say why; "since 2003" and "since the war" may tell the time alone."""
GIVES_CAUSE = re.compile(
    rf"\b(?:{_CAUSE}|reasons?|why|so that|for (?:lack|want|fear) of|result\w*|blam\w+|owe[sd]?|"
    r"contribut\w+|drove|driven|through|consequences?|mean(?:s|t)|made|makes?|explain\w*|"
    r"(?:by|after) \w+ing)\b|"
    r"(?:^|[.,;:–—] ?)(?:so|for|as|with|since)\b",
    re.IGNORECASE,
)
"""The same, and further words that may say why beside other things."""
_OF_A_CONDITION = 3
"""Content words of a condition, one of which a claim that keeps it has."""
_REPEATED = 0.6
"""Share of a claim's content words that a sentence has if the claim repeats it."""
_NARRATED = re.compile(r"\b(?:was|were|had|did)\b", re.IGNORECASE)
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


def is_hedged(text: str) -> bool:
    """Whether a text hedges, or says who says it."""
    return any(pattern.search(text) for pattern in (HEDGE, ATTRIBUTION, SPOKEN))


def is_qualified(text: str) -> bool:
    """Whether a text denies or hedges something, or says who says it."""
    return bool(NEGATION.search(text)) or is_hedged(text)


def hedges(text: str) -> bool:
    """Whether a text says that something is not certain: "reportedly", "estimated"."""
    return bool(HEDGE.search(text))


def denies_other_words(claim: str, evidence: str) -> bool:
    """Whether the claim negates a word that the evidence has, but never under a negation."""
    denied: set[str] = set()
    for match in NEGATION.finditer(evidence):
        denied.update(root(word) for word in content_words(match.group()))
        near = evidence[max(0, match.start() - 40) : match.end() + 80]
        denied.update(root(word) for word in content_words(near))
    everything = {root(word) for word in content_words(evidence)}
    for match in NEGATION.finditer(claim):
        governed = content_words(claim[match.end() :])[:1]
        if governed and root(governed[0]) in everything - denied:
            return True
    return False


def dropped_condition(claim: str, evidence: str) -> str:
    """The words of a condition that a sentence of the evidence has and the claim has not, though
    it repeats the rest; empty if there is none.

    A rule without its condition is another rule; what is narrated ("closed when the river rose")
    happened all the same.
    """
    said = {root(word) for word in content_words(claim)}
    if CONDITION.search(claim):
        return ""
    for sentence in clauses(evidence):
        if _NARRATED.search(sentence) or "|" in sentence:
            continue
        all_words = {root(word) for word in content_words(sentence)}
        for match in CONDITION.finditer(sentence):
            clause = re.split(r"[,;:]|\s[–—-]\s", sentence[match.end() :], maxsplit=1)[0]
            limits = {root(word) for word in content_words(clause)[:_OF_A_CONDITION]}
            repeated = said & (all_words - limits)
            if limits and not said & limits and len(repeated) >= max(2, _REPEATED * len(said)):
                return match.group() + clause
    return ""


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
