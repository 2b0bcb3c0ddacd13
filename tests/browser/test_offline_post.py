"""Her letters and her cases on her own phone without a network: a letter is read and answered, a missing paper sent, each once."""

import secrets
from collections.abc import Callable

from tests.browser import inside
from tests.browser.answering import photo
from tests.browser.phone import Phone, plain
from tests.browser.town import Town
from tests.web.test_owners import REPORT

Take = Callable[..., Phone]
LANGS = {"da": "Gemt på telefonen. Ikke sendt endnu.", "en": "Saved on the phone. Not sent yet.", "ar": "محفوظ على الهاتف. لم يُرسَل بعد."}
WORDS = "Jeg kommer på tirsdag. أنا قادمة"


class Reader:
    """Signed in on her own phone, with a letter she has not opened and a case in which a photo is missing."""

    def __init__(self, taken: Phone, number: int) -> None:
        self.phone = taken
        taken.sign_in(number)
        taken.send(f"/api/submissions/{secrets.token_hex(16)}", REPORT | {"answers": REPORT["answers"] | {"photo": {"later": "yes"}}})
        taken.own()
        taken.settle_worker()
        listed = [one for one in taken.json("post")["letters"] if one["unread"]]
        self.letter = next(one for one in listed if taken.json(f"post/{one['id']}")["reply"]["may"] == "yes")
        self.shown = taken.json(f"post/{self.id}")
        mine = taken.json("mine")
        self.act = next(one["act"] for one in mine["todo"] + mine["may"] if one.get("act"))
        self.case = self.act.split("/")[2]

    @property
    def id(self) -> str:
        return self.letter["id"]

    def kept(self) -> int:
        """Records, once all her newest letters lie here; she has opened none of them, nor the case."""
        kept = inside.own(self.phone)["kept"].values()
        return len(kept) if len([one for one in kept if "letter" in one]) == len(self.phone.json("post")["letters"]) else 0

    def reads(self) -> None:
        taken = self.phone
        taken.go("post")
        taken.page.locator(f'a[href$="/post/{self.id}"]').click()
        taken.page.wait_for_url(f"**/post/{self.id}")
        assert plain(taken.page.locator("h1").inner_text()) == self.shown["text"]["title"]
        assert self.shown["text"]["who"] in taken.page.locator("dl.five").first.inner_text()

    def answers(self) -> None:
        taken = self.phone
        taken.page.locator(f'a[href*="post/write?letter={self.id}"]').click()
        taken.page.wait_for_url("**/post/write**")
        taken.press('main button[value="send"]')
        assert taken.page.locator("#problem a").count() == 1, "nothing is written"
        taken.page.locator("#text").fill(WORDS)
        taken.page.locator("#photo").set_input_files(photo(400, 300))
        taken.press('main button[value="send"]')
        self.sees_that_it_waits(1)
        assert WORDS in taken.page.locator("p.lines").inner_text()
        taken.go(f"post/{self.id}")
        assert taken.page.locator('main a[href*="post/unsent?key="]').count() == 1, "beside the letter"

    def sends_the_paper(self) -> None:
        taken = self.phone
        taken.go(self.act)
        taken.page.locator("#paper").set_input_files(photo(1200, 900))
        taken.press("main form button.main")
        self.sees_that_it_waits(2)

    def sees_that_it_waits(self, count: int) -> None:
        taken = self.phone
        assert taken.path == "post/unsent" and plain(taken.page.locator("h1").inner_text()) == LANGS[taken.lang]
        here = taken.here
        for path in ("mine", ""):
            taken.go(path)
            assert taken.page.locator("[role=status] p.due").count() == 1, path
        taken.go("mine")
        assert taken.page.locator('main a[href*="post/unsent?key="]').count() == count
        taken.go(here)

    def is_delivered(self) -> bool:
        self.phone.go("")
        return not inside.own(self.phone)["outbox"]

    def looks_at_what_arrived(self) -> None:
        taken = self.phone
        said = taken.json(f"post/{self.id}")
        assert said["opened"] == 1
        [message] = [one for one in said["thread"] if one["kind"] == "message"]
        assert message["title"] == WORDS and len(message["files"]) == 1
        case = taken.json(f"mine/cases/{self.case}")
        assert len(case["papers"]) == 1 and not [task for task in case["tasks"] if task.get("act")]
        taken.go("mine")
        assert taken.page.locator('main a[href*="post/unsent?key="]').count() == 0


def wait_until_still(readers: list[Reader]) -> None:
    """What is fetched ahead bears no name that a test could ask for: wait until nothing more comes."""
    seen: list[list[int]] = []

    def is_still() -> bool:
        seen.append([one.kept() for one in readers])
        return all(seen[-1]) and len(seen) > 20 and seen[-20:] == [seen[-1]] * 20

    readers[0].phone.wait(is_still, "for the newest letters")


def test_in_three_languages_a_letter_is_read_and_answered_and_a_missing_paper_sent_without_a_network_and_each_arrives_once(
    phone: Take, own_town: Town
) -> None:  # fmt: skip
    readers = [Reader(phone(lang, own_town), number) for number, lang in enumerate(LANGS)]
    for one in readers:
        one.phone.go("")
    wait_until_still(readers)
    own_town.stop()
    for one in readers:
        one.reads()
        one.answers()
        one.sends_the_paper()
        assert WORDS not in str(inside.own(one.phone)), "sealed"
    assert own_town.kept("message") == 0
    own_town.start()
    for one in readers:
        assert one.phone.json(f"post/{one.id}")["opened"] == 0, "fetched ahead, and not opened by it"
        one.phone.wait(one.is_delivered, "for the delivery")
    for one in readers:
        one.looks_at_what_arrived()
    assert own_town.kept("message") == len(LANGS)
    assert not [problem for one in readers for problem in one.phone.problems if "ERR_" not in problem and "422" not in problem]
