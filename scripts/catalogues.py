"""The interface's texts: gather them (`update`), and say what is wrong with the catalogues (`check`).

translations/messages.pot holds every text of the program and its templates, sorted, without line
numbers, so that it changes only when a text does. `fr` and `ar` translate all of it; a country's
catalogue (`fr_MA`) only the words that differ there.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
TEMPLATE = FOLDER / "messages.pot"
METHODS = [("anhnh_lms/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {"templates/**": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {
    "_": None, "N_": None, "gettext": None, "lazy_gettext": None, "_l": None, "ngettext": (1, 2),
    "lazy_ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
HEADER = "# The texts of the course server. Written by `make translations`; translate what stands in msgstr."
KEPT = ("Language:", "Plural-Forms:", "MIME-Version:", "Content-")  # the rest of the header would change each time
TAG = re.compile(r"</?[a-z][a-z0-9]*")


def gathered() -> Catalog:
    """Every text of the program and its templates."""
    catalogue = Catalog(project="anhnh-lms", charset="utf-8")
    options = {pattern: OPTIONS["templates/**"] for pattern, method in METHODS if method == "jinja2"}
    found = extract_from_dir(
        ROOT, METHODS, options, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True,
        directory_filter=lambda path: Path(path).name in _wanted(Path(path)),
    )  # fmt: skip
    for name, _line, text, comments, context in found:
        catalogue.add(text, locations=[(name, None)], auto_comments=comments, context=context)
    return catalogue


def _wanted(folder: Path) -> tuple[str, ...]:
    """The folder's own name if it may hold texts: other folders of the repository are not searched."""
    inside = folder.relative_to(ROOT).parts[:1]
    return (folder.name,) if inside in (("anhnh_lms",), ("templates",)) else ()


def po_files(languages: Iterable[str] = ("fr", "ar")) -> list[Path]:
    """The catalogues of these languages."""
    return [FOLDER / language / "LC_MESSAGES" / "messages.po" for language in languages]


def country_files() -> list[Path]:
    """The catalogues of the words that differ by country."""
    return sorted(FOLDER.glob("*_*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    """A catalogue as it stands on disk; the folder's name is its locale."""
    locale = None if path == TEMPLATE else path.parent.parent.name
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def written(catalogue: Catalog) -> str:
    """The text of a catalogue file."""
    catalogue.header_comment, catalogue.fuzzy = HEADER, False
    buffer = io.BytesIO()
    write_po(buffer, catalogue, sort_output=True, include_lineno=False, width=0, ignore_obsolete=True)
    head, blank, rest = buffer.getvalue().decode("utf-8").partition("\n\n")
    lines = (line for line in head.splitlines() if not line.startswith('"') or line[1:].startswith(KEPT))
    return "\n".join(lines) + blank + rest


def messages(catalogue: Catalog) -> dict[tuple[str | None, object], Message]:
    """(context, text) -> message, without the header."""
    return {(m.context, m.id): m for m in catalogue if m.id}


# -- what is wrong ---------------------------------------------------------------------------------------


def stale() -> list[str]:
    """The texts that messages.pot lacks or holds too many, and those that a catalogue does."""
    now = messages(gathered()).keys()
    kept = messages(read(TEMPLATE)).keys() if TEMPLATE.exists() else set()
    found = [f"messages.pot lacks {key[1]!r}" for key in sorted(now - kept, key=str)]
    found += [f"messages.pot holds a text that nothing says: {key[1]!r}" for key in sorted(kept - now, key=str)]
    for path in country_files():
        extra = messages(read(path)).keys() - now
        found += [f"{path.parent.parent.name}: nothing says {key[1]!r}" for key in sorted(extra, key=str)]
    return found


def flaws(path: Path) -> Iterator[str]:
    """What is untranslated, fuzzy or has a wrong placeholder or tag in a catalogue."""
    catalogue = read(path)
    for message in messages(catalogue).values():
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        if not all(strings) or (len(ids) > 1 and len(strings) != catalogue.num_plurals):
            yield f"not translated: {ids[0]!r}"
        elif message.fuzzy:
            yield f"fuzzy: {ids[0]!r}"
        else:
            yield from (f"{what}: {text!r}" for text, what in _wrong(ids, strings, catalogue))


def _wrong(ids: tuple[str, ...], strings: tuple[str, ...], catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """(translation, what is wrong). A plural form for one number alone, such as "one page", need not
    write the number; a form for several numbers must."""
    wanted, tags = _placeholders(ids[-1]), sorted(TAG.findall(ids[-1]))
    for index, text in enumerate(strings):
        alone = len(ids) > 1 and index in _forms_of_one_number(catalogue)
        found = _placeholders(text)
        if found != wanted and not (alone and found | {"num"} == wanted | {"num"}):
            yield text, "wrong placeholder"
        if sorted(TAG.findall(text)) != tags:
            yield text, "wrong tag"


def _placeholders(text: str) -> set[str]:
    return {found[1] for found in PLACEHOLDER.finditer(text) if found[1]}


def _forms_of_one_number(catalogue: Catalog) -> set[int]:
    """The plural forms of a language that stand for a single number: Arabic's for 0, 1 and 2; in French
    the first stands for 0 and 1, and "one" is allowed in it as in English."""
    return {0, 1, 2} if catalogue.num_plurals > 3 else {0}


# -- update ----------------------------------------------------------------------------------------------


def update() -> None:
    """Write messages.pot, and bring the full catalogues up to it. A text that changed a little keeps its
    translation, marked fuzzy, until somebody looks at it."""
    FOLDER.mkdir(exist_ok=True)
    TEMPLATE.write_text(written(gathered()), encoding="utf-8")
    template = read(TEMPLATE)
    for path in po_files():
        catalogue = read(path) if path.exists() else Catalog(locale=path.parent.parent.name)
        catalogue.update(template)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(catalogue), encoding="utf-8")
        missing = sum(1 for _ in flaws(path))
        print(f"{path.relative_to(ROOT)}: {len(messages(catalogue))} texts, {missing} to look at")


def check() -> None:
    found = stale()
    for path in [*(p for p in po_files() if p.exists()), *country_files()]:
        found += [f"{path.relative_to(ROOT)}: {flaw}" for flaw in flaws(path)]
    found += [f"{path.relative_to(ROOT)} is missing" for path in po_files() if not path.exists()]
    print("\n".join(found) or "The catalogues hold every text, translated.")
    sys.exit(bool(found))


if __name__ == "__main__":
    {"update": update, "check": check}[sys.argv[1]]()
