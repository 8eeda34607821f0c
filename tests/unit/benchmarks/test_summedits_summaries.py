"""Golden summary lines made of labelled claims."""

from benchmarks.summedits_summaries import golden_lines, key_facts, names

SOURCE = (
    "Rosa Quintero closed 35 schools in Port Sellick on Monday. In 2031, Quintero will close 350 "
    "more, according to Helvia Mutual."
)


def test_facts_are_the_names_and_numbers_that_the_source_has() -> None:
    facts = list(key_facts("Minister Rosa Quintero closed 35 schools and 12 inns in 2031.", SOURCE))
    assert [fact["any_of"] for fact in facts] == [["Quintero"], ["35 schools"], ["2031, Quintero"]]


def test_a_possessive_or_a_comma_parts_names() -> None:
    assert list(names("It was Helvia's Anders Villebois, Port Sellick said.")) == [
        ["Helvia"],
        ["Anders", "Villebois"],
        ["Port", "Sellick"],
    ]


def test_only_unedited_summaries_that_are_supported_count() -> None:
    claims = [
        {"id": "a_1", "claim": "It was Rosa.", "source": SOURCE, "supported": True},
        {"id": "a_og", "claim": "It was Rosa Quintero.", "source": SOURCE, "supported": True},
        {
            "id": "b_og",
            "claim": "It was Rosa Quintero.",
            "source": SOURCE + ".",
            "supported": False,
        },
        {"id": "c_og", "claim": "Nothing at all.", "source": SOURCE + "!", "supported": True},
    ]
    [(line, text)] = golden_lines(claims)
    assert text == SOURCE
    assert line["reference"] == "It was Rosa Quintero."
    assert line["key_facts"] == [{"id": "Rosa Quintero", "any_of": ["Rosa Quintero", "Quintero"]}]
