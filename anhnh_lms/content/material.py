"""All files of a course, read and tied together, before anything is composed for a learner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from anhnh_lms.content.document import NAME, WELCOME, Block, Document, every, read_document
from anhnh_lms.content.draft import Draft, DraftReader
from anhnh_lms.content.files import MANIFEST
from anhnh_lms.content.frontmatter import COURSE_KEYS, MODULE_KEYS
from anhnh_lms.content.ids import is_id
from anhnh_lms.content.limits import ID_CHARS
from anhnh_lms.content.manifest import Manifest, read_manifest
from anhnh_lms.content.problem import Problem, Problems
from anhnh_lms.content.settings import QuestionSettings
from anhnh_lms.content.site import Place, Site

ASIDE: Final = ("README", "LICENSE", "LICENCE", "CHANGELOG", "NOTICE")
"""Files for those who keep the course: part of its version, never shown to learners."""


@dataclass(frozen=True, slots=True)
class Material:
    """`stems` are the modules in their order, `assessment` the stem of the assessment or "". `drafts`
    are by (stem, language); the source language's exist wherever its file could be read."""

    manifest: Manifest
    site: Site
    stems: tuple[str, ...]
    assessment: str
    drafts: Mapping[tuple[str, str], Draft]
    documents: Mapping[tuple[str, str], Document]
    problems: list[Problem] = field(default_factory=list)

    def source(self, stem: str) -> Draft | None:
        """The draft in the source language."""
        return self.drafts.get((stem, self.manifest.source))

    def module_id(self, stem: str) -> str:
        """The id of the module in that file: its front matter's, else the file's own name."""
        return _module_id(self.documents.get((stem, self.manifest.source)), stem)

    @property
    def shown(self) -> tuple[str, ...]:
        """The stems of modules and assessment."""
        return (*self.stems, *((self.assessment,) if self.assessment else ()))


def _module_id(document: Document | None, stem: str) -> str:
    return document.id if document and is_id(document.id) else stem


def gather(files: Mapping[str, bytes], asset_prefix: str = "", module_prefix: str = "") -> Material:
    """Read every file. Where course.yml cannot be read there are documents, but no drafts."""
    return _Gathering(files, asset_prefix, module_prefix).material()


def is_aside(path: str) -> bool:
    """A README, a licence and the like at the top of the course."""
    return "/" not in path and path.split(".")[0] in ASIDE and path.rsplit(".", 1)[-1] in (*ASIDE, "md", "txt")


class _Gathering:
    def __init__(self, files: Mapping[str, bytes], asset_prefix: str, module_prefix: str) -> None:
        self.files = files
        self.prefixes = asset_prefix, module_prefix
        self.problems: list[Problems] = []

    def _problems(self, path: str) -> Problems:
        self.problems.append(Problems(path))
        return self.problems[-1]

    def manifest(self) -> Manifest | None:
        problems = self._problems(MANIFEST)
        if MANIFEST not in self.files:
            problems.add(0, "E120")
            return None
        return read_manifest(self.files[MANIFEST], problems)

    def material(self) -> Material:
        manifest = self.manifest()
        documents = self._documents()
        if manifest is None:
            manifest = Manifest()
            return Material(manifest, Site(self.files), (), "", {}, documents, self._found())
        stems, assessment = self._stems(manifest, documents)
        shown = (*stems, *((assessment,) if assessment else ()))
        site = self._site(manifest, documents, shown)
        drafts = self._drafts(manifest, documents, (WELCOME, *shown), site)
        return Material(manifest, site, stems, assessment, drafts, documents, self._found())

    def _found(self) -> list[Problem]:
        return [problem for problems in self.problems for problem in problems.found]

    def _documents(self) -> dict[tuple[str, str], Document]:
        found: dict[tuple[str, str], Document] = {}
        for path in sorted(self.files):
            name = NAME.match(path)
            if not name or is_aside(path):
                continue
            known = COURSE_KEYS if name["stem"] == WELCOME else MODULE_KEYS
            document = read_document(path, self.files[path], known, self._problems(path))
            if document:
                self._head(document)
                found[document.stem, document.lang] = document
        return found

    def _head(self, document: Document) -> None:
        front, problems = document.front, document.problems
        needed = ("title", "lang") if document.stem == WELCOME else ("id", "title", "lang")
        for key in needed:
            if not front.text(key):
                problems.add(front.line(key), "E111", key=key)
        if front.text("lang") not in ("", document.lang):
            problems.add(front.line("lang"), "E140", lang=front.text("lang"), expected=document.lang)
        if document.id and not is_id(document.id):
            problems.add(front.line("id"), "E118", id=document.id, limit=ID_CHARS)

    def _stems(self, manifest: Manifest, documents: Mapping[tuple[str, str], Document]) -> tuple[tuple[str, ...], str]:
        """Files of the modules, in the order of course.yml, and of the assessment: by id, else by name."""
        here = {stem: document for (stem, lang), document in documents.items() if lang == manifest.source}
        by_name = {document.id: stem for stem, document in here.items() if stem != WELCOME and document.id}
        unread = {name["stem"] for path in self.files if (name := NAME.match(path)) and name["lang"] == manifest.source}
        problems = self._problems(MANIFEST)

        def find(name: str, key: str) -> str:
            stem = by_name.get(name) or (name if name in unread and name != WELCOME else "")
            if not stem:
                problems.add(manifest.line(key), "E125", name=name)
            return stem

        stems = tuple(dict.fromkeys(stem for name in manifest.modules if (stem := find(name, "modules"))))
        assessment = find(manifest.assessment, "assessment") if manifest.assessment else ""
        for (stem, lang), document in documents.items():
            if lang == manifest.source and stem not in (*stems, assessment, WELCOME):
                document.problems.add(1, "E126")
        if manifest.source and WELCOME not in unread:
            problems.add(1, "E125", name=WELCOME)
        return stems, assessment

    def _site(self, manifest: Manifest, documents: Mapping[tuple[str, str], Document], shown: tuple[str, ...]) -> Site:
        ids = _Ids()
        places: dict[str, Place] = {}
        modules: dict[str, str] = {}
        for stem in shown:
            document = documents.get((stem, manifest.source))
            module = _module_id(document, stem)
            modules.update({path: module for path in self.files if (n := NAME.match(path)) and n["stem"] == stem})
            if document:
                ids.take(module, document.front.line("id"), document.problems)
                for place_id, anchor, block in _ids_of(document):
                    ids.check(place_id, block, document.problems)
                    places.setdefault(place_id, Place(module, anchor))
        for (_, lang), document in documents.items():
            if lang != manifest.source:
                own = _Ids()
                for place_id, _, block in _ids_of(document):
                    own.check(place_id, block, document.problems)
        return Site(self.files, *self.prefixes, places, modules)

    def _drafts(
        self,
        manifest: Manifest,
        documents: Mapping[tuple[str, str], Document],
        stems: tuple[str, ...],
        site: Site,
    ) -> dict[tuple[str, str], Draft]:
        drafts: dict[tuple[str, str], Draft] = {}
        for stem in stems:
            source = documents.get((stem, manifest.source))
            module = _module_id(source, stem)
            settings: dict[str, QuestionSettings] | None = None
            if source:
                draft = DraftReader(source, site, module).read()
                drafts[stem, manifest.source] = draft
                settings = {question.id: question.settings for question in draft.questions}
            for lang in manifest.languages:
                document = documents.get((stem, lang))
                if document and lang != manifest.source:
                    drafts[stem, lang] = DraftReader(document, site, module, settings or {}).read()
        return drafts


def _ids_of(document: Document) -> Iterator[tuple[str, str, Block]]:
    """Id, anchor on the page, block: a subheading of a section is reached at its section."""
    for top in document.blocks:
        for block in every((top,)):
            inside = block is not top and not top.comment.quiz
            yield block.id, top.id if inside else block.id, block


class _Ids:
    """Every id once in a course."""

    def __init__(self) -> None:
        self.first: dict[str, str] = {}

    def take(self, name: str, line: int, problems: Problems) -> None:
        if name in self.first:
            problems.add(line, "E119", id=name, first=self.first[name])
        else:
            self.first[name] = f"{problems.path}:{line}"

    def check(self, name: str, block: Block, problems: Problems) -> None:
        if not name:
            problems.add(block.line, "E117")
        elif not is_id(name):
            problems.add(block.comment.line, "E118", id=name, limit=ID_CHARS)
        else:
            self.take(name, block.comment.line, problems)
