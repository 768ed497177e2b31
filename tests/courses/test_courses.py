"""What every course of the library promises to those who take it, measured."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from anhnh_lms.content.course import Likert, Module, Multiple, Option, Question, Scenario, Section, Single
from anhnh_lms.content.files import load_folder
from anhnh_lms.content.translation import states

from .library import COURSES, FULL, LANGUAGES, SLUGS, course, graded, questions, reading, source

EVERY, WHOLE = pytest.mark.parametrize("slug", SLUGS), pytest.mark.parametrize("slug", FULL)
LEAST, MOST = 250, 450  # words of a section
NOT_TAUGHT = ("sources", "commitments")  # ends of ids: what a module rests on, and the plan at the end of a course


@EVERY
def test_course_when_checked_then_there_is_no_error_and_no_warning(slug: str) -> None:
    assert [problem.show("en") for problem in reading(slug).problems] == []


@EVERY
def test_course_when_a_language_is_offered_then_it_is_whole_and_says_whether_a_reader_reviewed_it(slug: str) -> None:
    assert set(course(slug).languages) == set(LANGUAGES)
    assert set(course(slug).languages.values()) <= {"pending", "done"}
    assert {state.state for state in states(load_folder(COURSES / slug))} == {"done"}
    for lang in LANGUAGES:
        for page in course(slug).text(lang).pages:
            asked = [q for quiz in page.quizzes for q in quiz.questions]
            assert {page.lang, *(s.lang for s in page.sections), *(q.lang for q in asked)} == {lang}, page.id


# -- a module ----------------------------------------------------------------------------------------------------------


def _modules(slug: str) -> tuple[Module, ...]:
    return tuple(page for page in source(slug) if page.id in course(slug).module_ids)


def _words(section: Section, tables: bool) -> int:
    """How many are to be read, with or without the tables, which are looked at more than read."""
    html = section.prose.html()
    for page in section.templates:
        html = html.replace(page.prose.html(), " ")
    html = html if tables else re.sub(r"<table.*?</table>", " ", html, flags=re.DOTALL)
    return len(re.sub(r"<[^>]*>", " ", html).split())


@WHOLE
def test_module_when_opened_then_it_begins_with_a_case_and_has_short_sections(slug: str) -> None:
    for module in _modules(slug):
        assert 'class="box box-case"' in module.intro.html(), module.id
        taught = [s for s in module.sections if not s.id.endswith(NOT_TAUGHT)]
        short = [section.id for section in taught if _words(section, tables=True) < LEAST]
        long = [section.id for section in taught if _words(section, tables=False) > MOST]
        assert 3 <= len(taught) <= 5, module.id
        assert (short, long) == ([], [])
        assert module.sections[-1].id.endswith("sources"), module.id
        assert 3 <= len(module.keypoints) <= 6, module.id
        assert 3 <= len(module.objectives) <= 6, module.id


@WHOLE
def test_module_when_read_then_it_has_a_figure_a_page_to_fill_and_a_plan_for_a_group(slug: str) -> None:
    for module in _modules(slug):
        html = "".join(section.prose.html(trainer=True) for section in module.sections)
        assert "<img" in html, module.id
        assert [t for section in module.sections for t in section.templates], module.id
        assert html.count('class="box box-trainer"') == 1, module.id


@WHOLE
@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_figure_when_it_holds_words_then_each_language_has_its_own(slug: str, lang: str) -> None:
    files = load_folder(COURSES / slug)
    drawn = [name for name in files if re.fullmatch(r"fig/[\w-]+\.svg", name)]
    worded = {name for name in drawn if b"<text" in files[name]}
    missing = {name for name in worded if name.replace(".svg", f".{lang}.svg") not in files}
    assert worded
    assert missing == set()
    if lang == "ar":
        for name in worded:
            drawing = files[name.replace(".svg", ".ar.svg")].decode()
            assert re.search(r"<(text|tspan)[^>]*>[^<]*[\u0621-\u064a]", drawing), name


# -- its quiz ----------------------------------------------------------------------------------------------------------


@WHOLE
def test_quiz_when_drawn_then_five_to_eight_of_at_least_twelve_questions_of_four_kinds(slug: str) -> None:
    for module in _modules(slug):
        (quiz,) = graded(module)
        always = [q for q in quiz.questions if not q.pool]
        shown = sum(draw.count for draw in quiz.draws) + len(always)
        assert 5 <= shown <= 8, quiz.id
        assert len(quiz.questions) >= 12, quiz.id
        assert len({q.kind for q in quiz.questions}) >= 4, quiz.id
        assert all(draw.by_objective for draw in quiz.draws), quiz.id


def _options(question: Question) -> tuple[Option, ...]:
    return question.answer.options if isinstance(question.answer, Single | Multiple) else ()


@EVERY
def test_question_when_a_wrong_answer_is_chosen_then_it_says_why(slug: str) -> None:
    silent = [q.id for _, q in questions(slug) if any(not o.right and not o.feedback for o in _options(q))]
    unexplained = [q.id for _, q in questions(slug) if not q.explanation and not isinstance(q.answer, Scenario)]
    assert silent == []
    assert unexplained == []


@EVERY
def test_objective_when_promised_then_at_least_two_questions_ask_for_it(slug: str) -> None:
    asked = Counter((page.id in course(slug).module_ids, q.objective) for page, q in questions(slug))
    promised = [o.id for module in _modules(slug) for o in module.objectives]
    thin = {name: asked[True, name] for name in promised if asked[True, name] < 2}
    assert len(set(promised)) == len(promised)
    assert thin == {}
    if slug in FULL:
        assert {name: asked[False, name] for name in promised if asked[False, name] < 2} == {}


@WHOLE
def test_right_answer_when_guessed_by_length_or_place_then_the_guess_does_not_help(slug: str) -> None:
    singles = [_options(q) for _, q in questions(slug) if isinstance(q.answer, Single)]
    longest, places = 0, Counter[tuple[int, int]]()
    for options in singles:
        lengths = [len(option.text.plain) for option in options]
        right = next(n for n, option in enumerate(options) if option.right)
        longest += lengths[right] == max(lengths) and lengths.count(max(lengths)) == 1
        places[len(options), right] += 1
    assert len(singles) >= 40
    assert longest / len(singles) < 0.4
    for count in {count for count, _ in places}:
        used = [places[count, place] for place in range(count)]
        if sum(used) >= 12:
            assert min(used) / sum(used) > 0.5 / count, (count, used)
            assert max(used) / sum(used) < 1.5 / count, (count, used)


def _asks(question: Question) -> str:
    """What the question asks: its words and what is to be judged, for one title may serve two tables."""
    answer = question.answer
    judged = [option.text for option in _options(question) if option.right]
    judged += [part for name in ("rows", "lefts", "items", "texts") for part in getattr(answer, name, ())]
    return " ".join([question.title, question.stem.plain, *(part.plain for part in judged)]).lower()


@EVERY
def test_questions_when_compared_then_no_two_ask_the_same(slug: str) -> None:
    asked = [(q.id, _asks(q), set(re.findall(r"\w+", _asks(q)))) for _, q in questions(slug)]
    alike = [
        (one, other)
        for (one, a, these), (other, b, those) in combinations(asked, 2)
        if len(these & those) > 0.6 * min(len(these), len(those)) and SequenceMatcher(None, a, b, False).ratio() > 0.8
    ]
    assert alike == []


# -- the tests of the course -------------------------------------------------------------------------------------------


@WHOLE
def test_course_when_tested_then_three_forms_of_fifteen_come_from_one_pool_of_sixty(slug: str) -> None:
    text = course(slug).text(course(slug).source)
    for role in ("pre", "post", "followup"):
        quiz = text.quiz_with_role(role)  # type: ignore[arg-type]
        assert quiz is not None, role
        assert [(draw.count, draw.by_objective) for draw in quiz.draws] == [(15, True)], role
        assert len(quiz.questions) >= 60, role
        assert {q.pool for q in quiz.questions} == {quiz.draws[0].pool}, role
        assert all(q.objective for q in quiz.questions), role


@WHOLE
def test_course_when_it_ends_then_it_asks_for_an_opinion_and_for_three_commitments(slug: str) -> None:
    pages = source(slug)
    opinions = [q.answer for quiz in pages[-1].quizzes if not quiz.graded for q in quiz.questions]
    assert [len(answer.statements) for answer in opinions if isinstance(answer, Likert)] == [5]
    plans = [s for page in pages for s in page.sections if s.id.endswith("commitments")]
    assert len(plans) == 1
    (plan,) = plans[0].templates
    rows = re.findall(r"<tr>\s*<t[dh][^>]*>\s*([123])\b", plan.prose.html())
    assert rows == ["1", "2", "3"]
