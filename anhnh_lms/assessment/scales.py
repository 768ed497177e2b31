"""The scales on which statements are answered, by name.

A label is a message id in English; the web room translates it. The value of a label is its place,
from 1 (least) upwards; 0 is "no answer".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# The catalogues are extracted from calls of this name; the text itself stays as it is.
N_ = str


class UnknownScale(KeyError):
    """No scale has that name."""


SCALES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "agree-4": (N_("Strongly disagree"), N_("Disagree"), N_("Agree"), N_("Strongly agree")),
        "agree-5": (
            N_("Strongly disagree"),
            N_("Disagree"),
            N_("Neither agree nor disagree"),
            N_("Agree"),
            N_("Strongly agree"),
        ),
        "confidence-5": (
            N_("Not at all confident"),
            N_("Slightly confident"),
            N_("Moderately confident"),
            N_("Very confident"),
            N_("Completely confident"),
        ),
        "frequency-5": (N_("Never"), N_("Rarely"), N_("Sometimes"), N_("Often"), N_("Always")),
        "satisfaction-5": (
            N_("Very dissatisfied"),
            N_("Dissatisfied"),
            N_("Neither satisfied nor dissatisfied"),
            N_("Satisfied"),
            N_("Very satisfied"),
        ),
        "useful-5": (
            N_("Not at all useful"),
            N_("Slightly useful"),
            N_("Moderately useful"),
            N_("Very useful"),
            N_("Extremely useful"),
        ),
    }
)


def labels(scale: str) -> tuple[str, ...]:
    """The labels of that scale, least first, as message ids. UnknownScale if there is none of that name."""
    try:
        return SCALES[scale]
    except KeyError:
        raise UnknownScale(scale) from None
