"""What surrounds a piece of prose: the course's files, where its ids live, where its pages are served."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from anhnh_lms.content.pictures import size_of

PICTURES: Final = (".svg", ".png", ".jpg", ".jpeg", ".webp")
SOUNDS: Final = (".opus",)
_RELATIVE: Final = re.compile(
    r"(?:\./)?((?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*)(?:#([A-Za-z0-9._-]+))?\Z"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an id is: the module that holds it, and the id of the section or question to jump to."""

    module: str
    anchor: str


@dataclass(frozen=True)
class Site:
    """`asset_prefix` is put before the paths of figures and audio, `module_prefix` before a module's id."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    asset_prefix: str = ""
    module_prefix: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)  # path -> module id
    _sizes: dict[str, tuple[int, int] | None] = field(default_factory=dict)

    def asset(self, target: str, lang: str) -> str | None:
        """The path in the course of the picture or sound that `target` names, in the variant for
        `lang` where there is one (`fig/x.ar.svg`); None if the course has no such file."""
        found = _RELATIVE.match(target)
        if not found or found[2]:
            return None
        stem, dot, ending = found[1].rpartition(".")
        variant = f"{stem}.{lang.split('-')[0]}{dot}{ending}"
        return next((path for path in (variant, found[1]) if path in self.files), None)

    def size(self, path: str) -> tuple[int, int] | None:
        """Width and height in pixels, where the file says so."""
        if path not in self._sizes:
            self._sizes[path] = size_of(path, self.files[path])
        return self._sizes[path]

    def link(self, target: str, module: str) -> str | None:
        """Where a link written in `module` leads on the learner's pages; None if nowhere in the course."""
        if target.startswith("#"):
            place = self.places.get(target[1:])
            return self._address(place, module) if place else None
        found = _RELATIVE.match(target)
        if not found:
            return None
        path, anchor = found[1], found[2]
        if path in self.modules:
            if anchor:
                place = self.places.get(anchor)
                return self._address(place, module) if place else None
            return f"{self.module_prefix}{self.modules[path]}"
        if path in self.files and path.lower().endswith((*PICTURES, *SOUNDS)):
            return f"{self.asset_prefix}{path}"
        return None

    def _address(self, place: Place, module: str) -> str:
        return f"#{place.anchor}" if place.module == module else f"{self.module_prefix}{place.module}#{place.anchor}"
