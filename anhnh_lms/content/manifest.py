"""`course.yml`: what holds for the whole course. Plain YAML without anchors, tags or deep nesting."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, TypeVar

import yaml

from anhnh_lms.content.ids import is_id
from anhnh_lms.content.limits import MANIFEST_BYTES
from anhnh_lms.content.lines import decode
from anhnh_lms.content.numbers import to_ascii
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.settings import day, minutes, percent

T = TypeVar("T")
KEYS: Final = (
    "id",
    "slug",
    "source",
    "languages",
    "version",
    "modules",
    "assessment",
    "pass",
    "final-pass",
    "wait",
    "valid",
    "hours",
    "audience",
    "rules",
    "license",
    "retake",
    "review-by",
)
_NEEDED: Final = ("id", "slug", "source", "languages", "version", "modules")
_LANG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?\Z")
_DEEPEST: Final = 4
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `course.yml` says; a wrong value is reported and stands here as its default."""

    id: str = ""
    slug: str = ""
    source: str = ""
    languages: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    modules: tuple[str, ...] = ()
    assessment: str = ""
    pass_mark: Fraction = Fraction(70, 100)
    final_pass: Fraction = Fraction(75, 100)
    wait_minutes: int = 10
    valid_months: int | None = None
    hours_hundredths: int = 0
    audience: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    license: str = ""
    retake: tuple[str, ...] = ()
    review_by: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, key: str) -> int:
        """The line of a key, or 1."""
        return self.lines.get(key, 1)


class _Refused(ValueError):
    """What a course has no need of: anchors, tags, deep nesting."""


def read_manifest(data: bytes, problems: Problems) -> Manifest | None:
    """None (with E101, E102 or E121) where it is not readable at all."""
    text = decode(data, problems, MANIFEST_BYTES)
    if text is None:
        return None
    try:
        _inspect(text)
        root = yaml.compose(text, Loader=_LOADER)
    except _Refused as error:
        problems.add(1, "E121", reason=str(error))
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        problems.add(mark.line + 1 if mark else 1, "E121", reason=reason)
        return None
    if not isinstance(root, yaml.MappingNode):
        problems.add(1, "E121", reason="key: value")
        return None
    return _Reader(root, problems).read()


def _inspect(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused("& *")
        if getattr(event, "tag", None):
            raise _Refused("!")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise _Refused("{{{{{")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1


class _Reader:
    def __init__(self, root: yaml.MappingNode, problems: Problems) -> None:
        self.problems = problems
        self.nodes: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        for key, value in root.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name not in KEYS:
                problems.add(line, "E122", key=name, known=", ".join(KEYS))
            elif name in self.nodes:
                problems.add(line, "E110", key=name, first=self.lines[name])
            else:
                self.nodes[name], self.lines[name] = value, line
        for name in _NEEDED:
            if name not in self.nodes:
                problems.add(1, "E123", key=name)

    def read(self) -> Manifest:
        default = Manifest()
        languages = self._languages()
        source = self._text("source", lambda text: text if _LANG.match(text) else None, "fr") or ""
        if source and languages and source not in languages:
            self._wrong("source", source, ", ".join(languages))
        return Manifest(
            id=self._text("id", _uuid, str(uuid.UUID(int=0))) or "",
            slug=self._text("slug", lambda text: text if is_id(text) else None, "fire-safety") or "",
            source=source,
            languages=languages or ({source: "pending"} if source else {}),
            label=self._text("version", lambda text: text if len(text) <= 40 else None, '"1.3"') or "",
            modules=self._list("modules"),
            assessment=self._text("assessment", lambda text: text if is_id(text) else None, "assessment") or "",
            pass_mark=self._or("pass", percent, "70 %", default.pass_mark),
            final_pass=self._or("final-pass", percent, "75 %", default.final_pass),
            wait_minutes=self._or("wait", minutes, "10 min", default.wait_minutes),
            valid_months=self._text("valid", _months, "24 months"),
            hours_hundredths=self._or("hours", _hours, "2.5", 0),
            audience=self._list("audience"),
            rules=self._list("rules"),
            license=self._text("license", lambda text: text, "") or "",
            retake=self._list("retake"),
            review_by=self._or("review-by", lambda text: str(day(text) or "") or None, "2027-06-30", ""),
            lines=self.lines,
        )

    def _wrong(self, key: str, value: str, form: str) -> None:
        self.problems.add(self.lines.get(key, 1), "E124", key=key, value=value, form=form)

    def _text(self, key: str, read: Callable[[str], T | None], form: str) -> T | None:
        node = self.nodes.get(key)
        if node is None:
            return None
        text = str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
        value = read(text) if text else None
        if value is None:
            self._wrong(key, text, form)
        return value

    def _or(self, key: str, read: Callable[[str], T | None], form: str, default: T) -> T:
        value = self._text(key, read, form)
        return default if value is None else value

    def _list(self, key: str) -> tuple[str, ...]:
        node = self.nodes.get(key)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode) or not all(
            isinstance(item, yaml.ScalarNode) and item.value.strip() for item in node.value
        ):
            self._wrong(key, "", "[a, b]")
            return ()
        found = tuple(str(item.value).strip() for item in node.value)
        if len(set(found)) != len(found):
            self._wrong(key, ", ".join(found), "[a, b]")
        return tuple(dict.fromkeys(found))

    def _languages(self) -> dict[str, str]:
        """`{fr: {review: done}}`, or a plain list `[fr, ar]` whose reviews are all pending."""
        node = self.nodes.get("languages")
        if isinstance(node, yaml.SequenceNode):
            pairs = [(item, None) for item in node.value]
        elif isinstance(node, yaml.MappingNode):
            pairs = list(node.value)
        else:
            if node is not None:
                self._wrong("languages", "", "{fr: {review: done}}")
            return {}
        found: dict[str, str] = {}
        for key, value in pairs:
            lang = str(key.value)
            state = _review(value)
            if not isinstance(key, yaml.ScalarNode) or not _LANG.match(lang) or state is None or lang in found:
                self._wrong("languages", lang if isinstance(key, yaml.ScalarNode) else "", "{fr: {review: done}}")
                continue
            found[lang] = state
        return found


def _review(node: Any) -> str | None:
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null")):
        return "pending"
    if not isinstance(node, yaml.MappingNode):
        return None
    values = {str(key.value): str(value.value) for key, value in node.value}
    state = values.get("review", "pending")
    return state if set(values) <= {"review"} and state in ("done", "pending") else None


def _uuid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text)) if re.fullmatch(r"[0-9a-fA-F-]{36}", text) else None
    except ValueError:
        return None


def _months(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,3})\s*(months?|mois|years?|ans?|y|m)", to_ascii(text).lower())
    if not found or int(found[1]) == 0:
        return None
    return int(found[1]) * (12 if found[2][0] in "ya" else 1)


def _hours(text: str) -> int | None:
    digits = to_ascii(text).replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", digits):
        return None
    hundredths = Fraction(digits) * 100
    return int(hundredths) if hundredths.denominator == 1 else None
