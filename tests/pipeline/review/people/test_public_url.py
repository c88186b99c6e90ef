"""What people call the server, and whom it believes."""

from __future__ import annotations

import pytest

from pipeline.web.access import Asked, Door, Refusal
from pipeline.web.public_url import PublicUrl
from storyboard.errors import UsageError


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://review.studio.example", "https://review.studio.example"),
        ("https://Review.Studio.example:443/", "https://review.studio.example"),
        ("http://studio:8080", "http://studio:8080"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_origin_is_as_browsers_write_it(text, origin):
    assert PublicUrl.parse(text).origin == origin


@pytest.mark.parametrize(
    "text",
    [
        "review.studio.example",
        "ftp://studio",
        "https://",
        "https://studio/review",
        "https://studio?x",
        "https://a@studio",
        "https://studio:x",
        "https://[",
    ],
)
def test_what_is_no_address_of_a_server_is_refused(text):
    with pytest.raises(UsageError):
        PublicUrl.parse(text)


DOOR = Door("127.0.0.1", 8123, "right", public=PublicUrl.parse("https://review.studio.example"))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"host": "review.studio.example"}, None),
        ({"host": "Review.studio.example:443"}, None),
        ({"host": "127.0.0.1:8123"}, Refusal.HOST),
        ({"host": "review.studio.example:8123"}, Refusal.HOST),
        ({"host": "review.studio.example.evil.example"}, Refusal.HOST),
        ({"origin": "https://review.studio.example"}, None),
        ({"origin": "http://review.studio.example"}, Refusal.ORIGIN),
        ({"origin": "https://evil.example"}, Refusal.ORIGIN),
    ],
)
def test_host_and_origin_are_those_of_the_public_name(given, refusal):
    asked = Asked(
        **{"method": "GET", "path": "/", "host": "review.studio.example", "bearer": "right", **given}
    )
    assert DOOR.refusal(asked) is refusal


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        ((), "127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ((), "::1", "2001:db8::7", "2001:db8::7"),
        ((), "127.0.0.1", "10.0.0.1, 192.0.2.7", "192.0.2.7"),
        ((), "127.0.0.1", "", "127.0.0.1"),
        ((), "127.0.0.1", "<script>", "127.0.0.1"),
        ((), "198.51.100.1", "192.0.2.7", "198.51.100.1"),
        (("10.0.0.9",), "10.0.0.9", "192.0.2.7", "192.0.2.7"),
        (("10.0.0.9",), "127.0.0.1", "192.0.2.7", "127.0.0.1"),
    ],
)
def test_only_a_proxy_says_who_asks(proxies, peer, forwarded, address):
    door = Door("127.0.0.1", 8123, public=DOOR.public, proxies=frozenset(proxies))
    assert door.address_of(peer, forwarded) == address


def test_without_a_public_name_nobody_says_who_asks():
    assert Door("0.0.0.0", 8123).address_of("127.0.0.1", "192.0.2.7") == "127.0.0.1"  # noqa: S104
