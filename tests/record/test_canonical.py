"""The canonical form: the same facts always give the same text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.record.canonical import LARGEST, NotCanonical, canonical, sha256

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
keys = st.text(st.characters(max_codepoint=127), max_size=8)
values = st.recursive(
    texts | st.integers(-LARGEST, LARGEST),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_canonical_when_read_back_then_it_is_the_same_value_and_text(value: object) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@given(st.dictionaries(keys, values, min_size=2, max_size=6))
def test_canonical_when_the_keys_come_in_another_order_then_the_text_is_the_same(value: dict[str, object]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_canonical_when_written_then_it_is_as_rfc_8785_says() -> None:
    """Section 3.2.2.2: control characters short where there is a short form, else lower-case hex;
    everything else, Arabic too, as itself; section 3.2.3: keys sorted, no spaces."""
    value = {"b": [1, -2, 0], "a": 'é\u20ac"\\/\b\f\n\r\t\u000f\u007f', "Z": {"y": "سجن"}}
    assert canonical(value) == '{"Z":{"y":"سجن"},"a":"é€\\"\\\\/\\b\\f\\n\\r\\t\\u000f\u007f","b":[1,-2,0]}'


@pytest.mark.parametrize(
    "value",
    [1.5, True, None, {"a": None}, [False], {1: "x"}, {"é": 1}, LARGEST + 1, -LARGEST - 1, b"x", {1}, "\ud800"],
)
def test_canonical_when_a_value_has_no_one_form_then_it_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_sha256_when_text_is_arabic_then_it_is_of_the_utf8_bytes() -> None:
    assert sha256("سجن") == "a97adabc55d8566d24387da9a97df6dcb7c7baad5e8381b713c4b67290a3d156"
