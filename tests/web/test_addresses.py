"""For whom a limit is counted: one form whatever the spelling, and nobody's own word for it."""

import logging

import pytest

from backend.settings import BadSettings
from backend.web.middleware.addresses import Addresses, for_the_log, own_network, parse, site_network

PROXIES = ["10.0.0.0/8", "192.0.2.7", "fd00::/8"]


def of(client, *said, proxies=PROXIES, header="x-forwarded-for"):
    headers = [(name.encode(), value.encode()) for name, value in said]
    return Addresses(proxies, header).of(client, headers)


def xff(*values):
    return [("x-forwarded-for", value) for value in values]


@pytest.mark.parametrize(
    ("client", "headers", "network"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", xff("198.51.100.1"), "203.0.113.9"),  # not a proxy of ours: its word is nothing
        ("10.1.2.3", xff("198.51.100.1"), "198.51.100.1"),
        ("10.1.2.3", xff("1.1.1.1, 198.51.100.1"), "198.51.100.1"),  # what a visitor wrote stands left
        ("10.1.2.3", xff("198.51.100.1, 192.0.2.7, 10.9.9.9"), "198.51.100.1"),  # proxies of ours in a row
        ("10.1.2.3", xff("1.1.1.1", "198.51.100.1"), "198.51.100.1"),  # the header twice is one list
        ("10.1.2.3", xff("198.51.100.1:5555"), "198.51.100.1"),  # Azure adds the port
        ("10.1.2.3", xff("[2001:db8:1:2:3::4]:443"), "2001:db8:1:2::/64"),
        ("10.1.2.3", xff("2001:db8:1:2:ffff::9"), "2001:db8:1:2::/64"),
        ("10.1.2.3", xff('"198.51.100.1"'), "198.51.100.1"),
        ("10.1.2.3", xff("unknown"), "10.1.2.3"),
        ("10.1.2.3", xff("198.51.100.1, _hidden"), "10.1.2.3"),  # nobody's own proxy would hide what stands left of it
        ("10.1.2.3", xff(""), "10.1.2.3"),
        ("10.1.2.3", xff("10.4.4.4"), "10.4.4.4"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("::ffff:203.0.113.9", [], "203.0.113.9"),
        ("::ffff:10.1.2.3", xff("::ffff:198.51.100.1"), "198.51.100.1"),
        ("fe80::1%eth0", [], "fe80::/64"),
        ("2001:DB8:0:0:1::2", [], "2001:db8::/64"),
        ("", [], ""),
        ("testclient", [], "testclient"),
        ("10.1.2.3", [("forwarded", "for=198.51.100.1")], "10.1.2.3"),  # not the header our proxy writes
        ("10.1.2.3", [("x-real-ip", "198.51.100.1")], "10.1.2.3"),
    ],
)
def test_the_address_is_the_right_most_that_is_no_proxy_of_ours(client, headers, network):
    assert of(client, *headers) == network


@pytest.mark.parametrize(
    ("said", "network"),
    [
        (["for=198.51.100.1"], "198.51.100.1"),
        (['for=1.1.1.1, For="[2001:db8:1:2::3]:4711";proto=https;by=10.0.0.1'], "2001:db8:1:2::/64"),
        (["for=1.1.1.1", "for=198.51.100.1;proto=http, for=10.0.0.9"], "198.51.100.1"),
        (["for=unknown"], "10.1.2.3"),
        (["proto=https"], "10.1.2.3"),
    ],
)
def test_the_standard_header_is_read_where_the_settings_name_it(said, network):
    headers = [("forwarded", value) for value in said] + xff("9.9.9.9")
    assert of("10.1.2.3", *headers, header="forwarded") == network


@pytest.mark.parametrize("wrong", ["proxy.example", "10.0.0.0/33", "0.0.0.0/0", "::/0", ""])
def test_a_proxy_that_is_no_network_or_is_everybody_is_refused_in_words(wrong):
    with pytest.raises(BadSettings, match="proxies"):
        Addresses([wrong], "x-forwarded-for")


def test_a_proxy_nobody_named_is_warned_of_once(caplog):
    addresses = Addresses([], "x-forwarded-for")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert addresses.of("127.0.0.1", [(b"x-forwarded-for", b"198.51.100.1")]) == "127.0.0.1"
    assert len(caplog.records) == 1 and "proxies" in caplog.text and "198.51" not in caplog.text


def test_a_visitor_from_outside_who_plays_proxy_causes_no_warning(caplog):
    Addresses([], "x-forwarded-for").of("8.8.8.8", [(b"x-forwarded-for", b"1.1.1.1")])
    assert not caplog.records


def test_the_log_names_a_network_and_nobody():
    assert for_the_log("203.0.113.9") == "203.0.113.0/24"
    assert for_the_log("2001:db8:1:2::/64") == "2001:db8:1::/48" and for_the_log("testclient") == "-"


def test_every_text_is_an_address_or_none():
    from hypothesis import given, strategies as st

    @given(st.text(max_size=60) | st.from_regex(r"[\[\]0-9a-f:.%\"]{0,50}"))
    def check(text):
        address = parse(text)
        assert address is None or own_network(address)
        site_network(of(text))

    check()
