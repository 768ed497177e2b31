"""All Markdown files of a course in the formatter's form, each knowing the ids of the others."""

from __future__ import annotations

from collections.abc import Mapping

from anhnh_lms.content.document import NAME, WELCOME, every
from anhnh_lms.content.files import MANIFEST
from anhnh_lms.content.formatter import Wishes, blocks_of, format_text, mend_text
from anhnh_lms.content.limits import MARKDOWN_BYTES
from anhnh_lms.content.manifest import read_manifest
from anhnh_lms.content.material import is_aside
from anhnh_lms.content.problem import Problems


def format_course(files: Mapping[str, bytes], mend: bool = False) -> dict[str, bytes]:
    """The files of a course that the formatter writes differently, with their new content. `mend`: also
    mend what is safe to mend (see `formatter.mend_text`). A file that is not UTF-8 or too large is
    left alone."""
    texts = _texts(files)
    source_lang = _source(files)
    ids = {path: {block.id for block in every(tuple(blocks_of(text)))} for path, text in texts.items()}
    changed: dict[str, bytes] = {}
    for path, text in texts.items():
        name = NAME.match(path)
        assert name is not None
        source_path = f"{name['stem']}.{source_lang}.md"
        is_source = path == source_path or source_path not in texts
        others = {one for other, found in ids.items() if other != path for one in found}
        wishes = Wishes(
            taken=others if is_source else (),
            source="" if is_source else texts[source_path],
            drop_source_only=mend and not is_source,
        )
        written = (mend_text if mend else format_text)(text, name["lang"], wishes, name["stem"] == WELCOME)
        ids[path] = {block.id for block in every(tuple(blocks_of(written)))}
        if written.encode() != files[path]:
            changed[path] = written.encode()
        if is_source:
            texts[path] = written
    return changed


def _texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """Readable pages, those in the source language first so that translations can take their ids."""
    found: dict[str, str] = {}
    source = _source(files)
    paths = [path for path in files if NAME.match(path) and not is_aside(path)]
    for path in sorted(paths, key=lambda path: (not path.endswith(f".{source}.md"), path)):
        if len(files[path]) <= MARKDOWN_BYTES:
            try:
                found[path] = files[path].decode("utf-8-sig")
            except UnicodeDecodeError:
                continue
    return found


def _source(files: Mapping[str, bytes]) -> str:
    manifest = read_manifest(files[MANIFEST], Problems(MANIFEST)) if MANIFEST in files else None
    return manifest.source if manifest else ""
