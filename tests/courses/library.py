"""The courses of `courses/`, read once in a run, and how tests go through them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from anhnh_lms.content.course import Course, Module, Question, Quiz
from anhnh_lms.content.files import course_folders, load_folder
from anhnh_lms.content.reader import Reading, read_course

COURSES = Path(__file__).parents[2] / "courses"
SLUGS = tuple(folder.name for folder in course_folders(COURSES))
LANGUAGES = ("en", "fr", "ar")
PRIMER = "first-steps"  # ten minutes on how the server is used: shorter than a real course
FULL = tuple(slug for slug in SLUGS if slug != PRIMER)


@cache
def reading(slug: str) -> Reading:
    return read_course(load_folder(COURSES / slug))


def course(slug: str) -> Course:
    found = reading(slug).course
    assert found is not None, slug
    return found


def source(slug: str) -> tuple[Module, ...]:
    """The pages of the course in the language it was written in."""
    made = course(slug)
    return made.text(made.source).pages


def graded(page: Module) -> Iterator[Quiz]:
    """The quizzes that ask something with a right answer; of the three tests with one pool, the first."""
    for quiz in page.quizzes:
        if quiz.graded and quiz.role in ("", "pre"):
            yield quiz


def questions(slug: str) -> Iterator[tuple[Module, Question]]:
    """Every question with a right answer once, in the source language."""
    for page in source(slug):
        for quiz in graded(page):
            for question in quiz.questions:
                yield page, question
