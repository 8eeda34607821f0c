import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.figures import amounts, days
from assistant.language.notation import as_written


@pytest.mark.parametrize(
    ("text", "source", "written"),
    [
        ("It ended on March 4, 1911.", "on 4 March 1911 it closed", "It ended on 4 March 1911."),
        ("It fell by 61%.", "a fall of 61 per cent", "It fell by 61 per cent."),
        ("It is 84 meters high.", "the mast of 84 metres", "It is 84 metres high."),
        ("It is 84 meters high.", "84 meters, or 84 metres", "It is 84 meters high."),
        ("It cost 3 million dollars.", "at $3,000,000", "It cost $3,000,000."),
        ("It took 61 minutes.", "a fall of 61 per cent", "It took 61 minutes."),
        ("It fell by 61%.", "a fall of 62 per cent", "It fell by 61%."),
        ("In May 1911 it closed.", "on 4 May 1911", "In May 1911 it closed."),
    ],
)
def test_days_and_amounts_are_written_as_the_source_does(
    text: str, source: str, written: str
) -> None:
    assert as_written(text, source) == written


@given(st.text(alphabet="ab 0123456789%$.,-kmper cent", max_size=40), st.text(max_size=40))
def test_no_figure_becomes_another(text: str, source: str) -> None:
    again = as_written(text, source)
    assert {(each.value, each.unit) for each in amounts(again)} == {
        (each.value, each.unit) for each in amounts(text)
    }
    assert [day.first for day in days(again)] == [day.first for day in days(text)]
