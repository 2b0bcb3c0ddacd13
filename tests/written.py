"""A letter as the town writes it: whole, in two languages, with one thing to do."""

from typing import Any

from backend.domain.letters import TOWN, Action, Letter, Summary, Text

DANISH = Text(
    "Vi mangler en lønseddel",
    Summary(
        "Vi kan ikke regne dine sygedagpenge ud endnu.", "Send os din seneste lønseddel.", "Senest tirsdag den 8. december 2026.",
        "Så stopper vi din sag.", "Ring til os på 33 66 33 66.",
    ),
    ["Du har søgt om sygedagpenge i Åbenrå.", "## Hvad vi mangler", "- Din seneste lønseddel\n- En kopi af kontrakten"],
)  # fmt: skip
ARABIC = Text(
    "ينقصنا كشف راتب",
    Summary("لا يمكننا حساب بدل المرض بعد.", "أرسل إلينا آخر كشف راتب.", "في موعد أقصاه 8 ديسمبر 2026.", "وإلا فسنوقف قضيتك.", "اتصل بنا على 33 66 33 66."),
    ["لقد تقدمت بطلب للحصول على القرار."],
)  # fmt: skip
PAYSLIP = Action("confirm", path="mine", by="2026-12-08")


def letter(**changes: Any) -> Letter:
    said = {
        "sender": TOWN, "sender_name": "Havneby Kommune", "original": "da", "texts": {"da": DANISH, "ar": ARABIC},
        "actions": [PAYSLIP], "may_reply": True, "is_mandatory": True, "number": "B 224 763 529", "service": "sick-pay",
    }  # fmt: skip
    return Letter(**said | changes)
