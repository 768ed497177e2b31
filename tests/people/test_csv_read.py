"""Reading lists of staff: whatever spreadsheets write, within limits, never half."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.people import csv_read, csv_words
from anhnh_lms.people.csv_read import StaffFile, UnreadableList, decode, read_list
from anhnh_lms.people.details import Details
from anhnh_lms.people.words import FUNCTIONS

FRENCH = "matricule;nom et prénom;nom en arabe;fonction;sexe;langue\nB-12;Hélène Benali;;surveillante;F;français\n"
HELENE = Details("B-12", "Hélène Benali", "", "guard", "f", "fr")


def first(file: StaffFile) -> Details:
    return file.lines[0].details


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_read_when_any_spreadsheet_wrote_it_then_the_person_is_the_same(encoding: str, separator: str) -> None:
    data = FRENCH.replace(";", separator).encode(encoding)
    assert first(read_list(decode(data))) == HELENE


def test_read_when_windows_wrote_arabic_then_it_is_read() -> None:
    text = "رقم التأجير;الاسم بالعربية;المهمة;الجنس\r\n٠٤٢;سلمى;موظفة الحراسة;أنثى\r\n"
    for encoding in ("cp1256", "utf-8"):
        data = text.replace("٠٤٢", "042").encode(encoding)
        assert first(read_list(decode(data))) == Details("042", "", "سلمى", "guard", "f")
    assert first(read_list(text)).staff_number == "042"


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nMatricule;NOM;Prénom;Fonction\nB-12;Benali;Hélène;Surveillant\n",
        "\ufeffsep=,\r\nMATRICULE,Nom de famille,Prénoms,Poste\r\nB-12,Benali,Hélène,Agent de surveillance\r\n",
        '"N° Matricule";"Nom complet";"Fonction"\n"B-12";"Hélène Benali";"guard"\n\n;;\n',
        'staff_number,name,function\n="B-12",Hélène Benali,Prison officer\n',
    ],
)
def test_read_when_habits_of_offices_differ_then_the_person_is_the_same(text: str) -> None:
    found = first(read_list(text))
    assert (found.staff_number, found.name_latin, found.function) == ("B-12", "Hélène Benali", "guard")
    assert len(read_list(text).lines) == 1


@pytest.mark.parametrize("cell", ["=HYPERLINK(A1)", "+33 1", "-x", "@SUM(1)", '=cmd|" /C calc"!A0'])
def test_read_when_a_cell_is_a_formula_then_it_stays_text(cell: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    assert first(read_list(f"number,name,function\n1,{quoted},guard\n")).name_latin == cell


def test_read_when_a_spreadsheet_rounded_the_number_then_the_line_says_so() -> None:
    lines = read_list("matricule;nom\n1,23457E+11;A\n1.5E+07;B\n12E4;C\n").lines
    assert [line.rounded for line in lines] == [True, True, False]


def test_read_when_columns_are_unknown_then_they_are_named_and_left_out() -> None:
    file = read_list("grade;matricule;nom;observations\nx;1;A;y\n")
    assert file.ignored == ("grade", "observations")
    assert first(file) == Details("1", "A")


def test_read_when_a_row_is_short_then_the_rest_is_empty() -> None:
    assert first(read_list("matricule;nom;fonction;sexe\n1;A\n")) == Details("1", "A")


def test_read_when_a_word_is_not_known_then_it_is_kept_for_the_message() -> None:
    assert first(read_list("matricule;nom;fonction;sexe\n1;A;pilote;Z\n")) == Details("1", "A", "", "pilote", "Z")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("\n \n;;\n", "empty"),
        ("matricule;nom\n", "empty"),
        ("nom;fonction\nA;guard\n", "number-column"),
        ("matricule;fonction\n1;guard\n", "name-column"),
        ("matricule;nom;ppr\n1;A;2\n", "twice"),
        ('matricule;nom\n1;"A\n2;B\n', "quotes"),
        ("matricule;nom\n1;" + "A" * (csv_read.CELL + 1) + "\n", "cell"),
        ("matricule;nom" + ";x" * csv_read.COLUMNS + "\n", "columns"),
        ("matricule;nom\n" + "1;A\n" * (csv_read.ROWS + 1), "rows"),
        ("matricule;nom\n" + "é" * csv_read.BYTES * 2, "large"),
    ],
)
def test_read_when_it_is_no_list_then_the_reason_is_told(text: str, why: str) -> None:
    with pytest.raises(UnreadableList) as problem:
        read_list(text)
    assert problem.value.why == why


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"x" * (csv_read.BYTES + 1), "large"),
        (b"PK\x03\x04\x14\x00\x00\x00 matricule", "binary"),
        (b"\xff\xfe\x00", "binary"),
    ],
)
def test_decode_when_it_is_no_text_then_the_reason_is_told(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableList) as problem:
        decode(data)
    assert problem.value.why == why


def test_read_when_a_file_is_one_endless_quoted_field_then_it_is_refused() -> None:
    with pytest.raises(UnreadableList):
        read_list('matricule;nom\n1;"' + "a\n" * 200_000)


@given(st.binary(max_size=300))
def test_decode_and_read_when_given_any_bytes_then_a_list_or_a_reason(data: bytes) -> None:
    file = _list_or_reason(lambda: read_list(decode(data)))
    assert file if isinstance(file, str) else file.lines


def _list_or_reason(read: Callable[[], StaffFile]) -> StaffFile | str:
    try:
        return read()
    except UnreadableList as problem:
        return problem.why


CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.sampled_from(csv_read.SEPARATORS))
def test_read_when_cells_are_quoted_as_csv_asks_then_each_comes_back_as_text(
    rows: list[tuple[str, str]], separator: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(("matricule", "name"))
    writer.writerows(rows)
    said = [(n, name) for n, name in rows if n.strip() or name.strip()]
    wanted = [Details(csv_read._cell(n), csv_read._cell(name)).tidied() for n, name in said]
    found = _list_or_reason(lambda: read_list(out.getvalue()))
    if isinstance(found, str):
        assert found in ("empty", "quotes")
        assert not wanted or "\0" in out.getvalue()
    else:
        assert [line.details for line in found.lines] == wanted


def test_words_when_a_function_is_named_by_its_code_or_label_then_it_is_known() -> None:
    for code in FUNCTIONS:
        assert csv_words.function(code) == code
    assert set(csv_words.FUNCTIONS) == set(FUNCTIONS)
    for code, words in csv_words.FUNCTIONS.items():
        assert {csv_words.function(word) for word in words} == {code}
    for column, words in csv_words.HEADINGS.items():
        assert {csv_words.heading(word) for word in words} == {column}


@pytest.mark.parametrize("language", ["fr", "ar", "en", "bm"])
def test_example_when_downloaded_then_every_column_is_understood_and_it_is_empty(language: str) -> None:
    text = decode(csv_read.example(language))
    assert all(csv_words.heading(cell) for cell in text.strip().split(";"))
    with pytest.raises(UnreadableList) as problem:
        read_list(text)
    assert problem.value.why == "empty"
