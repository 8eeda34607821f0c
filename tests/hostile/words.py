"""Hostile plain text and Markdown."""

import random
from collections.abc import Iterator

Named = tuple[str, bytes]
PROSE = "The bridge was closed on 12 May. Engineers found 48 cracks in it, officials said.\n\n"
ZALGO = "Z" + "\u0301\u0327\u0316\u0332\u0489" * 40


def text_files(*, large: bool) -> Iterator[Named]:
    """Names and bytes of ``.txt`` and ``.md`` files."""
    size = 2_000_000 if large else 100_000
    yield from _bytes()
    for name, content in (*_scripts(), *_shapes(size), *_regular_expressions(size)):
        yield f"{name}.txt", content.encode("utf-8", "surrogatepass")
    for name, content in (*_markdown(size), *_regular_expressions(size // 4)):
        yield f"{name}.md", content.encode("utf-8", "surrogatepass")
    if large:
        yield "prose-40-mb.txt", (PROSE * 490_000).encode()


def _bytes() -> Iterator[Named]:
    """Null bytes, broken and mixed encodings."""
    prose = PROSE.encode()
    accents = "Zürich, Málaga, Kraków, Łódź, Αθήνα, Москва. "
    parts = {
        "null-first": b"\x00" + prose,
        "null-between": b"\x00".join([prose] * 20),
        "null-last": prose + b"\x00",
        "null-only": bytes(5000),
        "null-half": prose * 20 + bytes(2000),
        "controls": bytes(range(32)) * 50,
        "delete-characters": b"\x7f" * 4000,
        "utf8-cut": accents.encode()[:-1] + "Ж".encode()[:1],
        "utf8-overlong": b"\xc0\xaf\xe0\x80\xaf" * 300,
        "utf8-surrogates": "\ud83d\ude00 lone \udc00".encode("utf-8", "surrogatepass") * 50,
        "utf8-beyond": b"\xf4\x90\x80\x80\xf8\x88\x80\x80\x80" * 100,
        "utf8-continuations": b"\x80\xbf" * 1000,
        "utf8-then-latin1": accents.encode() * 30 + "Zürich für Künstler. ".encode("latin-1") * 30,
        "latin1-then-utf8": "Zürich für Künstler. ".encode("latin-1") * 30 + accents.encode() * 3,
        "utf8-then-utf16": prose + prose.decode().encode("utf-16-le") * 3,
        "utf16-odd": prose.decode().encode("utf-16")[:-1],
        "utf16-mark-only": b"\xff\xfe",
        "utf16-lone-surrogate": b"\xff\xfe" + b"a\x00\x00\xd8b\x00" * 50,
        "utf16-two-marks": b"\xff\xfe\xff\xfe" + prose.decode().encode("utf-16-le"),
        "utf16-no-mark": prose.decode().encode("utf-16-be"),
        "utf32": prose.decode().encode("utf-32"),
        "utf7": accents.encode("utf-7"),
        "mark-repeated": b"\xef\xbb\xbf" * 500 + prose,
        "cp1252-undefined": b"\x81\x8d\x8f\x90\x9d" * 200,
        "shift-jis": "これは日本語の文章です。".encode("shift-jis") * 30,
        "gb18030": "这是一个中文句子。".encode("gb18030") * 30,
        "koi8": "Это русское предложение. ".encode("koi8-r") * 30,
        "ebcdic": PROSE.encode("cp037"),
        "one-byte": b"a",
        "one-high-byte": b"\xe9",
        "every-byte": bytes(range(256)) * 30,
        "noise-ascii": bytes(random.Random(2).choices(range(32, 127), k=50_000)),
        "noise-high": bytes(random.Random(3).choices(range(128, 256), k=50_000)),
        "noise-words": b" ".join(random.Random(4).randbytes(6).hex().encode() for _ in range(9000)),
    }
    for name, content in parts.items():
        yield f"{name}.txt", content


def _scripts() -> Iterator[tuple[str, str]]:
    """Writing systems, and characters that are more or less than they look."""
    texts = {
        "arabic": "أغلق الجسر في مايو. قال المسؤولون إن المهندسين وجدوا شقوقا؟ نعم۔ ",
        "hebrew": "הגשר נסגר במאי. המהנדסים מצאו סדקים. ",
        "mixed-direction": "The bridge (הגשר) was closed. أغلق الجسر in May. ",
        "override": "\u202eesrever \u202cThe price is \u202e0001\u202c pounds. ",
        "isolates": "\u2066a\u2069\u2067b\u2068c. ",
        "marks-unbalanced": "\u202a\u202b\u202d\u202e" * 50 + "End. ",
        "combining": f"{ZALGO} said. {ZALGO} was here. ",
        "combining-only": "\u0301" * 3000 + ". ",
        "dotted-capital": "İSTANBUL İZMİR. ISPARTA ııı. İ. i̇. ",
        "sharp-s": "STRASSE Straße ẞ ß. ﬃ ﬀ ﬁ. ",
        "titlecase": "ǅ ǈ ǋ ǲ. ᾈ ᾘ. ",
        "emoji": "😀 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 1️⃣. It went on 🙂. ",
        "regional-odd": "🇩🇪🇫 🇩. ",
        "variation": "a\ufe0f b\ufe0e \U000e0100. ",
        "tags": "".join(map(chr, range(0xE0020, 0xE007F))) + " hidden. ",
        "invisible": "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e" * 20 + "Seen. ",
        "white-space": "a\u00a0b\u1680c\u2000d\u2009e\u202ff\u205fg\u3000h. ",
        "breaks": "One.\u2028Two.\u2029Three.\x85Four.\x0bFive.\x0cSix.\x1cSeven.\x1eEight. ",
        "carriage-returns": "One.\rTwo.\r\r\nThree.\n\rFour. ",
        "noncharacters": "\ufdd0 \ufffe \uffff \U0001fffe. ",
        "private-use": "\ue000\uf8ff\U000f0000. ",
        "replacement": "\ufffd" * 100 + " text. ",
        "thai": "สะพานปิดในเดือนพฤษภาคม วิศวกรพบรอยแตก ",
        "japanese": "橋は五月に閉鎖された。四十八の亀裂を見つけた！本当か？「はい。」と言った。",
        "korean": "다리는 5월에 폐쇄되었다. 기술자들이 균열을 발견했다. ",
        "hindi": "पुल मई में बंद हुआ। इंजीनियरों को दरारें मिलीं॥ ",
        "hangul-parts": "\u1100\u1161\u11a8" * 30 + ". ",
        "mathematics": "𝔗𝔥𝔢 𝕓𝕣𝕚𝕕𝕘𝕖 𝒘𝒂𝒔 𝙘𝙡𝙤𝙨𝙚𝙙. ",
        "full-width": "Ｔｈｅ ｂｒｉｄｇｅ ｗａｓ ｃｌｏｓｅｄ．４８ ",
        "roman-numerals": "Ⅷ. ⅷ) ① ⑴ ¼ ². ",
        "digits": "٤٨ ४८ 四十八 𝟜𝟠. ",
        "quotation-marks": "“‘„‚«‹」』\"'`´ʼ" * 20 + ". ",
        "homoglyphs": "Тhе brіdgе wаs сlоsеd. ",
    }
    for name, text in texts.items():
        yield name, text * 40


def _shapes(size: int) -> Iterator[tuple[str, str]]:
    """Gigantic lines, endless blanks, and sentences without end."""
    yield "line-of-words", "word " * (size // 5)
    yield "line-without-blank", "x" * size
    yield "line-of-emoji", "😀" * (size // 4)
    yield "line-of-combining", "a" + "\u0301" * (size // 2)
    yield "line-of-ideographs", "字" * (size // 3)
    yield "newlines", "\n" * size + "end"
    yield "newlines-only", "\n" * size
    yield "blanks", " " * size + "end"
    yield "tabs", "\t" * size + "end"
    yield "short-lines", "a\n" * (size // 2)
    yield "short-paragraphs", "a b c\n\n" * (size // 7)
    yield "form-feeds", "a\f" * (size // 2)
    yield "headings-only", "A Heading\n\n" * (size // 11)
    yield "one-sentence", "and then it went on " * (size // 20) + "."
    yield "many-sentences", "It went on. " * (size // 12)


def _regular_expressions(size: int) -> Iterator[tuple[str, str]]:
    """What makes backtracking costly, where a pattern lets it."""
    yield "stops", "." * size
    yield "stops-apart", ". " * (size // 2)
    yield "ellipses", "…" * (size // 3)
    yield "wide-stops", "。" * (size // 3)
    yield "stop-and-quotes", "a." + '"' * size
    yield "stop-and-brackets", "a." + "[b]" * (size // 3)
    yield "stop-and-blanks", "a." + " " * size + "B"
    yield "stop-and-openers", "a. " + "(" * size
    yield "stop-and-closers", "a." + " '')" * (size // 4)
    yield "openers", "“" * (size // 3)
    yield "quotes-open", "“a, b. " * (size // 7)
    yield "apostrophes", "'a " * (size // 3)
    yield "initials", "A." * (size // 2)
    yield "initials-apart", "A. B. " * (size // 6)
    yield "abbreviations", "Mr. Dr. St. no. 5 " * (size // 18)
    yield "speech", "“Go!” Mr. A. " * (size // 14)
    yield "numbering", "1.2.3.4.5." * (size // 10)
    yield "commas", "," * size
    yield "clauses", "a, " * (size // 3)
    yield "underlines", "_" * size
    yield "stars", "*" * size
    yield "bars", "a | b | c " * (size // 10)
    yield "list-items", "- a\n" * (size // 4)
    yield "file-names", "a_b/c\\d.jpg " * (size // 12)
    yield "dashes", "—" * (size // 3)
    yield "slashes", "/a" * (size // 2)
    yield "hyphens", "a-" * (size // 2)


def _markdown(size: int) -> Iterator[tuple[str, str]]:
    yield "hashes", "#" * size
    yield "hash-lines", "# a #\n" * (size // 6)
    yield "closing-hashes", "# a " + "#" * size
    yield "underlined", "a\n===\n" * (size // 6)
    yield "rules", "---\n" * (size // 4)
    yield "front-matter-open", "---\ntitle: x\n" + "a: b\n" * (size // 5)
    yield "front-matter-long", "---\n" + "title: 'x\n" * (size // 10) + "---\nText."
    yield "fence-open", "```\n" + PROSE * (size // 80)
    yield "fences", "```\n~~~\n" * (size // 8)
    yield "quotes-nested", "> " * (size // 2) + "a"
    yield "lists-nested", "".join("  " * depth + "- a\n" for depth in range(int(size**0.5)))
    yield "links-nested", "[" * (size // 2) + "a" + "](http://127.0.0.1/)" * 50
    yield "table-wide", "|" + "a|" * (size // 2)
    yield "html-inside", "<script>alert(1)</script>\n\n" * (size // 30)
    yield "references", "[a]: http://127.0.0.1/\n" * (size // 23)
