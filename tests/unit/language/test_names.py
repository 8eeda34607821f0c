"""Names in their other forms: acronyms, adjectives, accents."""

from assistant.language.names import acronyms, shortened, unknown_names


def test_a_name_and_its_acronym_have_one_short_form() -> None:
    known = acronyms("The U.S. and NATO warned.")
    assert known == {"us", "nato"}
    assert shortened("What has the United States warned of?", known) == "What has the us warned of?"
    assert shortened("The U.S. has warned.", known) == "The us has warned."
    assert shortened("Did President Kim Jong-un warn?", known) == "Did President Kim Jong-un warn?"
    assert shortened("The North Atlantic Treaty Organization", known) == "The nato"


def test_a_name_is_known_in_its_other_forms() -> None:
    evidence = "The United States and the Russian army; Kim Jong-un’s visit; São Paulo."
    assert unknown_names("In the U.S. and in Russia, Kim and Sao Paulo.", evidence) == set()
