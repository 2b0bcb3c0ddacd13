"""Only push services of browsers are written to: no machine of the house, under no spelling."""

import pytest

from push import endpoints
from push.endpoints import BadEndpoint

GOOD = {
    "https://fcm.googleapis.com/fcm/send/cT:APA91b_-x": "https://fcm.googleapis.com",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA%3D%3d": "https://updates.push.services.mozilla.com",
    "https://web.push.apple.com/QPx/../y": "https://web.push.apple.com",
    "https://db5p.notify.windows.com/w/?token=BQY%2b%3d": "https://db5p.notify.windows.com",
    "https://fcm.googleapis.com:443/x": "https://fcm.googleapis.com",
    "HTTPS://FCM.GoogleApis.com/x": "https://fcm.googleapis.com",
}
BAD = {
    "http://fcm.googleapis.com/x": "scheme",
    "ftp://fcm.googleapis.com/x": "scheme",
    "file:///etc/passwd": "form",
    "javascript:alert(1)": "form",
    "//fcm.googleapis.com/x": "form",
    "": "form",
    "https://fcm.googleapis.com": "form",
    "https://fcm.googleapis.com?x": "form",
    "https:/fcm.googleapis.com/x": "form",
    "https:///fcm.googleapis.com/x": "form",
    "https:fcm.googleapis.com/x": "form",
    "https://fcm.googleapis.com/x#y": "form",
    "https://fcm.googleapis.com/x#": "form",
    "https://fcm.googleapis.com\\@127.0.0.1/x": "form",
    "https://127.0.0.1\\.push.apple.com/x": "form",
    "https://fcm.googleapis.com/x y": "form",
    "https://fcm.googleapis.com/x\r\nHost: a": "form",
    "https://fcm.googleapis.com/\x00": "form",
    "\thttps://fcm.googleapis.com/x": "form",
    "https://fcm.googleapis.com\t/x": "form",
    "https://fcm.googleapis.com/æ": "form",
    "https://fcm。googleapis。com/x": "form",
    "https://ｆcm.googleapis.com/x": "form",
    "https://user@fcm.googleapis.com/x": "user",
    "https://user:pass@fcm.googleapis.com/x": "user",
    "https://@fcm.googleapis.com/x": "user",
    "https://fcm.googleapis.com@127.0.0.1/x": "user",
    "https://fcm.googleapis.com:443@127.0.0.1/x": "user",
    "https://fcm.googleapis.com:8443/x": "port",
    "https://fcm.googleapis.com:80/x": "port",
    "https://fcm.googleapis.com:0/x": "port",
    "https://fcm.googleapis.com:/x": "port",
    "https://fcm.googleapis.com:0443/x": "port",
    "https://fcm.googleapis.com:+443/x": "port",
    "https://fcm.googleapis.com:4_43/x": "port",
    "https://fcm.googleapis.com:99999/x": "port",
    "https://fcm.googleapis.com:x/x": "port",
    "https://fcm.googleapis.com./x": "host",
    "https://fcm.googleapis.com.:443/x": "host",
    "https://web.push.apple.com./x": "host",
    "https://localhost/x": "host",
    "https://127.0.0.1/x": "host",
    "https://2130706433/x": "host",
    "https://0x7f.1/x": "host",
    "https://0177.0.0.1/x": "host",
    "https://169.254.169.254/x": "host",
    "https://10.0.0.1/x": "host",
    "https://[::1]/x": "host",
    "https://[::ffff:127.0.0.1]/x": "host",
    "https://[fe80::1%25eth0]/x": "host",
    "https://[::1].push.apple.com/x": "host",
    "https://8.8.8.8/x": "host",
    "https://push.apple.com/x": "host",
    "https://evilpush.apple.com/x": "host",
    "https://x.fcm.googleapis.com/x": "host",
    "https://fcm.googleapis.com.evil.example/x": "host",
    "https://evil.example/fcm.googleapis.com": "host",
    "https://evil.example?.push.apple.com/x": "form",
    "https://evil.example%2f.push.apple.com/x": "host",
    "https://evil.example%00.push.apple.com/x": "host",
    "https://evil.example,.push.apple.com/x": "host",
    "https://evil.example;.push.apple.com/x": "host",
    "https://*.push.apple.com/x": "host",
    "https://.push.apple.com/x": "host",
    "https://a..push.apple.com/x": "host",
    "https://-a.push.apple.com/x": "host",
    "https://a_b.push.apple.com/x": "host",
    "https://" + "a" * 64 + ".push.apple.com/x": "host",
    "https://fcm.googleapis.com/" + "x" * 2048: "length",
}


@pytest.mark.parametrize(("endpoint", "origin"), GOOD.items())
def test_an_address_of_a_push_service_is_taken(endpoint: str, origin: str) -> None:
    assert endpoints.check(endpoint) == origin


@pytest.mark.parametrize(("endpoint", "reason"), BAD.items(), ids=lambda text: text[:60])
def test_any_other_address_is_refused(endpoint: str, reason: str) -> None:
    with pytest.raises(BadEndpoint) as refused:
        endpoints.check(endpoint)
    assert refused.value.reason == reason


def test_the_tests_own_peer_is_taken_only_where_it_is_named() -> None:
    peer = "http://127.0.0.1:8030/wpush/x"
    assert endpoints.check(peer, {"http://127.0.0.1:8030"}) == "http://127.0.0.1:8030"
    for other in ("http://127.0.0.1:8031/wpush/x", "https://127.0.0.1:8030/wpush/x", "http://localhost:8030/wpush/x", "http://u@127.0.0.1:8030/x"):
        with pytest.raises(BadEndpoint):
            endpoints.check(other, {"http://127.0.0.1:8030"})


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("https://Push.Example:443/x", "https://push.example"),
        ("https://push.example:8443/x", "https://push.example:8443"),
        ("http://push.example:80/x", "http://push.example"),
        ("http://127.0.0.1:8030/x", "http://127.0.0.1:8030"),
        ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_origin_keeps_a_port_that_is_not_the_usual_one(endpoint: str, origin: str) -> None:
    assert endpoints.origin_of(endpoint) == origin


@pytest.mark.parametrize("address", ["8.8.8.8", "142.250.74.106", "2606:4700::1", "2a00:1450:400f::200a", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"])
def test_a_public_address_may_be_connected_to(address: str) -> None:
    assert endpoints.is_public(address)


INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
    "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "192.0.0.8", "192.88.99.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "3fff::1", "5f00::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "::a00:1", "::ffff:0:7f00:1", "::808:808",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "64:ff9b:1::808:808", "2002:7f00:1::", "2002:a00:1::1", "100::1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001::1", "2001:2::1", "127.1", "0x7f000001", "017700000001", "", "fcm.googleapis.com",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_other_address_is_connected_to(address: str) -> None:
    assert not endpoints.is_public(address)
