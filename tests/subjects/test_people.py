"""People: which rows of a table are about one person."""

from anonledger.records import Person, Table
from anonledger.subjects.people import row_name, table_people


def table(*rows: tuple[str, str, str, str]) -> Table:
    return Table("", "", "utf-8", ",", ("name", "born", "sex", "id"), rows, (0,), 1, 2, 3)


def rows_of(*rows: tuple[str, str, str, str]) -> list[tuple[int, ...]]:
    return [person.rows for person in table_people(table(*rows))]


def test_rows_of_one_person_belong_together() -> None:
    people = table_people(
        table(
            ("Jean Dupont", "25/12/1970", "h", "A7"), ("Rossi", "", "f", "0"), ("DUPONT^JEAN", "", "", "a7")
        )
    )
    assert people == (
        Person(1, ("DUPONT^JEAN", "Jean Dupont"), ("19701225",), "M", ("A7", "a7"), (1, 3)),
        Person(2, ("Rossi",), (), "F", (), (2,)),
    )


def test_namesakes_with_another_birth_date_or_id_are_other_people() -> None:
    assert rows_of(("A B", "19700403", "", ""), ("B A", "19800101", "", "")) == [(1,), (2,)]
    assert rows_of(("A B", "", "", "A7"), ("B A", "", "", "A8")) == [(1,), (2,)]


def test_a_row_that_fits_two_people_is_one_of_its_own() -> None:
    assert rows_of(("A B", "19700403", "", ""), ("A B", "19800101", "", ""), ("A B", "", "", "")) == [
        (1,),
        (2,),
        (3,),
    ]


def test_a_row_that_says_nothing_but_a_name_does_not_join_somebody_of_that_name() -> None:
    assert rows_of(("A B", "19700403", "F", "A7"), ("A B", "", "", ""), ("A B", "", "F", "")) == [
        (1,),
        (2, 3),
    ]


def test_rows_of_a_table_of_names_alone_are_one_person_by_name() -> None:
    assert rows_of(("Anna Rossi", "", "", ""), ("ROSSI, Anna", "", "", "")) == [(1, 2)]


def test_rows_of_one_id_are_one_person_though_the_name_is_respelled() -> None:
    rows = (("Suze Fechant", "19600518", "F", "6590"), ("FECHANNT Suze", "", "F", "6590"))
    assert rows_of(*rows) == [(1, 2)]
    assert rows_of(rows[0], ("Suze Fechant-Maier", "19600518", "F", "6590")) == [(1, 2)]
    assert rows_of(rows[0], ("Fechannt Suze", "19610518", "F", "6590")) == [(1,), (2,)]
    assert rows_of(rows[0], ("Anna Rossi", "19600518", "F", "6590")) == [(1,), (2,)]


def test_rows_without_a_name_are_never_one_person() -> None:
    people = table_people(table(("", "", "", ""), ("XXX", "", "", ""), ("", "", "", "")))
    assert [(p.rows, p.names) for p in people] == [((1,), ()), ((2,), ()), ((3,), ())]


def test_the_letter_of_mujer() -> None:
    sexes = [p.sex for p in table_people(table(("A", "", "H", ""), ("B", "", "M", ""), ("C", "", "?", "")))]
    assert sexes == ["M", "F", ""]


def test_a_name_in_two_columns() -> None:
    two = Table("", "", "", ",", ("nom", "prénom"), ((" Dupont", "Jean "), ("Rossi", "")), (1, 0))
    assert [row_name(two, 1), row_name(two, 2)] == ["Jean Dupont", "Rossi"]
