"""The whole module of the course format, section 7, read into exact structures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from anhnh_lms.content.course import (
    Blanks,
    Course,
    Draw,
    Gap,
    Interval,
    Likert,
    Match,
    Module,
    Multiple,
    Number,
    Objective,
    Order,
    Quiz,
    Rows,
    Scenario,
    ShortText,
    Single,
)
from anhnh_lms.content.formatter import format_text
from anhnh_lms.content.reader import Reading, read_course

from .builders import FORMAT, SVG


def _fenced(after: str, kind: str) -> str:
    text = FORMAT.read_text()
    return text[text.index(after) :].split(f"```{kind}\n")[1].split("```\n")[0]


MODULE = _fenced("## 7. A whole module", "markdown")
MANIFEST = (
    _fenced("\n`course.yml`:\n", "yaml")
    .replace("[incendie-alerte, incendie-evacuation]", "[incendie-alerte]")
    .replace("assessment: evaluation ", "# ")
    .replace(", ar: {review: pending}", ", ar: {review: pending}")
)
ARABIC_QUESTION = _fenced("The same first question in Arabic", "markdown")
ARABIC = (
    "---\nid: incendie-alerte\ntitle: الإنذار\nlang: ar\nsource: 01-incendie.fr.md\n---\n\n"
    f"## تحقق\n<!-- quiz id: verif -->\n\n{ARABIC_QUESTION}"
)
WELCOME = "---\ntitle: Sécurité incendie\nlang: fr\nsummary: Donner l’alerte.\n---\n\nBienvenue.\n"


@pytest.fixture(scope="module")
def reading() -> Reading:
    files = {
        "course.yml": MANIFEST,
        "course.fr.md": WELCOME,
        "01-incendie.fr.md": MODULE,
        "01-incendie.ar.md": ARABIC,
        "fig/plan.svg": SVG.decode(),
        "fig/plan.ar.svg": SVG.decode(),
    }
    return read_course({path: text.encode() for path, text in files.items()}, "/files/v/")


@pytest.fixture(scope="module")
def course(reading: Reading) -> Course:
    assert reading.course
    return reading.course


@pytest.fixture(scope="module")
def module(course: Course) -> Module:
    return course.text("fr").module("incendie-alerte")


@pytest.fixture(scope="module")
def quiz(module: Module) -> Quiz:
    return module.quizzes[0]


def test_example_when_read_then_has_no_error(reading: Reading) -> None:
    assert reading.errors == ()
    assert {problem.code for problem in reading.warnings} == {"W401", "W402", "W403", "W404", "W405", "W407"}


def test_course_yml_when_read_then_every_key_is_there(course: Course) -> None:
    assert course.id == "5f1c2c1e-7a55-4d0e-9a56-0d7f3c1b6a10"
    assert (course.slug, course.source, course.label) == ("fire-safety", "fr", "1.3")
    assert dict(course.languages) == {"fr": "done", "ar": "pending"}
    assert course.module_ids == ("incendie-alerte",)
    assert (course.pass_mark, course.final_pass) == (Fraction(7, 10), Fraction(3, 4))
    assert (course.wait_minutes, course.valid_months, course.hours_hundredths) == (10, 24, 250)
    assert (course.audience, course.rules) == (("guards", "support-staff"), ("NMR 76",))
    assert course.review_by == "2027-06-30"
    assert course.text("fr").summary == "Donner l’alerte."


def test_front_matter_when_read_then_is_the_modules(module: Module) -> None:
    assert module.title == "Donner l’alerte : les trois gestes"
    assert module.lang == "fr"
    assert module.duration_minutes == 25
    assert module.objectives == (
        Objective("O1", "Donner l’alerte dans le bon ordre."),
        Objective("O2", "Choisir l’extincteur adapté au feu."),
    )
    assert module.keypoints == ("Alerter avant d’agir seul.",)
    assert module.review_by == "2027-06-30"
    assert module.intro.plain == "Ce module ne remplace pas les consignes de votre établissement."


def test_section_when_read_then_has_list_figure_boxes(module: Module) -> None:
    section = module.sections[0]
    assert (section.id, section.title, section.lang) == ("gestes", "Les trois gestes", "fr")
    shared, morocco = section.prose.parts
    assert shared.only is None
    assert shared.html == (
        "<ol><li>Prévenir la salle de contrôle.</li><li>Couper l’alimentation de la zone.</li>"
        "<li>Ouvrir les portes prévues au plan.</li></ol>"
        '<figure><img src="/files/v/fig/plan.svg" alt="Plan d’une unité : deux issues, un extincteur près de'
        ' chacune" width="320" height="200" loading="lazy">'
        "<figcaption>Figure 1 : issues et extincteurs</figcaption></figure>"
        '<aside class="box box-warning" role="note"><p class="box-title">Attention</p>'
        "<p>N’ouvrez jamais une porte chaude.</p></aside>"
    )
    assert morocco.only == "MA"
    assert "chef de détention" in section.prose.html("MA")
    assert "chef de détention" not in section.prose.html("ML")
    assert "chef de détention" not in section.prose.html()


def test_quiz_when_read_then_has_its_settings(quiz: Quiz, module: Module) -> None:
    assert (quiz.id, quiz.title, quiz.pass_mark, quiz.attempts) == ("verif", "Vérifiez vos acquis", Fraction(4, 5), 3)
    assert quiz.draws == (Draw("feu", 1),)
    assert (quiz.shuffle_answers, quiz.shuffle_questions, quiz.graded) == (True, False, True)
    assert [question.id for question in quiz.questions] == [
        *("premier-geste", "obstacles", "vf", "extincteurs", "etapes", "comptage", "numero", "compte-rendu", "atelier")
    ]
    assert [part.id for part in module.parts] == ["gestes", "verif", "avis"]


def test_single_when_read_then_has_hint_feedback_explanation(quiz: Quiz) -> None:
    question = quiz.question("premier-geste")
    assert isinstance(question.answer, Single)
    assert [(o.text.plain, o.right, o.feedback.plain) for o in question.answer.options] == [
        ("Courir vers la sortie", False, "Non : vous perdez le contact avec l’unité."),
        ("Prévenir la salle de contrôle", True, "Oui. Le renfort part tout de suite."),
    ]
    assert question.title == "Vous entendez l’alarme. Quel est votre premier geste ?"
    assert (question.points, question.objective) == (2, "O1")
    assert question.hint.html() == "<p>Qui peut vous envoyer du renfort ?</p>"
    assert not question.stem
    assert question.explanation.html() == (
        '<p>L’alerte vient toujours avant l’action isolée. Voir <a href="#gestes">Les trois gestes</a>.</p>'
    )


def test_other_kinds_when_read_then_are_exact(quiz: Quiz) -> None:
    multiple = quiz.question("obstacles").answer
    assert isinstance(multiple, Multiple)
    assert [option.right for option in multiple.options] == [True, False, True]
    assert multiple.options[1].feedback.plain == "Il aide à trouver l’issue."

    rows = quiz.question("vf").answer
    assert isinstance(rows, Rows)
    assert [column.plain for column in rows.columns] == ["Vrai", "Faux"]
    assert (rows.head.plain, rows.key) == ("Affirmation", (0, 1))

    match = quiz.question("extincteurs").answer
    assert isinstance(match, Match)
    assert [left.plain for left in match.lefts] == ["Papier, bois", "Tableau électrique"]
    assert [right.plain for right in match.rights] == ["Eau", "CO₂", "Poudre D"]

    order = quiz.question("etapes").answer
    assert isinstance(order, Order)
    assert [item.plain for item in order.items] == ["Donner l’alerte", "Évacuer la zone", "Compter les personnes"]

    assert quiz.question("comptage").answer == Number(Interval(Fraction(45), Fraction(45)), "45")
    assert quiz.question("comptage").pool == "feu"
    assert quiz.question("numero").answer == ShortText(("18", "dix-huit"), ("18", "dix-huit"))


def test_blanks_when_read_then_texts_and_gaps_alternate(quiz: Quiz) -> None:
    blanks = quiz.question("compte-rendu").answer
    assert isinstance(blanks, Blanks)
    assert blanks.gaps == (
        Gap(interval=Interval(Fraction(14), Fraction(14)), shown=("14",)),
        Gap(accepted=("la salle de contrôle", "le PCC"), shown=("la salle de contrôle", "le PCC")),
        Gap(options=("nord", "sud", "est"), right=1, shown=("sud",)),
    )
    assert [text.html() for text in blanks.texts] == [
        "À ",
        " h, l’alarme a sonné. J’ai prévenu ",
        "\npuis j’ai évacué par l’issue ",
        ".",
    ]


def test_scenario_when_read_then_steps_lead_to_ends(quiz: Quiz) -> None:
    scenario = quiz.question("atelier").answer
    assert isinstance(scenario, Scenario)
    assert [step.id for step in scenario.steps] == ["", "sc-radio", "sc-seul", "sc-bien"]
    assert [(c.text.plain, c.to, c.better) for c in scenario.step("").choices] == [
        ("Donner l’alerte par radio", "sc-radio", True),
        ("Entrer seul dans l’atelier", "sc-seul", False),
    ]
    assert scenario.step("").text.plain == "Vous êtes seul dans le couloir ; vous entendez des cris et sentez la fumée."
    assert scenario.step("sc-seul").end == 0
    assert scenario.step("sc-bien").end == 1
    assert scenario.step("sc-radio").end is None
    assert not quiz.question("atelier").stem


def test_likert_when_read_then_has_scale_and_statements(module: Module) -> None:
    opinion = module.quizzes[1]
    assert not opinion.graded
    likert = opinion.questions[0].answer
    assert isinstance(likert, Likert)
    assert likert.scale == "agree-5"
    assert [statement.plain for statement in likert.statements] == [
        "Je sais donner l’alerte.",
        "Les exemples ressemblent à mon travail.",
    ]


def test_arabic_when_one_question_is_translated_then_the_rest_is_french(course: Course) -> None:
    text = course.text("ar")
    module = text.module("incendie-alerte")
    assert (module.lang, module.title, text.welcome_lang) == ("ar", "الإنذار", "fr")
    question, rest = module.quizzes[0].questions[0], module.quizzes[0].questions[1:]
    assert question.lang == "ar"
    assert isinstance(question.answer, Single)
    assert question.answer.options[1].right
    assert (question.points, question.objective) == (2, "O1")
    assert {other.lang for other in rest} == {"fr"}
    assert module.sections[0].lang == "fr"
    assert question.stale  # the hash in the example is made up


def test_example_when_formatted_then_is_already_in_the_one_form() -> None:
    assert format_text(MODULE, "fr") == MODULE
    assert ARABIC_QUESTION in format_text(ARABIC, "ar")
