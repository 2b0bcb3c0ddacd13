"""Made-up residents, the same for the same seed: for the demo, the tests and the bench. No real person is meant.

The numbers have a valid form and a real day; that a living person has the same one cannot be ruled out,
which is why `medborger serve` never loads them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from msgspec import Struct, field

CENTURY_DIGITS = {1900: "0123", 2000: "4567"}
"""The seventh digit says the century: 0-3 the 1900s; 4-7 the 2000s up to 2036 (and 8-9 other years)."""

DANISH_MEN = "Peter Jens Lars Michael Henrik Thomas Søren Jan Christian Martin Niels Anders Morten Jesper Mads Rasmus".split()
DANISH_WOMEN = "Anne Kirsten Mette Hanne Anna Helle Susanne Lene Maria Marianne Inge Karen Lone Bente Camilla Pia".split()
DANISH_CHILDREN = "William Alma Noah Ella Oscar Freja Lucas Clara Carl Agnes Viggo Ida Malthe Sofia August Karla".split()
DANISH_LAST = (
    "Nielsen Jensen Hansen Andersen Pedersen Christensen Larsen Sørensen Rasmussen Jørgensen Madsen Kristensen "
    "Olsen Thomsen Poulsen Johansen Møller Mortensen Østergaard Ågård Bæk Skov Krogh Dahl"
).split()


class People(Struct, frozen=True):
    """Names as they are among those who came from one place, and the language they read."""

    language: str
    citizen: str
    men: list[str]
    women: list[str]
    children: list[str]
    last: list[str]


DANES = People("da", "dk", DANISH_MEN, DANISH_WOMEN, DANISH_CHILDREN, DANISH_LAST)
NEWCOMERS = [
    People("ar", "sy", "Samer Khaled Omar Yousef Tarek Bilal".split(), "Rania Huda Layla Mariam Nour Dina".split(),
           "Adam Yara Karim Lina Zain Salma".split(), "Al-Masri Khalil Nasser Darwish Saleh Hamdan".split()),
    People("uk", "ua", "Oleksandr Andrii Dmytro Serhii Taras Bohdan".split(), "Olena Iryna Oksana Natalia Kateryna Yuliia".split(),
           "Sofiia Artem Danylo Zlata Maksym Polina".split(), "Kovalenko Shevchenko Bondarenko Tkachenko Melnyk Boiko".split()),
    People("tr", "tr", "Mehmet Mustafa Ahmet Emre Murat Hasan".split(), "Ayşe Fatma Zeynep Elif Emine Hülya".split(),
           "Yusuf Defne Eymen Asya Ömer Ecrin".split(), "Yılmaz Kaya Demir Çelik Şahin Öztürk".split()),
    People("so", "so", "Abdi Mohamed Hassan Ali Ismail Farah".split(), "Hodan Fadumo Amina Halima Sahra Asha".split(),
           "Ayaan Ilyas Hamza Sumaya Zakaria Ifrah".split(), "Warsame Abdullahi Jama Osman Nur Hirsi".split()),
    People("pl", "pl", "Piotr Krzysztof Andrzej Tomasz Marek Łukasz".split(), "Agnieszka Małgorzata Ewa Katarzyna Joanna Beata".split(),
           "Zuzanna Jakub Hanna Antoni Julia Szymon".split(), "Nowak Kowalska Wiśniewska Wójcik Kamińska Zając".split()),
    People("fa", "af", "Ahmad Reza Mahdi Farid Hamid Navid".split(), "Zahra Maryam Shirin Parisa Leila Nasrin".split(),
           "Ali Sara Amir Hana Arash Mina".split(), "Ahmadi Hosseini Rezai Karimi Rahimi Azizi".split()),
]  # fmt: skip
STREETS = (
    "Havnegade,Skolevej,Kirkestræde,Mølleparken,Birkevej,Østergade,Strandvejen,Rosenvænget,Åboulevarden,"
    "Sønder Allé,Fyrvej,Vestre Ringvej,Elmegade,Kærvej,Nørretorv,Bakkedraget"
).split(",")
TOWNS = [("9999", "Havneby"), ("9998", "Sønderhavn"), ("9997", "Fjordby")]
DOCTORS = ["Lægerne Torvet", "Lægehuset Strandvejen", "Læge Birthe Krogh", "Lægecenter Nord"]
EMPLOYERS = ["Havneby Fiskeindustri", "Plejehjemmet Solgården", "Nordlager A/S", "Café Molen"]


class Line(Struct, omit_defaults=True):
    """One line of the register file, all text, as `register.py` reads it. Names of fields are the header."""

    cpr: str
    name: str
    born: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    protected: str = ""
    language: str = ""
    citizen: str = ""
    phone: str = ""
    partner_cpr: str = ""
    parent1_cpr: str = ""
    parent2_cpr: str = ""
    doctor: str = ""
    doctor_km: str = ""
    nemkonto_ending: str = ""
    passport_until: str = ""
    employer: str = ""
    employer_first_day: str = ""
    status: str = ""


class Town(Struct):
    """Draws the residents of a made-up town, family by family."""

    random: Random
    today: date
    taken: set[str] = field(default_factory=set)
    """Numbers in use. One set per town: 300 in the demo, 650,000 in the bench (never in the product)."""

    def families(self) -> Iterator[list[Line]]:
        while True:
            yield self.family()

    def family(self) -> list[Line]:
        people = DANES if self.random.random() < 0.8 else self.random.choice(NEWCOMERS)
        kind = self.random.choices(["old", "single", "couple", "parents", "one parent"], [18, 27, 17, 28, 10])[0]
        years = self.random.randint(68, 96) if kind == "old" else self.random.randint(22, 66)
        if "parent" in kind:
            years = self.random.randint(25, 49)
        last = self.random.choice(people.last)
        home = self.home()
        grown = [self.grown_up(people, last, years, home, woman=self.random.random() < 0.5)]
        if kind in ("couple", "parents") or (kind == "old" and self.random.random() < 0.45):
            other = self.grown_up(people, last, max(20, years + self.random.randint(-5, 5)), home, woman=True)
            other.partner_cpr, grown[0].partner_cpr = grown[0].cpr, other.cpr
            grown.append(other)
        count = self.random.choice([1, 1, 2, 2, 3]) if "parent" in kind else 0
        return grown + [self.child(people, last, grown, years) for _ in range(count)]

    def home(self) -> tuple[str, str, str]:
        floor = self.random.choice(["", "", ", 1. tv", ", 2. th", ", st."])
        street = f"{self.random.choice(STREETS)} {self.random.randint(1, 180)}{floor}"
        return (street, *self.random.choices(TOWNS, [8, 1, 1])[0])

    def grown_up(self, people: People, last: str, years: int, home: tuple[str, str, str], *, woman: bool) -> Line:
        first = self.random.choice(people.women if woman else people.men)
        line = self.line(f"{first} {last}", years, woman=woman, home=home, people=people)
        line.phone = f"+45{self.random.randint(20, 99)}{self.random.randint(0, 999999):06d}"
        line.nemkonto_ending = f"{self.random.randint(0, 9999):04d}"
        if self.random.random() < 0.04:
            line.employer = self.random.choice(EMPLOYERS)
            line.employer_first_day = str(self.today - timedelta(days=self.random.randint(1, 20)))
        return line

    def child(self, people: People, last: str, grown: list[Line], years: int) -> Line:
        first = self.random.choice(people.children)
        home = (grown[0].street, grown[0].postcode, grown[0].town)
        age = self.random.randint(0, min(17, years - 21))
        line = self.line(f"{first} {last}", age, woman=self.random.random() < 0.5, home=home, people=people)
        line.protected = grown[0].protected
        line.parent1_cpr = grown[0].cpr
        line.parent2_cpr = grown[1].cpr if len(grown) > 1 else ""
        return line

    def line(self, name: str, years: int, *, woman: bool, home: tuple[str, str, str], people: People) -> Line:
        born = self.birthday(years)
        street, postcode, town = home
        return Line(
            self.number(born, woman), name, str(born), street, postcode, town,
            "yes" if self.random.random() < 0.015 else "", people.language, people.citizen,
            doctor=self.random.choice(DOCTORS), doctor_km=str(self.random.randint(0, 24)),
            passport_until=str(self.today + timedelta(days=self.random.randint(-400, 3500))),
        )  # fmt: skip

    def birthday(self, years: int) -> date:
        """A day that makes the person exactly so old today."""
        return date(self.today.year - years, self.today.month, 1) - timedelta(days=self.random.randint(1, 333))

    def number(self, born: date, woman: bool) -> str:
        """Ten digits nobody else in this town has; the last one is even for a woman."""
        while True:
            century = self.random.choice(CENTURY_DIGITS[born.year // 100 * 100])
            serial = self.random.randrange(0, 1000, 2) + (not woman)
            number = f"{born:%d%m%y}{century}{serial:03d}"
            if number not in self.taken:
                self.taken.add(number)
                return number
