"""Her letters on her own phone without a network: read, and told of as read when there is one again."""

from collections.abc import Callable

from tests.browser import inside
from tests.browser.phone import Phone, plain
from tests.browser.town import Town

Take = Callable[..., Phone]
LANGS = ("da", "en", "ar")


def reader(taken: Phone, number: int) -> Phone:
    """Signed in on her own phone, and her newest letters lie on it: she has not opened the mailbox."""
    taken.sign_in(number)
    taken.own()
    taken.settle_worker()
    taken.go("")
    wanted = len(taken.json("post")["letters"])
    assert wanted
    taken.wait(lambda: len(letters_of(taken)) == wanted, "for the newest letters")
    return taken


def letters_of(taken: Phone) -> list[dict[str, object]]:
    return [one for one in inside.own(taken)["kept"].values() if "letter" in one]


def unread(taken: Phone) -> str:
    """The id of a letter not opened yet that takes an answer."""
    listed = [one["id"] for one in taken.json("post")["letters"] if one["unread"]]
    return next(id for id in listed if taken.json(f"post/{id}")["reply"]["may"] == "yes")


def test_in_three_languages_letters_fetched_ahead_are_read_without_a_network_and_told_of_when_it_is_back(phone: Take, own_town: Town) -> None:
    phones = [reader(phone(lang, own_town), number) for number, lang in enumerate(LANGS)]
    ids = [unread(taken) for taken in phones]
    before = [taken.json(f"post/{id}") for taken, id in zip(phones, ids, strict=True)]
    tags = [next(one["is_legal"] for one in taken.json("post")["letters"] if one["id"] == id) for taken, id in zip(phones, ids, strict=True)]
    own_town.stop()
    for taken, id, shown, legal in zip(phones, ids, before, tags, strict=True):
        taken.go("post")
        taken.page.locator(f'a[href$="/post/{id}"]').click()
        taken.page.wait_for_url(f"**/post/{id}")
        assert plain(taken.page.locator("h1").inner_text()) == shown["text"]["title"]
        assert shown["text"]["who"] in taken.page.locator("dl.five").first.inner_text()
        taken.go("post")
        assert taken.page.locator(f'a[href$="/post/{id}"] .tag').count() == legal, "she has read it"
        assert not any(shown["text"]["title"] in str(one) for one in inside.own(taken)["kept"].values()), "sealed"
    own_town.start()
    for taken, id in zip(phones, ids, strict=True):
        assert taken.json(f"post/{id}")["opened"] == 0, "fetched ahead, and not opened by it"
        taken.go("")
        taken.wait(lambda taken=taken, id=id: taken.json(f"post/{id}")["opened"], "for the receipt")
    assert not [problem for taken in phones for problem in taken.problems if "ERR_" not in problem]
