"""Simulated annotators say so by their names, and no person can be one."""

import pytest

from contrast_engine.errors import OptionError
from contrast_engine.simulated import a_person, is_simulated, said


@pytest.mark.parametrize(
    "name", ["simulated A", "Simulated  b", "SIMULATED\u00a0x", " simulated A"]
)
def test_a_simulated_annotator_is_known_by_the_name(name: str) -> None:
    assert is_simulated(name)
    with pytest.raises(OptionError, match="simulated annotators, got"):
        a_person(name)


@pytest.mark.parametrize("name", ["anna", "", "simulated", "Not simulated A", "simulatedA"])
def test_other_names_are_those_of_people(name: str) -> None:
    assert not is_simulated(name)
    assert a_person(name) == name


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "no annotator"),
        (["anna"], "1 annotator"),
        (["simulated A"], "1 simulated annotator"),
        (["simulated A", "simulated B", "simulated A"], "2 simulated annotators"),
        (["simulated A", "anna", "simulated B"], "1 annotator and 2 simulated annotators"),
        (["anna", "bob"], "2 annotators"),
    ],
)
def test_a_count_of_annotators_says_which_are_simulated(names: list[str], words: str) -> None:
    assert said(names) == words
