"""`medborger letters`: what it sends, what it refuses before anything leaves, and what it says of each line."""

import csv
import re
from pathlib import Path

import pytest

from backend import cli
from backend.domain.actors import SYSTEM
from backend.identity import demo
from backend.store import keyring
from backend.store.database import Database
from tests.store.conftest import count
from tests.store.many import cpr, settle

SAID = """title = "Din skraldedag skifter"
what = "Dagen skifter."
must = "Intet."
by_when = "Ingen dag."
otherwise = "Intet."
who = "Ring 33 66 33 66."
body = "Fra maj tømmes der om mandagen."
"""
LETTER = f'languages = ["da"]\n[da]\n{SAID}'
BILL = f'languages = ["da"]\nfields = ["amount"]\n[da]\n{SAID}'.replace("Intet.", "Betal {amount} kr.", 1)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    keyring.make(tmp_path / "keys")
    db = Database(tmp_path / "data", keyring.load(tmp_path / "keys"))
    settle(db, 6, paper=(2,), status={3: "dead"})
    db.close()
    return tmp_path


@pytest.fixture
def run(town: Path, capsys: pytest.CaptureFixture[str]):
    def ran(*said: object, letter: str = LETTER, rows: str = "", data: str = "data") -> tuple[int, str, str]:
        (town / "letter.toml").write_text(letter, "utf-8")
        if rows:
            (town / "list.csv").write_text(rows, "utf-8")
        code = cli.main(["letters", *map(str, said), "--data", str(town / data), "--keys", str(town / "keys")])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return ran


def kept(town: Path, table: str) -> int:
    db = Database(town / "data", keyring.load(town / "keys"))
    try:
        return count(db, table)
    finally:
        db.close()


def test_a_letter_to_everybody_is_in_every_mailbox_when_the_command_ends(run, town):
    code, out, _ = run("send", "letter.toml", "--all")
    assert code == 0 and "done, 100%, to everybody" in out and "4 in the mailbox, 1 on paper too, 1 refused, 0 left, of 6" in out
    assert (kept(town, "mailbox"), kept(town, "print_job")) == (5, 1)
    assert run("send", "letter.toml", "--all")[0] == 0 and kept(town, "mailbox") == 5


def test_a_dry_run_counts_shows_ten_letters_and_sends_nothing(run, town):
    rows = "cpr;amount;name\n" + "".join(f"{cpr(number)};{number}00;x\n" for number in (1, 2, 3, 1, 99))
    code, out, _ = run("send", "letter.toml", "list.csv", "--dry-run", letter=BILL, rows=rows)
    assert code == 0 and "must: Betal 100 kr." in out and "--- line 3, read in da ---" in out
    assert "in all: 1 mailbox, 1 paper, 3 refused" in out and kept(town, "mailing") == 0
    code, out, _ = run("send", "letter.toml", "--all", "--dry-run")
    assert "in all: 4 mailbox, 1 paper, 1 refused" in out and kept(town, "mailing") == 0


@pytest.mark.parametrize("rows", [
    "\ufeffcpr;amount\r\n{0};1\r\n{1};2\r\n", "sep=;\ncpr;amount\n{0};1\n\n{1};2\n;;\n", 'amount\tcpr\n1\t"{0}"\n2\t{1}\n',
    "cpr,amount\n{0},1\ncpr,amount\n{1},2\n",
])  # fmt: skip
def test_a_list_as_spreadsheets_save_it_is_read(run, town, rows):
    code, out, err = run("send", "letter.toml", "list.csv", letter=BILL, rows=rows.format(cpr(1), cpr(4)))
    assert code == 0 and "2 in the mailbox, 0 on paper too, 0 refused" in out, err


def test_a_list_in_another_encoding_is_told_line_by_line_or_read_when_it_is_named(run, town):
    (town / "list.csv").write_bytes(f"cpr;amount\n{cpr(1)};één\n{cpr(4)};2\n".encode("windows-1252"))
    assert "1 in the mailbox, 0 on paper too, 1 refused" in run("send", "letter.toml", "list.csv", letter=BILL)[1]
    told = run("send", "letter.toml", "list.csv", "--encoding", "windows-1252", "--name", "bill", letter=BILL)[1]
    assert "2 in the mailbox, 0 on paper too, 0 refused" in told


def test_the_report_says_what_became_of_each_line_and_no_cell_is_a_formula(run, town):
    rows = f"cpr;amount\n{cpr(1)};=1+1\n{cpr(3)};2\n{cpr(5)}\nnonsense;3\n{cpr(99)};4\n{cpr(4)};\n{cpr(1)};9\n"
    mailing = re.search(r"[0-9a-f]{32}", run("send", "letter.toml", "list.csv", letter=BILL, rows=rows)[1])[0]
    code, out, _ = run("report", mailing, town / "report.csv")
    assert code == 0 and "7 rows" in out
    with (town / "report.csv").open(encoding="utf-8-sig", newline="") as stream:
        told = list(csv.reader(stream, delimiter=";"))
    assert [row[:2] for row in told[1:]] == [
        ["2", "mailbox"], ["3", "dead"], ["4", "/columns"], ["5", "cpr/number"], ["6", "mistyped"], ["7", "amount/missing"], ["8", "twice"],
    ]  # fmt: skip
    assert not [cell for row in told for cell in row if cell[:1] in ("=", "+", "-", "@")] and all(row[2] for row in told)


def test_paused_resumed_and_cancelled_by_command(run, town):
    mailing = re.search(r"[0-9a-f]{32}", run("send", "letter.toml", "--all", "--at", "2099-01-01 09:00")[1])[0]
    assert run("pause", mailing)[:2] == (0, "It is paused.\n") and run("resume", mailing)[:2] == (0, "It is running.\n")
    assert "running, 0%, to everybody from 2099-01-01T08:00+00:00: Din skraldedag skifter" in run("list")[1]
    assert run("cancel", mailing)[:2] == (0, "It is cancelled.\n") and run("resume", mailing)[0] == 1
    assert run("send", "letter.toml", "--all", "--at", "2099-01-01 09:00")[0] == 1, "cancelled under this name"
    assert run("pause", "nothing")[2] == "No such letter is being sent.\n" and kept(town, "mailbox") == 0


@pytest.mark.parametrize(("change", "said"), [
    (('languages = ["da"]\n', ""), "The language en is missing"), (("who = \"Ring 33 66 33 66.\"\n", ""), "[da] `who` is missing"),
    (("Intet.", "Betal {sum}.", ), "[da] names {sum}, which is not in `fields`"), (("[da]", 'fields = ["sum"]\n[da]'), "[da] does not name {sum}"),
    (("must =", "most ="), "Did you mean `must`?"), (("[da]", "legal = 1\n[da]"), "`legal` does not fit"), (("[da]", "[dk]"), "`dk` is no language"),
    (("[da]", '[[action]]\nkind = "pay"\n[da]'), "`kind` is one of"), (("[da]", '[[action]]\nkind = "payment"\nurl = "http://x"\n[da]'), "begins with https"),
    (("[da]", '[[action]]\nkind = "payment"\nby = "2020-01-01"\n[da]'), "a day that is not over"), (("[da]", "da ="), "no TOML"),
])  # fmt: skip
def test_a_letter_with_a_mistake_is_refused_before_anything_leaves(run, town, change, said):
    code, _, err = run("send", "letter.toml", "--all", letter=LETTER.replace(*change, 1))
    assert code == 1 and said in err and kept(town, "mailing") == 0


@pytest.mark.parametrize(("rows", "said"), [
    ("cpr;ammount\n1;2\n", "The header must name cpr and amount. It lacks amount. Did you mean `ammount`?"), ("", "The file has no header"),
    ("number;amount\n1;2\n", "It lacks cpr."),
])  # fmt: skip
def test_a_list_without_a_column_the_letter_needs_is_refused_before_anything_leaves(run, town, rows, said):
    (town / "list.csv").write_text(rows, "utf-8")
    code, _, err = run("send", "letter.toml", "list.csv", letter=BILL)
    assert code == 1 and said in err and kept(town, "mailing") == 0


def test_to_whom_is_said_once_and_another_letter_needs_another_name(run, town):
    assert run("send", "letter.toml")[0] == 1 and run("send", "letter.toml", "list.csv", "--all", rows="cpr\n")[0] == 1
    assert "it needs a list" in run("send", "letter.toml", "--all", letter=BILL)[2]
    assert run("send", "letter.toml", "--all", "--name", "bins")[0] == 0
    assert "Another letter was sent" in run("send", "letter.toml", "--all", "--name", "bins", letter=LETTER.replace("maj", "juni"))[2]


def test_the_demo_town_gets_a_letter_to_the_last_row(run, tmp_path):
    db = Database(tmp_path / "demo", keyring.load(tmp_path / "keys"))
    demo.seed(db)
    people = db.scan_now(lambda tx, _: tx.con.execute("SELECT count(*) FROM register").fetchone()[0], SYSTEM)
    db.close()
    code, out, _ = run("send", "letter.toml", "--all", data="demo")
    assert people >= 300 and f"{people} in the mailbox, 0 on paper too, 0 refused, 0 left, of {people}" in out
