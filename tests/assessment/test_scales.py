from __future__ import annotations

import pytest

from anhnh_lms.assessment.scales import SCALES, UnknownScale, labels


@pytest.mark.parametrize("name", sorted(SCALES))
def test_labels_then_as_many_as_the_name_says_and_each_once(name: str) -> None:
    assert len(labels(name)) == int(name.rpartition("-")[2])
    assert len(set(labels(name))) == len(labels(name))
    assert all(type(label) is str and label for label in labels(name))


def test_labels_of_agree_5_then_run_from_least_to_most() -> None:
    assert labels("agree-5")[0] == "Strongly disagree"
    assert labels("agree-5")[-1] == "Strongly agree"


def test_labels_when_there_is_no_such_scale_then_says_which() -> None:
    with pytest.raises(UnknownScale, match="agree-99"):
        labels("agree-99")
