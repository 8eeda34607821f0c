"""The day that a sentence names."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.summarising.timeline import when


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("It met on 18 March 2031.", None, date(2031, 3, 18)),
        ("It met on March 18th, 2031, in Rome.", None, date(2031, 3, 18)),
        ("Opened 2031-03-18.", None, date(2031, 3, 18)),
        ("It met on 18 March.", "2031-04-02", date(2031, 3, 18)),
        ("It met on 28 December.", "2031-01-05", date(2030, 12, 28)),
        ("It will meet on 3 January.", "2031-12-20", date(2032, 1, 3)),
        ("It met on 18 March.", None, None),
        ("It met on 31 February 2031.", None, None),
        ("It met in March 2031.", None, None),
        ("He may have 18 marks.", "2031-01-01", None),
        ("It fell by 3.18 March percent.", "2031-01-01", None),
        ("First on 2 May 2030, then on 1 May 2029.", None, date(2030, 5, 2)),
    ],
)
def test_days(text: str, published: str | None, expected: date | None) -> None:
    assert when(text, published) == expected


@settings(deadline=None)
@given(st.text(), st.one_of(st.none(), st.text(max_size=12)))
def test_any_text_is_read(text: str, published: str | None) -> None:
    found = when(text, published)
    assert found is None or isinstance(found, date)
