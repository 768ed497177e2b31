"""Questions: one reading only, whatever a trainer types or pastes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from anhnh_lms.assessment.scales import SCALES as KNOWN_SCALES
from anhnh_lms.content.course import (
    Blanks,
    Likert,
    Match,
    Multiple,
    Number,
    Order,
    Rows,
    Scenario,
    ShortText,
    Single,
    Survey,
)
from anhnh_lms.content.settings import SCALES

from .builders import SVG, codes, question_reading, quiz, read, the_module, the_question

TWO = "- (x) a\n- ( ) b\n  > no\n"


def test_scales_when_compared_with_the_assessment_room_then_are_the_same() -> None:
    assert set(SCALES) == set(KNOWN_SCALES)


@pytest.mark.parametrize(
    "text",
    [
        "- (x) a\n- ( ) b",
        "* (X) a\n* ( ) b",
        "+ (*) a\n+ () b".replace("()", "( )"),
        "• (✓) a\n• ( ) b",
        "– (✔) a\n– ( ) b",
        "-\u00a0(x)\u202fa\n-\u00a0(\u00a0)\u00a0b",
        "1. (x) a\n2. ( ) b",
        "- ( x ) a\n- ( ) b",
        "- (x) a\n\n- ( ) b",
        "-   (x)   a\n-   ( )   b",
    ],
)
def test_single_when_typed_in_any_way_then_is_the_same(text: str) -> None:
    answer = the_question(text).answer
    assert isinstance(answer, Single)
    assert [(option.text.plain, option.right) for option in answer.options] == [("a", True), ("b", False)]


@pytest.mark.parametrize("text", ["- [x] a\n- [ ] b", "☑ a\n☐ b", "- ☑ a\n- ☐ b", "• ☒ a\n• ☐ b", "☑\u00a0a\n☐\u00a0b"])
def test_multiple_when_pasted_from_a_word_processor_then_is_the_same(text: str) -> None:
    answer = the_question(text).answer
    assert isinstance(answer, Multiple)
    assert [(option.text.plain, option.right) for option in answer.options] == [("a", True), ("b", False)]


def test_multiple_when_one_is_right_then_stays_multiple() -> None:
    assert the_question("- [x] a\n- [ ] b\n- [ ] c").kind == "multiple"


def test_answer_when_it_has_more_lines_then_they_belong_to_it() -> None:
    answer = the_question("- (x) a\n  more\n\n  last\n  > why\n  > so\n- ( ) **b** `c`\n").answer
    assert isinstance(answer, Single)
    assert answer.options[0].text.html() == "a\nmore<br>last"
    assert answer.options[0].feedback.html() == "<p>why\nso</p>"
    assert answer.options[1].text.html() == "<strong>b</strong> <code>c</code>"


def test_stem_when_it_has_lists_tables_code_and_quotes_then_they_are_text() -> None:
    stem = (
        "Read:\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\n\n"
        "`[[x]]` and `= 4`\n\n```\n- (x) a\n= 4\n```\n\n"
    )
    question = the_question(f"{stem}{TWO}\nAfter.\n\n- list\n\n> [!TIP]\n> Later.\n")
    shown = question.stem.html()
    assert all(tag in shown for tag in ("<ul>", "<table>", "<blockquote>", "<code>[[x]]</code>", "- (x) a"))
    assert not question.hint
    assert question.explanation.html().startswith("<p>After.</p><ul>")
    assert "box-tip" in question.explanation.html()


def test_tip_when_before_the_answers_then_is_the_hint() -> None:
    question = the_question(f"Stem.\n\n> [!TIP]\n> Think.\n>\n> Twice.\n\n{TWO}")
    assert question.hint.html() == "<p>Think.</p><p>Twice.</p>"
    assert question.stem.html() == "<p>Stem.</p>"


@pytest.mark.parametrize(
    ("text", "other", "line"),
    [
        (f"{TWO}\nOr:\n\n- (x) c\n- ( ) d\n", 12, 18),
        (f"= 4\n\n{TWO}", 12, 14),
        (f"s= a\n\n{TWO}", 12, 14),
        (f"a [[b]]\n\n{TWO}", 12, 14),
        ("= 4\n= 5\n", 12, 13),
        ("s= 4\ns= 5\n", 12, 13),
        (f"| a | T | F |\n|---|---|---|\n| b | (x) | ( ) |\n\n{TWO}", 12, 16),
        (f"{TWO}\nText [[b]]\n", 12, 16),
    ],
)
def test_question_when_two_answers_are_possible_then_names_both_lines(text: str, other: int, line: int) -> None:
    problems = [problem for problem in question_reading(text).problems if problem.code == "E202"]
    assert [(problem.line, dict(problem.params)["other"]) for problem in problems] == [(line, str(other))]


@pytest.mark.parametrize(
    "settings", ["; type: match", "; type: order", "; type: scenario", "; type: likert; scale: agree-5"]
)
def test_question_when_type_and_marks_disagree_then_is_an_error(settings: str) -> None:
    found = [code for _, code in codes(question_reading("= 4\n", settings))]
    assert "E218" in found


def test_rows_when_more_than_two_columns_then_keeps_the_key() -> None:
    answer = the_question(
        "| | A | B | C |\n|---|---|---|---|\n| **x** | ( ) | ( ) | (✓) |\n| y | (X) | ( ) | ( ) |\n"
    ).answer
    assert isinstance(answer, Rows)
    assert answer.key == (2, 0)
    assert answer.rows[0].html() == "<strong>x</strong>"
    assert not answer.head


def test_match_when_it_has_decoys_then_they_come_last() -> None:
    text = "| L | R |\n|---|---|\n| | decoy |\n| a | 1 |\n| b | `2 \\| 3` |\n"
    answer = the_question(text, "; type: match").answer
    assert isinstance(answer, Match)
    assert [left.plain for left in answer.lefts] == ["a", "b"]
    assert [right.plain for right in answer.rights] == ["1", "2 | 3", "decoy"]


def test_order_when_a_plain_list_stands_in_the_stem_then_is_text() -> None:
    answer = the_question("- tools\n- keys\n\nNow:\n\n1. a\n1. b\n1. c\n", "; type: order").answer
    assert isinstance(answer, Order)
    assert [item.plain for item in answer.items] == ["a", "b", "c"]


def test_number_when_right_after_text_then_is_the_key() -> None:
    question = the_question("How many?\n= 1 000 +- 10 kg\nBecause.\n")
    assert isinstance(question.answer, Number)
    assert (question.answer.interval.low, question.answer.interval.high) == (990, 1010)
    assert question.answer.unit == "kg"
    assert question.stem.plain == "How many?"
    assert question.explanation.plain == "Because."


def test_short_text_when_it_has_alternatives_then_accepts_them() -> None:
    answer = the_question("s=Bamako\nor=  BKO\nor= Bamako, Mali\n\nThe capital.\n").answer
    assert answer == ShortText(("Bamako", "BKO", "Bamako, Mali"), ("Bamako", "BKO", "Bamako, Mali"))


def test_blanks_when_in_a_table_then_put_together_are_one_table() -> None:
    answer = the_question("| a | b |\n|---|---|\n| [[x\\|(y)]] | [[= 2]] |\n").answer
    assert isinstance(answer, Blanks)
    assert answer.gaps[0].options == ("x", "y")
    together = "#".join(text.html() for text in answer.texts)
    assert together.endswith("<tr><td>#</td><td>#</td></tr></tbody></table></div>")
    assert together.startswith('<div class="table-scroll"')


def test_blanks_when_over_paragraphs_then_are_one_answer() -> None:
    question = the_question("First.\n\nA **b [[c]] d**.\n\nBetween.\n\nE [[f or= g]].\n\nAfter.\n")
    assert isinstance(question.answer, Blanks)
    assert [text.html() for text in question.answer.texts] == [
        "A <strong>b ",
        " d</strong>.<br>Between.<br>E ",
        ".",
    ]
    assert question.stem.plain == "First."
    assert question.explanation.plain == "After."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[]]", "E213"),
        ("[[ ]]", "E213"),
        ("[[open", "E213"),
        ("[[= x]]", "E211"),
        ("[[= 1,000]]", "E210"),
        ("[[a | b]]", "E214"),
        ("[[(a) | (b)]]", "E214"),
        ("[[(a) | (a)]]", "E214"),
        ("[[a | (b) | a]]", "E233"),
        ("[[a or= A]]", "E233"),
        ("[[a or=]]", "E234"),
        ("[[_____]]", "E215"),
    ],
)
def test_blank_when_it_cannot_be_read_then_says_so(text: str, code: str) -> None:
    assert (12, code) in codes(question_reading(f"{text}\n"))


def test_blank_when_in_the_description_of_a_picture_then_says_so() -> None:
    reading = read(quiz("### What?\n<!-- id: x -->\n\n![a [[b]]](fig/x.svg)\n"), fig__x_svg=SVG)
    assert (12, "E213") in codes(reading)


def test_scenario_when_it_branches_then_every_way_ends() -> None:
    text = (
        "You hear a cry.\n\n- (x) [Call](#sc-call)\n  > Good.\n- ( ) [Run](#sc-end)\n- [Wait\n  and see](#sc-end)\n\n"
        "The reason.\n\n#### Called\n<!-- id: sc-call; end: pass -->\n\nHelp comes.\n\n"
        "#### End\n<!-- id: sc-end; end: 50 % -->\n\nLate.\n"
    )
    question = the_question(text, "; type: scenario; points: 3")
    scenario = question.answer
    assert isinstance(scenario, Scenario)
    assert [(c.text.plain, c.to, c.better, c.feedback.plain) for c in scenario.steps[0].choices] == [
        ("Call", "sc-call", True, "Good."),
        ("Run", "sc-end", False, ""),
        ("Wait and see", "sc-end", None, ""),
    ]
    assert scenario.step("sc-end").end == Fraction(1, 2)
    assert scenario.step("sc-call").title == "Called"
    assert question.explanation.plain == "The reason."
    assert not question.stem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- ( ) yes\n- ( ) no\n", (2, False)),
        ("- [ ] yes\n- [ ] no\n- [ ] both\n", (3, True)),
        ("[[___]]\n", (0, False)),
    ],
)
def test_survey_when_in_an_ungraded_quiz_then_has_no_right_answer(text: str, expected: tuple[int, bool]) -> None:
    reading = read(quiz(f"### What?\n<!-- id: x; type: survey -->\n\n{text}", "; graded: no"))
    assert reading.errors == ()
    answer = the_module(reading).quizzes[0].questions[0].answer
    assert isinstance(answer, Survey)
    assert (len(answer.options), answer.several) == expected
    assert {option.right for option in answer.options} <= {None}


def test_self_check_when_private_then_may_hold_statements() -> None:
    body = quiz(
        "### Me\n<!-- id: x; type: likert; scale: frequency-5 -->\n\n- I sleep.\n- I eat.\n",
        "; graded: no; private: yes",
    )
    reading = read(body)
    assert reading.problems == ()
    found = the_module(reading).quizzes[0]
    assert found.private
    assert not found.graded
    answer = found.questions[0].answer
    assert isinstance(answer, Likert)
    assert [statement.plain for statement in answer.statements] == ["I sleep.", "I eat."]


@pytest.mark.parametrize(
    ("settings", "attribute", "value"),
    [
        ("; pass: 66,5 %", "pass_mark", Fraction(133, 200)),
        ("; pass: ٨٠ %", "pass_mark", Fraction(4, 5)),
        ("; attempts: 3", "attempts", 3),
        ("; wait: 2 h", "wait_minutes", 120),
        ("; wait: 0", "wait_minutes", 0),
        ("; shuffle: no", "shuffle_answers", False),
        ("; shuffle: questions, answers", "shuffle_questions", True),
        ("; graded : no", "graded", False),
        ("\u00a0; pass\u00a0:\u00a080\u00a0%", "pass_mark", Fraction(4, 5)),
    ],
)
def test_quiz_when_it_has_settings_then_are_read(settings: str, attribute: str, value: object) -> None:
    reading = read(quiz(f"### What?\n<!-- id: x -->\n\n{TWO}", settings))
    assert reading.problems == ()
    assert getattr(the_module(reading).quizzes[0], attribute) == value


@pytest.mark.parametrize(
    "settings",
    [
        *("; pass: 120 %", "; pass: 0.8", "; attempts: 0", "; wait: soon", "; shuffle: all", "; graded: maybe"),
        *("; draw: p", "; draw: p 0", "; draw: p 2, p 3", "; draw: p -1", "; role: first", "; pass: "),
    ],
)
def test_quiz_when_a_setting_is_wrong_then_says_so(settings: str) -> None:
    assert (7, "E116") in codes(read(quiz(f"### What?\n<!-- id: x -->\n\n{TWO}", settings)))


def test_digest_when_the_question_changes_then_changes_and_otherwise_not() -> None:
    first = the_question(TWO, "; points: 2").digest
    assert the_question("* (X) a\n*  ( ) b\n   > no\n", "; points: 2").digest == first
    assert len({first, the_question(TWO).digest, the_question(TWO, "; points: 2", "Who?").digest}) == 3
    assert the_question("- (x) a\n- ( ) b\n  > yes\n", "; points: 2").digest != first
