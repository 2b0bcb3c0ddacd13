import pytest

from backend.store import connections, migrations
from backend.store.database import Database
from tests.store.conftest import add_person, count


@pytest.fixture
def con(tmp_path):
    opened = connections.to_write((tmp_path / "x.db").resolve())
    yield opened
    opened.close()


def write(folder, name, text):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.sqlite.sql").write_text(text)


def names(con):
    return [name for (name,) in con.execute("SELECT name FROM sqlite_schema").fetchall() if "sqlite_" not in name]


def test_steps_are_taken_in_order_and_once(con, tmp_path):
    steps = tmp_path / "migrate"
    write(steps, "0001", "CREATE TABLE a (x INTEGER) STRICT;\n")
    write(steps, "0002", "-- why; because\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\n")
    assert migrations.apply(con, tmp_path / "x.db", steps) == ["0001", "0002"]
    assert migrations.apply(con, tmp_path / "x.db", steps) == []
    assert con.execute("SELECT count(*) FROM a").fetchone() == (2,)


def test_a_step_that_fails_half_way_leaves_the_old_schema(con, tmp_path):
    steps = tmp_path / "migrate"
    write(steps, "0001", "CREATE TABLE a (x INTEGER) STRICT;")
    write(steps, "0002", "CREATE TABLE b (x INTEGER) STRICT;\nCREATE TABLE a (again INTEGER) STRICT;")
    with pytest.raises(connections.Error):
        migrations.apply(con, tmp_path / "x.db", steps)
    assert names(con) == ["a"] and not con.in_transaction


def test_a_copy_is_kept_before_data_meets_a_new_step(con, tmp_path):
    steps = tmp_path / "migrate"
    write(steps, "0001", "CREATE TABLE a (x INTEGER) STRICT;\nINSERT INTO a VALUES (7);")
    migrations.apply(con, tmp_path / "x.db", steps)
    write(steps, "0002", "DROP TABLE a;")
    migrations.apply(con, tmp_path / "x.db", steps)
    copy = connections.to_copy((tmp_path / "before-0002.db").resolve())
    assert copy.execute("SELECT x FROM a").fetchone() == (7,) and names(con) == []
    copy.close()


def test_a_script_that_ends_in_the_middle_of_a_statement_is_refused():
    with pytest.raises(ValueError, match="middle of a statement"):
        list(migrations.statements("CREATE TABLE a (x INTEGER);\nCREATE TABLE b (x"))


def test_a_semicolon_in_a_text_or_a_trigger_does_not_end_a_statement():
    script = "INSERT INTO a VALUES ('x;\ny');\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n DELETE FROM b;\nEND;\n"
    assert len(list(migrations.statements(script))) == 2


def test_opening_an_existing_database_keeps_what_is_in_it(data, keys):
    first = Database(data, keys)
    add_person(first, "p-inger")
    first.close()
    second = Database(data, keys)
    assert count(second, "person") == 2  # and "nobody" is still one row
    second.close()
