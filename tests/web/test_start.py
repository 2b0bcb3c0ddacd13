"""The start page of a service: where its numbers come from, in the reader's language."""

import pytest

from tests.web.conftest import Client

SERVICES = ("sick-pay", "change-of-address", "rats", "passport")
NO_YEAR = {"da": "som ikke nævner noget år", "ar": "ولا يذكر أي سنة", "en": "which gives no year"}


@pytest.mark.parametrize("lang", NO_YEAR)
@pytest.mark.parametrize("service", SERVICES)
def test_a_source_without_a_year_is_said_in_the_readers_language(phone: Client, lang: str, service: str) -> None:
    page = phone.get(f"/{lang}/services/{service}", headers={"accept": "text/html"}).text
    assert "not stated" not in page and NO_YEAR[lang] in page
