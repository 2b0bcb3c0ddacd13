"""Services, facts, people and their typing made up from a seed, friendly and hostile: for the two engines to agree on."""

from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote_plus

import msgspec

from backend.domain import dates, days, definitions
from tests.domain.both import DATE_WORDS

OURS = list(msgspec.to_builtins(definitions.load([Path(__file__).parents[2] / "backend" / "services"])).values())
KINDS = ["yes_no", "choice", "choices", "date", "text", "long_text", "name", "phone", "email", "address", "number", "amount",
         "person", "file", "declaration", "appointment"]  # fmt: skip
HOSTILE = [
    "", " ", "\t\r\n ", "👩‍👩‍👧‍👦", "\u202egnirts\u202c", "\x85x\x85", "\ufeffx", "\x1ca\x1c", "１２", "٢٠٢٦", "۴۲", "1_000", "0x10",
    "é", "e\u0301", "e\u200b\u0301", "É", "\xa0 x \u3000", "\u2066name\u2069", "x" * 300, "👍" * 101, "æøå", "عائشة", "Nguyễn", "<b>&\"'", "ﬁ",
    "\u200cمی‌خواهم", "İ", "ß", "ΑΣ", "\u2028", "constructor", "__proto__", "a\u0085b", "\ud7ff", "\ue000", "\u0301a", "+", "&", "=", "?x", "%", "a;b",
]  # fmt: skip
NUMBERS = ["0", "7", "12", "1 234", "1.234,50", "1,234.5", "1234.5", "1.2.3", "1.234.5", "٣٫٥", "-3", "1e3", "kr. 12", "DKK 1.000,-", "999999999",
           "9999999999999", "1'000", "0.500", "12,345", "١٬٢٣٤", "12,5 kr", "12 kr.", "007"]  # fmt: skip
PHONES = ["33 66 33 66", "+45 33663366", "004533663366", "+4533", "+4620123456", "(+45) 33 66 33 66", "00 44 (0)20 7946 0958", "٣٣٦٦٣٣٦٦", "11111111"]
EMAILS = ["a@b.dk", "a b@c.dk", "a@b", "@b.dk", "a@b..dk", "ø@å.dk", " a@b.dk ", "a@b.c.d"]
DATES = [["1", "1", "2026"], ["31", "feb", "2026"], ["29", "2", "24"], ["29", "februar", "2023"], ["٢٤", "نوفمبر", "٢٠٢٦"], ["24.", "Nov.", "26"],
         ["24/11/2026", "", ""], ["24 november 2026", "", ""], ["2026-11-24", "", ""], ["", "11", "2026"], ["0", "0", "0"], ["１", "１", "２０２６"],
         ["5", "13", "2026"], ["5", "5", "1800"], ["5", "NOVEMBER", "26"], ["5", "5", "99999"], ["12", "12", "47"], ["12", "12", "46"], ["24112026", "", ""], ["24.11.26", "", ""],
         ["24-11-26", "", ""], ["Nov 24th, 2026", "", ""], ["۲۴/۱۱/۲۰۲۶", "", ""], ["٣ كانون الثاني ٢٠٢٦", "", ""], ["24", "تِشرين الأوّل", "2026م"],
         ["24/11", "", "2026"], ["11", "", "24 2026"], ["24", "november/نوفمبر", "2026"], ["24", "may nov", "26"], ["2026\u060d11\u060d24", "", ""], ["１", "", "."],
         ["24", "Iİß", "2026"], ["1 2 3", "4", "5"], ["24 11 2026 1", "", ""], ["00", "00", "0000"], ["20112011", "", ""]]  # fmt: skip
SPANS = ["-21 days", "1 day", "2 weeks", "-1 week", "3 months", "-1 month", "1 year", "-5 years", "36 hours"]
OPERATORS = ["exists", "is", "is_not", "more_than", "less_than", "at_least", "at_most"]
FACTS = ["person.age", "person.citizen", "household.size", "case.first_day", "person.nemkonto", "household.people", "row.child", "row.name"]
TODAYS = ["2026-11-24", "2024-02-29", "2026-03-29", "2025-12-31", "2026-01-01"]


def journey(chance: Random) -> dict[str, Any]:
    today = chance.choice(TODAYS)
    facts = made_facts(chance, today)
    service = chance.choice(OURS) if chance.random() < 0.03 else made_service(chance)
    return {
        "service": service, "facts": facts, "today": today, "date_words": DATE_WORDS if chance.random() < 0.8 else dates.NO_WORDS,
        "answers": {q["id"]: wild(chance) for q in service["questions"] if chance.random() < 0.15},
        "then": made_then(chance, facts, today), "posts": [made_post(chance, service, facts, today) for _ in range(chance.randint(1, 9) + (12 if service in OURS else 0))],
        "slots": made_slots(chance), "closed": ["2026-12-24", "2026-12-25", "2026-01-01"],
    }  # fmt: skip


# ---- services -----------------------------------------------------------------------------------------------


def made_service(chance: Random) -> dict[str, Any]:
    groups = made_groups(chance)
    questions: list[dict[str, Any]] = []
    for at in range(chance.randint(1, 8)):
        group = chance.choice(groups)["id"] if groups and chance.random() < 0.35 else ""
        questions.append(made_question(chance, f"q{at}", group, questions))
    endings = [{"id": f"e{at}", "say": "No.", "when": condition(chance, questions)} for at in range(chance.randint(0, 1))]
    items = [f"q:{q['id']}" for q in questions]
    for ending in endings:
        items.insert(chance.randint(0, len(items)), f"e:{ending['id']}")
    used = [group for group in groups if any(q.get("group") == group["id"] for q in questions)]
    return {
        "id": "made", "version": 1, "title": "Made", "wish": "I try", "for_whom": "All.", "themes": ["help"], "words": ["try"],
        "sign_in": chance.choice(["never", "to-send"]), "questions": questions, "groups": used, "endings": endings, "items": items,
        "figures": {"some": {"value": chance.randint(0, 9), "unit": "days", "source": "made", "as_of": "2026"}},
        "deadlines": [made_deadline(chance, at, questions) for at in range(chance.randint(0, 3))],
        "outcomes": [{"id": "received", "say": "Yes.", "next": "Wait."}, {"id": "received-x", "say": "X", "next": "Y", "when": condition(chance, questions)}],
        "tasks": [made_task(chance, at, questions, used) for at in range(chance.randint(0, 2))], "bring": ["A pen"],
        "ticks": made_ticks(Random(str(questions)), questions),
        "brings": [{"say": "A hat", "when": condition(chance, questions)}],
    }  # fmt: skip


def made_ticks(chance: Random, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """From a seed of their own: `chance` goes on as it did, so that `ONCE_PARTED` stays what it was."""
    return [made_tick(chance, at, questions) for at in range(chance.randint(1, 4))] if chance.random() < 0.2 else []


def made_tick(chance: Random, at: int, questions: list[dict[str, Any]]) -> dict[str, Any]:
    link = chance.choice(["", "https://www.skat.dk/", "https://borger.dk", "https://www.www.dk/https://a"])
    tick = {"id": f"t{at}", "say": "Do it.", "source": chance.choice(["unchecked", "made"]), "link": link, "deadline": chance.choice(["", "d0", "d1"])}
    return tick | ({"when": condition(chance, questions)} if chance.random() < 0.5 else {})


def made_groups(chance: Random) -> list[dict[str, Any]]:
    rows = {"id": "g0", "more": "More?", "at_most": chance.randint(1, 4)}
    people = {"id": "g1", "each": chance.choice(["household.people", "household.children"])}
    return [rows, people][: chance.randint(0, 2)]


def made_question(chance: Random, id: str, group: str, before: list[dict[str, Any]]) -> dict[str, Any]:
    kind = chance.choice([kind for kind in KINDS if not (group and kind == "declaration")])
    question: dict[str, Any] = {"id": id, "kind": kind, "ask": f"What is {id}?"}
    if group:
        question["group"] = group
    if kind in ("choice", "choices"):
        question["options"] = [{"is": word, "say": word.upper(), "hint": ""} for word in ["a", "b", "c"][: chance.randint(2, 3)]]
    if kind == "address":
        question["address"] = chance.choice(["danish", "abroad", "place"])
    if kind == "date" and chance.random() < 0.5:
        question["near"] = True
    if kind == "appointment":
        question["desk"] = "passport"
    if kind == "person" and chance.random() < 0.5:
        question["pick"] = "household.children"
    if kind != "declaration" and chance.random() < 0.25:
        question["optional"] = True
    if before and chance.random() < 0.4:
        question["when"] = condition(chance, before)
    if chance.random() < 0.3:
        question["must"] = [made_must(chance, before) | ({"alone": "a"} if kind == "choices" and chance.random() < 0.5 else {})]
    if chance.random() < 0.5:
        question["known"] = chance.choice([*FACTS, "person.address", "person.name", "case.report"])
    return question


def condition(chance: Random, before: list[dict[str, Any]], depth: int = 0) -> dict[str, Any]:
    if depth < 2 and chance.random() < 0.25:
        return {chance.choice(["any", "all"]): [condition(chance, before, depth + 1) for _ in range(chance.randint(1, 3))]}
    looks_at = {"question": chance.choice(before)["id"]} if before and chance.random() < 0.8 else {"fact": chance.choice(FACTS)}
    operators = chance.sample(OPERATORS, chance.choice([1, 1, 1, 2]))
    return looks_at | {operator: wanted(chance, operator, before) for operator in operators}


def wanted(chance: Random, operator: str, before: list[dict[str, Any]]) -> Any:
    if operator == "exists":
        return chance.random() < 0.5
    return chance.choice(["yes", "no", "a", "b", 0, 3, 18, "2026-11-24", "dk", {"figure": "some"}, {"figure": "gone"}, {"fact": "person.address"}, made_day(chance, before)])


def made_day(chance: Random, before: list[dict[str, Any]]) -> dict[str, Any]:
    names = ["today", "case.first_day", "letter.available", *[q["id"] for q in before]]
    day: dict[str, Any] = {"from": chance.choice(names)}
    if chance.random() < 0.7:
        day["add"] = chance.choice([*SPANS, {"figure": "some"}])
    return day


def made_must(chance: Random, before: list[dict[str, Any]]) -> dict[str, Any]:
    operator = chance.choice(OPERATORS[3:])
    must = {operator: chance.choice([1, 5, 1000, made_day(chance, before)]), "say": "Not so."}
    return must | ({"when": condition(chance, before)} if before and chance.random() < 0.2 else {})


def made_deadline(chance: Random, at: int, questions: list[dict[str, Any]]) -> dict[str, Any]:
    shapes = ["window", "after-letter", "after-event", "earliest-latest", "before-act", "validity", "season", "authority-clock", "at-once", "complaint"]
    rule: dict[str, Any] = {"id": f"d{at}", "shape": chance.choice(shapes), "from": made_day(chance, questions)["from"], "say": "By then."}
    rule |= {name: made_day(chance, questions) for name in ("opens", "closes") if chance.random() < 0.5}
    rule |= {"add": chance.choice([*SPANS, {"figure": "some"}])} if chance.random() < 0.8 else {}
    rule |= {"days": "working"} if chance.random() < 0.3 else {}
    rule |= {"counts_first": True} if chance.random() < 0.3 else {}
    rule |= {"closed_last_day": chance.choice(["next", "before"])} if chance.random() < 0.3 else {}
    rule |= {"stops": "case.done"} if chance.random() < 0.7 else {}
    if rule["shape"] == "earliest-latest":
        rule["latest"] = [{"id": "l", "at": made_day(chance, questions), "day": chance.choice(["last", 10, ""]), "loses": "Much."}]
    return rule


def made_task(chance: Random, at: int, questions: list[dict[str, Any]], groups: list[dict[str, Any]]) -> dict[str, Any]:
    names = [q["id"] for q in questions if q["kind"] in ("text", "name")]
    each = chance.choice(["", "household.people", *[group["id"] for group in groups]])
    task = {"id": f"t{at}", "say": "Do it.", "who": "other", "each": each, "when": condition(chance, questions)}
    return task | ({"name": chance.choice(names)} if names else {})


# ---- facts, answers, posts ----------------------------------------------------------------------------------


def made_facts(chance: Random, today: str) -> dict[str, Any]:
    people = [{"id": f"p{at}", "name": name, "born": "2015-05-05", "age": 11, "child": "yes", "self": "no"} for at, name in enumerate(["Amir", "Bo"])]
    known = {
        "person.age": chance.randint(10, 90), "person.citizen": chance.choice(["dk", "se"]), "household.size": 3, "person.name": "Inger Holm",
        "case.first_day": days.add(today, chance.choice(SPANS)), "person.nemkonto": {"ending": "4321"}, "household.people": people,
        "household.children": people[:1], "person.address": {"street": "Havnegade 4", "postcode": "2730", "town": "Havneby"},
        "case.report": {"employer": "Bageren", "first_day": today},
        "desks": [{"id": "d1", "name": "Rådhuset", "address": "Torvet 1", "phone": "", "abilities": ["passport"]}, {"id": "d2", "name": "B", "address": "", "phone": "", "abilities": []}],
    }  # fmt: skip
    return {name: value if chance.random() < 0.95 else wild(chance) for name, value in known.items() if chance.random() < 0.6}


def made_then(chance: Random, facts: dict[str, Any], today: str) -> dict[str, Any]:
    on = chance.choice([today, days.add(today, "-3 days"), days.add(today, "-70 days"), days.add(today, "1 day"), "", "soon"])
    other = {name: value if chance.random() < 0.5 else wild(chance) for name, value in facts.items() if chance.random() < 0.8}
    return chance.choice([{}, {"facts": facts, "on": on}, {"facts": other, "on": on}, {"facts": other, "on": on}, {"facts": [], "on": 5}])


def made_slots(chance: Random) -> dict[str, Any]:
    slots = [{"desk": "d1", "at": f"2026-11-26T{hour}:15"} for hour in ("10", "11")]
    return chance.choice([{}, {"desks": [{"id": "d1", "name": "Rådhuset", "address": "Torvet 1"}], "days": [{"date": "2026-11-26", "slots": slots}]}])


def wild(chance: Random) -> Any:
    """A stored answer from nobody knows where."""
    return chance.choice([
        None, True, False, 0, 5, -3, 1.5, "yes", "no", "a", "2026-11-24", [], ["a"], ["b", "a"], ["a", "b"], {}, {"later": "yes"}, {"later": True},
        {"desk": "d1", "at": "2026-12-24T10:15"}, {"wish": "yes", "desk": "d1", "part": "morning"}, {"street": "Vej 1", "postcode": "", "town": ""},
        {"street": 5, "postcode": True, "town": None}, {"id": "f", "name": "x.jpg", "bytes": 5, "sha256": "0"}, {"desk": 5, "at": None},
        [{"id": "r1", "answers": {}, "more": ""}], [{"id": "r1", "answers": {"q1": "yes"}, "more": "yes"}, {"id": "p0", "answers": {"q1": "no"}, "more": ""}],
        [{"id": "r0", "answers": []}, 5, None], chance.choice(HOSTILE), "+4533663366", 100000000000, "\ud800",
    ])  # fmt: skip


def made_post(chance: Random, service: dict[str, Any], facts: dict[str, Any], today: str) -> dict[str, Any]:
    """Mostly a friendly answer to every question at once, so that whichever page is shown, something fits."""
    pairs: list[tuple[str, str]] = []
    for question in service["questions"]:
        rows = [""] if not question.get("group") else ["r1", "r2", "p0", "p1"]
        for row in rows:
            pairs += typed(chance, question, f"{question['id']}_{row}" if row else question["id"], today)
    pairs += [(group["id"], chance.choice(["yes", "no", "no", "maybe"])) for group in service.get("groups", [])]
    pairs = [pair for pair in pairs if chance.random() < 0.95]
    ticked = Random(str(pairs))
    pairs += [(each["id"], ticked.choice(["yes", "no", ""])) for each in service.get("ticks", []) if ticked.random() < 0.6]
    if chance.random() < 0.8:
        pairs.append(("do", chance.choice(["continue", "continue", "send", "lang:ar"])))
    body = "&".join(f"{quote_plus(name)}={encoded(chance, value)}" for name, value in pairs)
    if chance.random() < 0.1:
        body = chance.choice(["?", "&&", "\ufeff", "=", "a", "%E2%28&", ""]) + body
    return {"body": body, "place": chance.choice([-1, -1, -1, 0, 1, 2]), "id": chance.choice(["g0", "q0", "check", "none"])}


def encoded(chance: Random, value: str) -> str:
    if chance.random() < 0.01:
        return chance.choice(["%", "%4", "%zz", "%80", "%C3", "%ED%A0%80", "%F0%9F", "a%00b", "+%2B+", "a%E2%80%AEb", "x" * 10000, "%00"])
    return quote_plus(value.encode("utf-8", "replace"))


def typed(chance: Random, question: dict[str, Any], name: str, today: str) -> list[tuple[str, str]]:
    kind = question["kind"]
    if chance.random() < 0.05:
        return [(name, chance.choice(HOSTILE))]
    if kind == "date":
        parts = chance.choice(DATES)
        whole = [(f"{name}_{label}", part) for label, part in zip(["day", "month", "year"], parts, strict=True)]
        return [(name, chance.choice([today, "other", ""])), *whole] if question.get("near") else whole
    if kind == "address":
        return [(f"{name}_street", chance.choice(["Havnegade 4", "havnegade  4.", "Havnegade 4", "10. Februarvej", *HOSTILE])), (f"{name}_postcode", chance.choice(["2730", "DK-2730", "27", "٢٧٣٠", "27 30", "2730", ""])), (f"{name}_town", "By")]
    if kind == "file":
        return [(f"{name}_later", "yes")]
    words = [*(option["is"] for option in question.get("options", [])), "z"]
    if kind == "choices":
        return [(name, word) for word in chance.sample(words, chance.randint(0, len(words)))]
    some = {
        "yes_no": ["yes", "no"], "choice": [*words, *words[:-1]], "declaration": ["yes"], "number": NUMBERS, "amount": NUMBERS, "phone": PHONES,
        "email": EMAILS, "person": ["p0", "p1", "Amir"], "appointment": ["d1@2026-11-26T10:15", "d1@morning", "@afternoon", "d1", "d1@2020-01-01T10:00"],
    }  # fmt: skip
    return [(name, chance.choice(some.get(kind, ["Some words", "To linjer\r\nher", *HOSTILE])))]
