"""Languages: what falls back, what is stale, and how a block is marked as done."""

from __future__ import annotations

import pytest

from anhnh_lms.content.course import Blanks, ShortText
from anhnh_lms.content.reader import read_course
from anhnh_lms.content.translation import HEAD, NoSuchBlock, NotATranslation, mark_done, states

from .builders import WELCOME, codes, files, manifest, module, quiz

SOURCE = (
    "Opening.\n\n## S\n<!-- id: s -->\n\nText.\n\n### Sub\n<!-- id: sub -->\n\nMore.\n\n"
    "## T\n<!-- id: t -->\n\nOther.\n\n"
    + quiz(
        "### What?\n<!-- id: x; points: 3; objective: O1 -->\n\ns= yes\n\n"
        "### Fill\n<!-- id: y -->\n\nA [[one]] b [[= 2]].\n"
    )
)
OWN = "Début.\n\n## S fr\n<!-- id: s -->\n\nTexte.\n\n" + quiz(
    "### Quoi ?\n<!-- id: x -->\n\ns= oui\n\n### Remplir\n<!-- id: y -->\n\nA [[un]] b [[= 2]].\n"
)
FRONT = "objectives:\n  O1: {}\nkeypoints:\n  - {}\n"


def course(own: str | None = OWN, source: str = SOURCE, front: str = "source: m.en.md\n") -> dict[str, bytes]:
    found = files(source, FRONT.format("Know.", "Key."))
    found["course.yml"] = manifest(languages="[en, fr, ar]").encode()
    if own is not None:
        found["m.fr.md"] = module(own, front + FRONT.format("Savoir.", "Clé."), "fr").encode()
    return found


def done(files: dict[str, bytes], block: str | None = None) -> dict[str, bytes]:
    return files | {"m.fr.md": mark_done(files, "m.fr.md", block).encode()}


def test_language_when_nothing_is_translated_then_is_the_source() -> None:
    reading = read_course(course(None))
    assert reading.errors == ()
    assert reading.course
    text = reading.course.text("ar")
    assert (text.lang, text.welcome_lang, text.title) == ("ar", "en", "Test")
    assert (text.modules[0].lang, text.modules[0].stale) == ("en", False)
    assert {section.lang for section in text.modules[0].sections} == {"en"}
    assert reading.course.text("de") == reading.course.text("en")


def test_language_when_partly_translated_then_falls_back_block_by_block() -> None:
    reading = read_course(done(course()))
    assert reading.errors == ()
    assert reading.course
    found = reading.course.text("fr").modules[0]
    assert (found.lang, found.title, found.stale) == ("fr", "A title", False)
    assert found.objectives[0].text == "Savoir."
    assert found.keypoints == ("Clé.",)
    assert found.intro.plain == "Début."
    first, second = found.sections
    assert (first.title, first.lang, first.stale) == ("S fr", "fr", False)
    assert first.prose.html() == '<p>Texte.</p><div lang="en" dir="ltr"><h3>Sub</h3><p>More.</p></div>'
    assert (second.title, second.lang) == ("T", "en")
    question = found.quizzes[0].questions[0]
    assert (question.title, question.lang, question.points, question.objective) == ("Quoi ?", "fr", 3, "O1")
    english = reading.course.text("en").modules[0].quizzes[0].questions[0]
    assert question.digest == english.digest


def test_typed_answers_when_in_two_languages_then_either_is_accepted() -> None:
    reading = read_course(course())
    assert reading.course
    for lang, shown in (("en", ("yes",)), ("fr", ("oui",)), ("ar", ("yes",))):
        short, blanks = (q.answer for q in reading.course.text(lang).modules[0].quizzes[0].questions)
        assert isinstance(short, ShortText)
        assert (set(short.accepted), short.shown) == ({"yes", "oui"}, shown)
        assert isinstance(blanks, Blanks)
        assert set(blanks.gaps[0].accepted) == {"one", "un"}
        assert blanks.gaps[1].accepted == ()


def test_states_when_a_file_was_never_marked_then_all_is_stale_or_missing() -> None:
    found = {state.id: state for state in states(course()) if state.lang == "fr" and state.path == "m.fr.md"}
    assert {name: state.state for name, state in found.items()} == {
        HEAD: "stale",
        "s": "stale",
        "sub": "missing",
        "t": "missing",
        "q": "stale",
        "x": "stale",
        "y": "stale",
    }
    assert (found["s"].line, found["s"].source_path, found["s"].source_line) == (13, "m.en.md", 12)
    assert {state.state for state in states(course()) if state.lang == "ar"} == {"missing"}


def test_block_when_marked_then_only_it_is_done() -> None:
    marked = done(course(), "s")
    found = {state.id: state.state for state in states(marked) if state.path == "m.fr.md"}
    assert found["s"] == "done"
    assert found["x"] == "stale"
    assert found[HEAD] == "stale"
    marked = done(marked, HEAD)
    assert {state.id: state.state for state in states(marked) if state.path == "m.fr.md"}[HEAD] == "done"


def test_file_when_marked_then_everything_in_it_is_done_and_stays_so() -> None:
    marked = done(course())
    assert {state.state for state in states(marked) if state.path == "m.fr.md"} == {"done", "missing"}
    assert done(marked) == marked
    assert not [code for _, code in codes(read_course(marked), "m.fr.md") if code in ("W403", "W404", "W406", "W407")]


@pytest.mark.parametrize(
    ("old", "new", "stale"),
    [
        ("Text.\n", "New text.\n", {"s"}),
        ("More.\n", "New text.\n", set()),  # it is missing in the translation anyway
        ("s= yes", "s= yeah", {"x"}),
        ("What?", "Who?", {"x"}),
        ("Opening.", "New.", {HEAD}),
        ("## Q\n", "## New\n", {"q"}),
        ("Text.\n", "Text.  \n\n\n", set()),  # the formatter writes both alike
        ("points: 3", "points: 4", set()),  # not translated
    ],
)
def test_source_when_one_block_changes_then_that_block_alone_is_stale(old: str, new: str, stale: set[str]) -> None:
    marked = done(course())
    changed = marked | {"m.en.md": marked["m.en.md"].replace(old.encode(), new.encode(), 1)}
    assert {state.id for state in states(changed) if state.path == "m.fr.md" and state.state == "stale"} == stale
    reading = read_course(changed)
    assert reading.course
    found = reading.course.text("fr").modules[0]
    assert found.stale == (HEAD in stale)
    assert found.sections[0].stale == ("s" in stale)
    assert found.quizzes[0].stale == ("q" in stale)
    assert found.quizzes[0].questions[0].stale == ("x" in stale)


def test_scenario_when_one_step_changes_then_its_question_is_stale() -> None:
    text = "### X\n<!-- id: x{} -->\n\n- [a](#z)\n\n#### Z\n<!-- id: z{} -->\n\n{}\n"
    both = course(
        quiz(text.format("", "; end: pass", "Fin.")), quiz(text.format("; type: scenario", "; end: pass", "End."))
    )
    marked = done(both)
    assert read_course(marked).errors == ()
    changed = marked | {"m.en.md": marked["m.en.md"].replace(b"End.", b"Finish.")}
    assert {s.id for s in states(changed) if s.path == "m.fr.md" and s.state == "stale"} == {"z"}
    reading = read_course(changed)
    assert reading.course
    assert reading.course.text("fr").modules[0].quizzes[0].questions[0].stale


def test_welcome_when_translated_then_is_one_block() -> None:
    own = WELCOME.replace("lang: en", "lang: fr\nsource: course.en.md\nsummary: Court.").replace("Welcome", "Bienvenue")
    both = course() | {"course.fr.md": own.encode()}
    marked = both | {"course.fr.md": mark_done(both, "course.fr.md").encode()}
    assert [(s.id, s.state) for s in states(marked) if s.path == "course.fr.md"] == [(HEAD, "done")]
    reading = read_course(marked)
    assert reading.course
    text = reading.course.text("fr")
    assert (text.welcome.html(), text.welcome_lang, text.summary) == ("<p>Bienvenue.</p>", "fr", "Court.")


def test_mark_when_there_is_no_such_block_or_file_then_raises() -> None:
    with pytest.raises(NoSuchBlock):
        mark_done(course(), "m.fr.md", "nowhere")
    for path in ("m.en.md", "nowhere.fr.md", "course.yml"):
        with pytest.raises(NotATranslation):
            mark_done(course(), path)
