"""One text for both engines: the rules of the dialect, checked over every statement there is."""

import inspect
import re
from pathlib import Path

import pytest
from msgspec import structs

from backend.store import statements
from backend.store.statements import Statement

SQL = Path(statements.__file__).parent / "sql"
MIGRATIONS = Path(statements.__file__).parent / "migrate"
EVERY = [(file.stem, one) for file in sorted(SQL.glob("*.sql")) for one in vars(statements.load(file.stem)).values()]
NAMES = [f"{noun}-{one.name}" for noun, one in EVERY]

FORBIDDEN = {
    "INSERT OR": r"\bINSERT\s+OR\b", "REPLACE": r"\bREPLACE\b", "rowid": r"\browid\b|\b_rowid_\b",
    "last_insert_rowid()": r"\blast_insert_rowid\b", "changes()": r"\bchanges\s*\(", "datetime('now')": r"\b(date|time|datetime|julianday|unixepoch)\s*\(",
    "strftime": r"\bstrftime\b", "GLOB": r"\bGLOB\b", "PRAGMA": r"\bPRAGMA\b", "LIMIT -1": r"\bLIMIT\s+-",
    "double quotes": r'"', "SELECT *": r"\bSELECT\s+\*|\.\*", "lower() and LIKE": r"\blower\s*\(|\bLIKE\b",
    "JSON": r"->|\bjson_", "a lone parameter": r"(SELECT|,)\s+:\w+\s*(,|\bFROM\b|$)(?<=FROM)|:\w+\s+IS\s+(NOT\s+)?NULL",
}  # fmt: skip


def bare(one: Statement) -> str:
    """Without comments and text literals."""
    return re.sub(r"--[^\n]*|'(?:[^']|'')*'", " ", one.text)


@pytest.mark.parametrize(("noun", "one"), EVERY, ids=NAMES)
def test_every_statement_is_prepared_against_the_schema(db, noun, one):
    """Names are unquoted, so a misspelt column is an error here and never a text."""
    db.writer.con.execute(f"EXPLAIN {one.text}", [None] * len(one.names)).fetchall()


@pytest.mark.parametrize(("noun", "one"), EVERY, ids=NAMES)
def test_every_statement_is_of_the_dialect_both_engines_take(noun, one):
    assert [rule for rule, pattern in FORBIDDEN.items() if re.search(pattern, bare(one), re.IGNORECASE)] == []


@pytest.mark.parametrize(("noun", "one"), EVERY, ids=NAMES)
def test_every_limited_list_ends_its_order_in_a_unique_column(noun, one):
    if "LIMIT" in bare(one):
        order = re.search(r"ORDER BY (.+?)\s+LIMIT", bare(one), re.DOTALL)
        assert order and re.search(r"(\bid|\bpublic_id|\bperson|\bletter|\bline)(\s+(ASC|DESC))?\s*$", order[1])


@pytest.mark.parametrize(("noun", "one"), EVERY, ids=NAMES)
def test_every_statement_is_used(noun, one):
    sources = "".join(file.read_text() for file in SQL.parent.glob("*.py"))
    assert re.search(rf"\bSQL\.{one.name}\b", sources)


@pytest.mark.parametrize("file", sorted(MIGRATIONS.glob("*.sqlite.sql")), ids=lambda file: file.stem)
def test_every_table_is_strict_and_typed_for_both_engines(file):
    for table in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\)([^;]*);", file.read_text(), re.DOTALL):
        assert "STRICT" in table[2], table[0]
        assert not re.search(r"\b(BOOLEAN|DATETIME|VARCHAR|INT)\b", table[1], re.IGNORECASE), table[0]


def test_sql_is_written_nowhere_else():
    root = SQL.parents[2]
    words = re.compile(r"""["']\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\b""", re.DOTALL)
    found = [
        file.relative_to(root).as_posix()
        for folder in ("backend", "push", "i18n", "pwa") for file in (root / folder).rglob("*.py")
        if words.search(file.read_text())
    ]  # fmt: skip
    assert [file for file in found if not file.startswith("backend/store/")] == []


def test_the_driver_is_imported_in_one_module_and_sqlite3_in_none():
    root = SQL.parents[2]
    files = [file for folder in ("backend", "push", "i18n", "pwa") for file in (root / folder).rglob("*.py")]
    assert [file.name for file in files if re.search(r"^\s*(import|from) pysqlite3", file.read_text(), re.M)] == ["connections.py"]
    assert [file.name for file in files if re.search(r"^\s*(import|from) (sqlite3|apsw|sqlean)\b", file.read_text(), re.M)] == []


def test_parameters_are_found_and_text_comments_and_casts_are_left():
    one = Statement("x", "SELECT ':no', a::text -- :neither\nFROM t WHERE b = :b AND c = :c_2 AND d = :b", "%s")
    assert one.names == ("b", "c_2", "b")
    assert one.text == "SELECT ':no', a::text -- :neither\nFROM t WHERE b = %s AND c = %s AND d = %s"
    assert Statement("x", "SELECT 5 % :n", "%s").text == "SELECT 5 %% %s"


def test_no_bool_reaches_the_driver():
    bound = Statement("x", "VALUES (:a, :b, :c)").bind(None, {"a": True, "b": False, "c": 1})
    assert [type(value) for value in bound] == [int, int, int]


def test_a_body_takes_no_clock_chance_or_keys():
    """What stands under "# Bodies" may run twice, so it works only with what it is given."""
    for file in SQL.parent.glob("*.py"):
        _, _, bodies = file.read_text().partition("\n# Bodies\n")
        assert not re.search(r"\b(secrets|random|time|datetime|os)\.|\.now\(|\bkeys\.|\bawait\b|\bopen\(", bodies), file.name


def test_every_body_of_a_submission_stays_under_twenty_statements(db, keys, sign):
    from backend.domain.submissions import Booking
    from backend.store import persons, submissions
    from backend.store.statements import Tx
    from tests.people import INGER
    from tests.store.conftest import KEY, NOW, rats, wait

    person = db.read_now(persons.find, INGER, public_id=INGER.subject)
    new = rats(booking=Booking("town-hall", "2026-11-26T10:15", seats=3), files=["a", "b", "c"], tasks=[{"id": "t", "who": "me"}] * 5)
    prepared = structs.replace(
        wait(submissions.prepare(db, INGER, person, KEY, new, NOW, sign)), mark=wait(submissions.mark(db, INGER, KEY, new, NOW))
    )
    count = db.write_now(lambda tx, actor: counted(tx, submissions.add, actor, person=person, new=prepared), INGER)
    assert count <= 20


def counted(tx, body, actor, **params):
    body(tx, actor, **params)
    return tx.count


def test_every_module_of_the_store_says_what_it_is_for():
    for file in SQL.parent.glob("*.py"):
        text = file.read_text()
        assert not text or inspect.cleandoc(text).startswith('"""'), file.name
