"""The register file, line by line: bad ones are told with number and reason, good ones are kept."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from stdnum.dk import cpr as cpr_numbers

from backend.identity import register_file
from backend.identity.register_file import FIELDS, WHY, BadFile, BadLine, Checked

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
    "١٤٠٣٤٥٤٣٢١,A": ("cpr", "number"),
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


def test_a_spreadsheet_saved_as_utf_16_is_refused_in_words(file):
    with pytest.raises(BadFile):
        read(file, "cpr,name\n1403454320,A\n".encode("utf-16"))


def test_empty_lines_are_no_lines(file):
    assert len(read(file, "cpr,name\n\n1403454320,A\n  \n,\n")) == 1


def test_every_column_is_described(root):
    described = (root / "docs" / "residents-csv.md").read_text("utf-8")
    assert [field for field in FIELDS if f"`{field}`" not in described] == []


@given(st.from_regex(r"[0-3][0-9][01][0-9]{7}", fullmatch=True))
def test_we_know_the_same_numbers_as_the_library(number):
    known = cpr_numbers.is_valid(number)
    assert bool(register_file.birthday_in(number)) == known
    if known:
        assert register_file.birthday_in(number) == cpr_numbers.get_birth_date(number).isoformat()


@given(st.binary(max_size=400))
def test_no_bytes_bring_the_reader_down(tmp_path_factory, noise):
    file = tmp_path_factory.mktemp("noise") / "register.csv"
    for one in read(file, b"cpr,name\n" + noise + b"\n1403454320,Last"):
        assert isinstance(one, BadLine | Checked)
