"""Encodings: told by the bytes where that is certain, asked for where names would be read wrongly."""

from pathlib import Path

import pytest

from anonledger.errors import UsageError
from anonledger.settings import Settings
from anonledger.subjects.dialects import described
from anonledger.subjects.tables import read_table

WESTERN = [
    "Müller Jörg",
    "MÜLLER JÖRG",
    "Weiß Zoë",
    "José García Núñez",
    "François Lefèvre",
    "Crèvecœur Hélène",
    "João Gonçalves",
    "D’Angelò Nicolò",
    "Søren Ærø",
    "Åse Ødegård",
    "Þórður Guðmundsdóttir",
    "Jääskeläinen Väinö",
    "Kovács Ádám",
    "Tomáš Žižka",
    "5 µg, 37°, cm³, “so” – Gadovist®…",
]
OTHERS = {
    "cp1251": ["Иванов Иван", "Ян Ли"],
    "koi8-r": ["Петрова Анна"],
    "cp1250": ["Dvořák Jiří", "Ondřej", "Łukasz Żak", "Petrović Ana", "Kučera Jan", "Wiśniewski Jaś"],
    "iso8859-2": ["Růžička Jan", "Wałęsa Lech"],
    "cp1254": ["Yılmaz Ayşe", "Doğan Işık"],
    "cp1253": ["Παπαδόπουλος"],
    "mac_roman": ["Müller Jörg", "José", "Muñoz", "François", "García"],
    "cp850": ["Müller Jörg", "José", "Strauß", "Hernández"],
    "shift_jis": ["山田太郎", "佐藤花子"],
    "euc_jp": ["山田太郎", "佐藤花子"],
    "iso2022_jp": ["山田太郎"],
    "gb18030": ["张伟", "王芳"],
    "big5": ["陳大文"],
    "euc_kr": ["김철수"],
}


def written(folder: Path, name: str, encoding: str) -> Path:
    """Write a table of one person."""
    (folder / "t.csv").write_bytes(f"name;dob;note\n{name};1970-04-03;well\n".encode(encoding))
    return folder / "t.csv"


@pytest.mark.parametrize("name", WESTERN)
def test_a_short_table_of_western_names_is_read(tmp_path: Path, name: str) -> None:
    table = read_table(written(tmp_path, name, "cp1252"))
    assert (table.encoding, table.rows[0][0]) == ("cp1252", name)


@pytest.mark.parametrize(("encoding", "name"), [(e, name) for e, names in OTHERS.items() for name in names])
def test_what_is_not_certain_is_asked_for(tmp_path: Path, encoding: str, name: str) -> None:
    file = written(tmp_path, name, encoding)
    with pytest.raises(UsageError, match="--encoding") as told:
        read_table(file)
    assert name not in str(told.value)
    table = read_table(file, Settings(encoding=encoding))
    assert table.rows[0][0] == name
    assert described(table).startswith(encoding)


def test_bytes_that_windows_does_not_define_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("name\nJosé\x81\n".encode("latin-1"))
    with pytest.raises(UsageError, match="--encoding"):
        read_table(tmp_path / "t.csv")


def test_utf_8_that_is_broken_is_no_windows_text(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("name\nJörg Müller\n".encode() + b"Rossi \xff\n")
    with pytest.raises(UsageError, match="--encoding"):
        read_table(tmp_path / "t.csv")


def test_an_encoding_that_does_not_fit_or_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not written in the encoding utf-8"):
        read_table(written(tmp_path, "Jörg", "cp1252"), Settings(encoding="utf-8"))
    for name in ("klingon", "rot13"):
        with pytest.raises(UsageError, match=f"no encoding of texts called '{name}'"):
            Settings(encoding=name)
