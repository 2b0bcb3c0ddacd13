"""The register file, line by line: bad ones are told with number and reason, good ones are kept."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from stdnum.dk import cpr as cpr_numbers

from backend.identity import register_fields, register_file
from backend.identity.register_fields import FIELDS, WHY, BadLine, Checked
from backend.identity.register_file import BadFile

HEADER = "cpr,name,born,street,postcode,town,protected,language,phone,doctor_km,passport_until,employer,employer_first_day"
GOOD = '140345-4320,"Holm, Inger",1945-03-14,"Havnegade 12, 1. tv",9999,Havneby,nej,da,33663312,1,6.1.2027,,'


def read(path: Path, text: str | bytes) -> list[Checked | BadLine]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(register_file.read(path))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "register.csv"


def test_a_good_line_becomes_a_resident(file):
    (one,) = read(file, f"{HEADER}\n{GOOD}\n")
    assert (one.number, one.cpr) == (2, "1403454320")
    assert (one.resident.name, one.resident.street) == ("Holm, Inger", "Havnegade 12, 1. tv")
    assert (one.resident.born, one.resident.phone) == ("1945-03-14", "+4533663312")
    assert (one.resident.protected, one.resident.doctor_km) == (False, 1)
    assert one.resident.passport_until == "2027-01-06"


@pytest.mark.parametrize("comma", [",", ";", "\t"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_it_may_be_written_by_any_office_program(file, comma, start, end):
    text = end.join([f"cpr{comma}name", f"1403454320{comma}Åse Søndergård", f'0101904321{comma}"Bo Ø"', ""])
    assert [one.resident.name for one in read(file, start + text.encode())] == ["Åse Søndergård", "Bo Ø"]


def test_two_spellings_of_one_letter_are_one(file):
    (one,) = read(file, "cpr,name\n1403454320,A\u030ase\n")
    assert one.resident.name == "Åse"


def test_a_number_without_modulus_11_is_a_number(file):
    (one,) = read(file, "cpr,name\n0101904321,A\n")
    assert isinstance(one, Checked) and sum(int(d) * w for d, w in zip(one.cpr, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1))) % 11


BAD = {
    "1234567890,A": ("cpr", "number"),
    "3102454321,A": ("cpr", "number"),
    "140345432,A": ("cpr", "number"),
    "14034543210,A": ("cpr", "number"),
    "101904321,A": ("cpr", "zero"),
    '"1,40345E+09",A': ("cpr", "rounded"),
    "1.403454320E+9,A": ("cpr", "rounded"),
    "=1403454320+0,A": ("cpr", "number"),
    "1403454320,\ufffdse": ("", "encoding"),
    ",A": ("cpr", "number"),
    "0101404321,A": ("cpr", ""),
    "1403454320,": ("name", "missing"),
    "1403454320,   ": ("name", "missing"),
    f"1403454320,{'x' * 201}": ("name", "too-long"),
    "1403454320": ("", "columns"),
    "1403454320,A,B": ("", "columns"),
    '1403454320,"A': ("", "quotes"),
    '1403454320,"A"B': ("", "quotes"),
    "1403454320,A\x00B": ("", "characters"),
    "1403454320,A\x1bB": ("", "characters"),
    "1403454320,\u202eevil": ("", "characters"),
    f"1403454320,{'x' * 20_000}": ("", "too-long"),
}


@pytest.mark.parametrize("line", BAD)
def test_a_bad_line_is_told_and_its_neighbours_are_kept(file, line):
    field, why = BAD[line]
    before, bad, after = read(file, f"cpr,name\n1403454320,Before\n{line}\n0101904321,After\n")
    assert (before.resident.name, after.resident.name, after.number) == ("Before", "After", 4)
    if why:
        assert (bad.number, bad.field, bad.why) == (3, field, why)


WRONG = {
    "born": "1945-03-15", "postcode": "DK-9999", "protected": "maybe", "language": "Dansk", "citizen": "Danmark",
    "phone": "12", "partner_cpr": "0000000000", "parent1_cpr": "x", "doctor_km": "2.5", "nemkonto_ending": "12",
    "passport_until": "2027-02-30", "employer_first_day": "soon", "street": "x" * 201,
}  # fmt: skip


@pytest.mark.parametrize("field", WRONG)
def test_each_field_is_checked(file, field):
    more = ",employer" if field == "employer_first_day" else ""
    (bad,) = read(file, f"cpr,name,{field}{more}\n1403454320,A,{WRONG[field]}{',B' if more else ''}\n")
    assert isinstance(bad, BadLine) and bad.field == field


def test_half_an_employers_report_is_none(file):
    (bad,) = read(file, "cpr,name,employer,employer_first_day\n1403454320,A,Nordlager,\n")
    assert bad.why == "employer"


def test_nobody_is_their_own_parent(file):
    (bad,) = read(file, "cpr,name,parent1_cpr\n1403454320,A,1403454320\n")
    assert bad.why == "kin"


def test_bytes_that_are_no_text_spoil_their_own_line_only(file):
    bad, good = read(file, b"cpr,name\n1403454320,S\xf8ren\n0101904321,A\n")
    assert (bad.why, good.resident.name) == ("encoding", "A")


def test_the_report_never_tells_what_the_line_holds(file):
    (bad,) = read(file, "cpr,name\n1403454999999,Secret Person\n")
    assert str(bad) == f"line 2: cpr {WHY['number']}"


@pytest.mark.parametrize(
    "header",
    ["", "name", "cpr", "cpr,name,adress", "cpr,cpr,name", "\ufeffcpr name", "PK\x03\x04", "1403454320,Inger"],
)
def test_a_header_that_cannot_be_right_is_refused_in_words(file, header):
    with pytest.raises(BadFile, match="header"):
        read(file, f"{header}\n1403454320,A\n")


PLAIN = "cpr;name;town\n1403454320;Åse Søndergård;Havneby\n0101904321;Bo;\n"
EXCEL = {
    "utf-16": PLAIN.encode("utf-16"),
    "utf-16 little end first, without a mark": PLAIN.encode("utf-16-le"),
    "utf-16 big end first, without a mark": PLAIN.encode("utf-16-be"),
    "sep=;": ("sep=;\n" + PLAIN).encode(),
    "sep=; after a mark": ("\ufeffsep=;\r\n" + PLAIN.replace("\n", "\r\n")).encode(),
    "sep= in quotes": ('"sep=;"\n' + PLAIN).encode(),
    "sep= of another sign": ("sep=|\n" + PLAIN.replace(";", "|")).encode(),
    "a ; at the end of each line": PLAIN.replace("\n", ";;\n").encode(),
    "empty lines before, between and after": ("\n;;\n" + PLAIN.replace("\n", "\n\n;;;\n")).encode(),
    "old Mac line ends": PLAIN.replace("\n", "\r").encode(),
    "tabs": PLAIN.replace(";", "\t").encode(),
    "every field in quotes": "\n".join(";".join(f'"{v}"' for v in row.split(";")) for row in PLAIN.strip().split("\n")).encode(),
    "names of columns in capitals with spaces": PLAIN.replace("cpr;name;town", ' CPR ; Name\u00a0;"TOWN"').encode(),
    "two files one after the other": (PLAIN + PLAIN).encode(),
    "a no-break space in an empty line": (PLAIN + "\u00a0;\u00a0;\n").encode(),
}


@pytest.mark.parametrize("how", EXCEL)
def test_it_may_be_as_a_spreadsheet_saves_it(file, how):
    found = read(file, EXCEL[how])
    assert [str(one) for one in found if isinstance(one, BadLine)] == []
    assert [(one.resident.name, one.cpr) for one in found[:2]] == [("Åse Søndergård", "1403454320"), ("Bo", "0101904321")]


WRITTEN = [
    "140345-4320", "140345 4320", "140345\u00a04320", "140345–4320", "140345—4320", "140345‑4320", "140345−4320", "140345\xad4320",
    '="1403454320"', '"=""1403454320"""', "'1403454320", "\u202a1403454320\u202c", "\u202d140345-4320\u202c", "\u200b1403454320",
    "１４０３４５４３２０", "١٤٠٣٤٥٤٣٢٠", "14.03.45-4320", "140345/4320", " 1403454320 ", "1403454320.0", "\ufeff1403454320",
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN, ids=ascii)
def test_a_person_number_is_read_however_it_is_written(file, written):
    (one,) = read(file, f"cpr;name\n{written};Inger\n")
    assert isinstance(one, Checked) and one.cpr == "1403454320"


def test_a_first_0_that_is_gone_is_put_back_only_where_the_birthday_says_so_too(file):
    sure, other, doubt = read(file, "cpr;name;born\n101904321;Bo;01-01-1990\n101904321;Bo;02-01-1990\n101904321;Bo;\n")
    assert sure.cpr == "0101904321"
    assert (other.why, doubt.why) == ("zero", "zero")


DAYS = {
    "2027-01-06": "2027-01-06", "6.1.2027": "2027-01-06", "06-01-2027": "2027-01-06", "2027/1/6": "2027-01-06",
    "٦.١.٢٠٢٧": "2027-01-06", "06.01.2027.": "2027-01-06", "20270106": "2027-01-06", "06\u00a001\u00a02027": "2027-01-06", "13/1/2027": "2027-01-13",
    "6/1/2027": "two-days", "6.1.27": "day", "46758": "day", "1/13/2027": "day", "31-02-2027": "day", "6-jan-2027": "day", "0001-01-06": "day",
}  # fmt: skip


@pytest.mark.parametrize("written", DAYS)
def test_a_day_is_read_as_it_is_meant_or_refused(file, written):
    (one,) = read(file, f"cpr;name;passport_until\n1403454320;Inger;{written}\n")
    assert (one.why if isinstance(one, BadLine) else one.resident.passport_until) == DAYS[written]


@pytest.mark.parametrize("written", ["14-03-45", "14.3.45", "14/03/1945", "1945-03-14", "14031945"])
def test_a_birthday_may_be_written_short_where_the_number_says_the_year(file, written):
    (one,) = read(file, f"cpr;name;born\n1403454320;Inger;{written}\n")
    assert isinstance(one, Checked) and one.resident.born == "1945-03-14"


def test_another_encoding_is_taken_where_it_is_named_and_never_guessed(file):
    file.write_bytes("cpr,name\n1403454320,Åse\n".encode("windows-1252"))
    assert [str(one) for one in register_file.read(file)] == [f"line 2: the line {WHY['encoding']}"]
    (one,) = register_file.read(file, "windows-1252")
    assert one.resident.name == "Åse"
    with pytest.raises(BadFile, match="no encoding 'latin-99'"):
        list(register_file.read(file, "latin-99"))


def test_a_name_keeps_one_kind_of_space(file):
    (one,) = read(file, "cpr,name\n1403454320,Inger\u00a0Holm\n")
    assert one.resident.name == "Inger Holm"


def test_a_header_says_which_column_stands_twice_or_is_misspelt(file):
    for header, said in {"cpr;name;name": "names name 2 times", "cpr;name;nemkonto": "Did you mean `nemkonto_ending`", "cpr;;name": "column 2"}.items():
        with pytest.raises(BadFile, match=said):
            read(file, f"{header}\n1403454320;A\n")


def test_empty_lines_are_no_lines(file):
    assert len(read(file, "cpr,name\n\n1403454320,A\n  \n,\n")) == 1


def test_every_column_is_described(root):
    described = (root / "docs" / "residents-csv.md").read_text("utf-8")
    assert [field for field in FIELDS if f"`{field}`" not in described] == []


@given(st.from_regex(r"[0-3][0-9][01][0-9]{7}", fullmatch=True))
def test_we_know_the_same_numbers_as_the_library(number):
    known = cpr_numbers.is_valid(number)
    assert bool(register_fields.birthday_in(number)) == known
    if known:
        assert register_fields.birthday_in(number) == cpr_numbers.get_birth_date(number).isoformat()


@given(st.binary(max_size=400))
def test_no_bytes_bring_the_reader_down(tmp_path_factory, noise):
    file = tmp_path_factory.mktemp("noise") / "register.csv"
    for one in read(file, b"cpr,name\n" + noise + b"\n1403454320,Last"):
        assert isinstance(one, BadLine | Checked)
