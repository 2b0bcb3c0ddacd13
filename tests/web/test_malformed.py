"""Whatever bytes come in, at whatever address: never a fault of ours. Each input is one that broke some server once."""

import asyncio
import logging
from typing import Any

import pytest

from tests.web import raw

JSON = b"application/json"
FORM = b"application/x-www-form-urlencoded"
FILE = b"multipart/form-data; boundary=x"


def part(*lines: bytes, data: bytes = b"abc") -> bytes:
    return b"--x\r\n" + b"\r\n".join(lines) + b"\r\n\r\n" + data + b"\r\n--x--\r\n"


DISPOSITION = b'Content-Disposition: form-data; name="a"'
BODIES: dict[str, tuple[bytes, bytes]] = {
    "nothing as JSON": (JSON, b""),
    "a bad byte": (JSON, b'{"service": "\xff"}'),
    "half a surrogate": (JSON, b'{"service": "\\ud800", "answers": {"\\udfff": "\\ud800"}}'),
    "half a surrogate as bytes": (JSON, b'{"service": "\xed\xa0\x80"}'),
    "a NUL": (JSON, b'{"service": "\\u0000", "version": 1, "answers": {"where": "\\u0000"}, "lang": "da"}'),
    "a hundred thousand brackets": (JSON, b"[" * 100_000),
    "brackets as deep as a reader goes": (JSON, b'{"id":"' + b"0" * 32 + b'","revision":0,"version":1,"answers":{"where":' + b"[" * 990 + b"]" * 990 + b"}}"),
    "a hundred thousand objects": (JSON, b'{"a":' * 40_000),
    "brackets in the answers": (JSON, b'{"service":"rats","version":1,"lang":"da","answers":{"where":' + b"[" * 900 + b"]" * 900 + b"}}"),
    "many brackets in the answers": (JSON, b'{"service":"rats","version":1,"lang":"da","answers":{"where":' + b"[" * 20_000 + b"]" * 20_000 + b"}}"),
    "a number of five thousand digits": (JSON, b'{"service":"rats","version":' + b"9" * 5000 + b"}"),
    "a number beyond 64 bits": (JSON, b'{"service":"rats","version":18446744073709551616,"answers":{"where":1e999},"lang":"da"}'),
    "no number": (JSON, b'{"service":"rats","version":NaN,"answers":{"where":Infinity}}'),
    "minus nothing": (JSON, b'{"service":"rats","version":-0,"answers":{"where":-0.0},"lang":"da"}'),
    "the same name twice": (JSON, b'{"service":"rats","service":"passport","version":1,"version":2}'),
    "a list": (JSON, b"[]"),
    "a text": (JSON, b'"x"'),
    "true": (JSON, b"true"),
    "a mark of byte order": (JSON, b'\xef\xbb\xbf{"service":"rats"}'),
    "UTF-16": (JSON, '{"service":"rats"}'.encode("utf-16")),
    "answers that are a list": (JSON, b'{"service":"rats","version":1,"answers":[],"lang":"da"}'),
    "every kind of value as an answer": (JSON, b'{"service":"rats","version":1,"answers":{"where":true,"what":[{}],"phone":{"a":null},"":0,"__proto__":{}},"lang":"da"}'),
    "a language that is a path": (JSON, b'{"service":"../../etc/passwd","version":1,"answers":{},"lang":"../da"}'),
    "JSON in another charset": (b"application/json; charset=utf-7", b"{}"),
    "a form of bad bytes": (FORM, b"do=%ff&\xff=\xfe&a=%"),
    "a form of half percents": (FORM, b"%=%&%zz=%u0041&do=%00"),
    "a form of ten thousand fields": (FORM, b"a=1&" * 10_000),
    "a form of one long name": (FORM, b"a" * 200_000),
    "a form without text": (FORM, b"&&&=&=="),
    "a form with a long number": (FORM, b"revision=" + b"9" * 5000 + b"&draft=" + b"0" * 32 + b"&do=continue"),
    "a form with digits of another script": (FORM, "revision=٣&draft=&do=continue&row=²".encode()),
    "a form with a minus revision": (FORM, b"revision=-1&do=continue&draft=" + b"f" * 32),
    "a form in a charset nobody knows": (b"application/x-www-form-urlencoded; charset=klingon", b"do=continue"),
    "a part in a charset nobody knows": (FILE, part(DISPOSITION, b"Content-Type: text/plain; charset=klingon")),
    "a part in a charset that is no text": (FILE, part(DISPOSITION, b"Content-Type: text/plain; charset=base64")),
    "a part in a charset with a NUL": (FILE, part(DISPOSITION, b"Content-Type: text/plain; charset=\x00")),
    "a part of names": (FILE, part(DISPOSITION, b"Content-Type: text/plain; charset=idna", data=b"a" * 100)),
    "a part of punycode": (FILE, part(DISPOSITION, b"Content-Type: text/plain; charset=punycode", data=b"\x80-99999999999")),
    "a part of UTF-7": (FILE, part(DISPOSITION, b"Content-Type: text/plain; charset=utf-7", data=b"+AGE")),
    "a part of UTF-16 that is odd": (FILE, part(DISPOSITION, b"Content-Type: text/plain; charset=utf-16", data=b"\xd8")),
    "a part of surrogates": (FILE, part(DISPOSITION, b"Content-Type: text/plain; charset=unicode_escape", data=b"\\ud800")),
    "a part of bytes": (FILE, part(DISPOSITION, data=b"\xff\xd8\xff")),
    "a part without a name": (FILE, part(b"Content-Disposition: form-data")),
    "a part that is no form's": (FILE, part(b"Content-Type: text/plain")),
    "a file name of NUL": (FILE, part(DISPOSITION + b'; filename="a\x00.jpg"')),
    "a file name of percent signs": (FILE, part(DISPOSITION + b"; filename*=utf-8''%ff%00")),
    "a file name in a charset nobody knows": (FILE, part(DISPOSITION + b"; filename*=klingon''a")),
    "a file name as long as a book": (FILE, part(DISPOSITION + b'; filename="' + b"a" * 6000 + b'.jpg"')),
    "a header of a part as long as a book": (FILE, part(DISPOSITION, b"X: " + b"a" * 100_000)),
    "a part within a part": (FILE, part(DISPOSITION, b"Content-Type: multipart/mixed; boundary=y", data=b"--y\r\n\r\n\r\n--y--")),
    "a part that never ends": (FILE, b"--x\r\n" + DISPOSITION + b"\r\n\r\nabc"),
    "two thousand parts": (FILE, b"".join(b"--x\r\n" + DISPOSITION + b"\r\n\r\n\r\n" for _ in range(2000)) + b"--x--"),
    "parts that never begin": (FILE, b"\r\n" * 1000),
    "a boundary that is not there": (b"multipart/form-data", part(DISPOSITION)),
    "a boundary of nothing": (b"multipart/form-data; boundary=", part(DISPOSITION)),
    "a boundary of a byte": (b"multipart/form-data; boundary=\xff", b"--\xff\r\n"),
    "a boundary as long as a book": (b"multipart/form-data; boundary=" + b"x" * 5000, part(DISPOSITION)),
    "a kind that is no kind": (b"\xff/;;=,", b"x"),
    "MessagePack": (b"application/x-msgpack", b"\xdf\xff\xff\xff\xff"),
    "XML": (b"application/xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "&a;">]><a>&a;</a>'),
}  # fmt: skip

QUERIES = [
    b"%", b"%zz=%", b"q=%ff%fe", b"q=%00", b"q=" + b"a" * 8000, b"&&&", b"q=1&q=2", b"q[]=1&q[a]=2", b"\xff=\xfe", b"row=999999999999999999999",
    "row=٣&q=\N{RIGHT-TO-LEFT OVERRIDE}".encode(), b"q=%ed%a0%80", b"next=//evil.example&next=%0d%0aSet-Cookie:a", b"n=-1", b"n=NaN", b";" * 1000,
    b"lang=../../x&done=1&letter=1&key=" + b"9" * 40, b"a=1&" * 3000,
]  # fmt: skip

PATHS = [
    b"/%", b"/%zz", b"/%ff%fe", b"/en/%00", b"/en/services/%00", b"/en/services/%ed%a0%80", b"/en/%2e%2e/%2e%2e/etc/passwd", b"//evil.example/",
    b"/en//services", b"/en/services/rats/where/%d9%a3", b"/en/services/rats/where/99999999999999999999999", b"/en/services/rats/where/-1",
    b"/" + b"a/" * 2000, b"/" + b"a" * 8000, b"/EN/services", b"/\xff", b"/en/services/__proto__", b"/api/content/..%2f..%2f", b"/manifest.json/",
    b"/w/%2e%2e/worker.js", b"/a/..%2f", b"/api/files/%00", "/ar/خدمات".encode(), b"/en/services/rats;a=b/where", b"/en\\services", b"*", b"",
]  # fmt: skip

HEADERS: list[list[tuple[bytes, bytes]]] = [
    [(b"accept", b"\xff\xfe")], [(b"accept", b"text/html;q=x, */*;q=NaN")], [(b"accept", b"application/json;" + b"q=1;" * 3000)], [(b"accept", b";;,,/")],
    [(b"accept", b"a" * 60_000)], [(b"accept", b"text/html"), (b"accept", b"application/json")],
    [(b"accept-language", b"\xff")], [(b"accept-language", b"da;q=infinity, en;q=-1, *;q=1e999")], [(b"accept-language", b"x-" * 20_000)], [(b"accept-language", b";q=")],
    [(b"accept-encoding", b"br;q=nan, gzip;q=, \xff;q=1")], [(b"accept-encoding", b"," * 30_000)],
    [(b"cookie", b"\xff=\xfe; ;;=;a")], [(b"cookie", b'__Host-session="\\377\\000"')], [(b"cookie", b"__Host-session=" + b"a" * 60_000)],
    [(b"cookie", b"a=b; " * 5000)], [(b"cookie", b"__Host-session=a"), (b"cookie", b"__Host-session=b; lang=\x00")], [(b"cookie", b"$Version=1; __Host-settings={\"a\":")],
    [(b"cookie", b"lang=%ff%00; text=999999999999999999999; __Host-lang=../..")],
    [(b"content-length", b"x")], [(b"content-length", b"-1")], [(b"content-length", "٣".encode())], [(b"content-length", b"9" * 5000)],
    [(b"origin", b"https://evil.example")], [(b"origin", b"\xff")], [(b"sec-fetch-site", b"\xff")], [(b"host", b"\xff"), (b"host", b"[::1")],
    [(b"x-forwarded-for", b"\xff, [, ::1%, 1.2.3.4:x, " + b"," * 5000)], [(b"forwarded", b'for="[::1";by=;;;=')],
    [(b"if-none-match", b'W/"' + b"x" * 20_000)], [(b"range", b"bytes=-99999999999999999999")], [(b"user-agent", b"\xff" * 20_000)], [(b"referer", b"http://[::1")],
    [(b"idempotency-key", b"\x00")], [(b"transfer-encoding", b"gzip, chunked, \xff")], [(b"expect", b"100-continue")], [(b"upgrade", b"h2c"), (b"connection", b"upgrade")],
    [(b"content-encoding", b"gzip")], [(b"date", b"\xff")], [(b"", b"")], [(b"x" * 30_000, b"y")],
]  # fmt: skip


def check(answer: raw.Answer, said: object) -> None:
    assert 200 <= answer.status < 500, (answer.status, said, answer.body[:300])
    if answer.status >= 400 and said[1].startswith(b"/api/"):  # type: ignore[index]
        assert answer.headers["content-type"] == "application/problem+json", said


def every(door: Any, asks: list[tuple[Any, ...]]) -> None:
    async def run() -> None:
        for said in asks:
            check(await raw.ask(door, *said), said)

    asyncio.run(run())


@pytest.fixture
def writing(door: Any) -> list[tuple[str, bytes]]:
    return [(method, path.encode()) for method, path in raw.routes(door) if method != "GET"]


@pytest.mark.parametrize("name", BODIES)
def test_no_body_breaks_any_address_that_takes_one(door: Any, writing: list[tuple[str, bytes]], name: str) -> None:
    kind, body = BODIES[name]
    every(door, [(method, path, b"", [(b"content-type", kind), (b"accept", accept)], body) for method, path in writing for accept in (b"application/json", b"text/html")])


def test_no_query_breaks_any_page(door: Any) -> None:
    every(door, [(method, path.encode(), query) for method, path in raw.routes(door) if method == "GET" for query in QUERIES])


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", ""])
def test_no_path_and_no_method_breaks_the_router(door: Any, method: str) -> None:
    every(door, [(method, path) for path in PATHS])


def test_no_header_breaks_any_page(door: Any) -> None:
    every(door, [(method, path.encode(), b"", headers) for method, path in raw.routes(door) if method == "GET" for headers in HEADERS])


def test_nothing_of_what_came_in_stands_in_the_log(door: Any, writing: list[tuple[str, bytes]], caplog: pytest.LogCaptureFixture) -> None:
    from backend.logs import Lines

    secret = b"0101450001"
    with caplog.at_level(logging.INFO):
        for kind, body in ((JSON, b'{"service":"' + secret + b'","lang":"\xff'), (FORM, b"code=" + secret), (FILE, part(DISPOSITION, data=secret))):
            headers = [(b"content-type", kind), (b"cookie", b"__Host-session=" + secret), (b"user-agent", secret), (b"x-forwarded-for", secret)]
            every(door, [(method, path, b"q=" + secret, headers, body) for method, path in writing])
            every(door, [("GET", b"/en/services/rats/" + secret, b"q=" + secret, headers)])
    lines = [Lines().format(record) for record in caplog.records]
    assert any('"route":"/' in line and '"status":' in line for line in lines)
    assert not any(secret.decode() in line for line in lines)
