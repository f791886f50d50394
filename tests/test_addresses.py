"""Web addresses: the one form of each, and which hosts everybody can reach."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.addresses import is_address, is_public, normalise_url

PRIVATE = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 192.0.2.1
192.168.1.1 198.18.0.1 203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
:: ::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 64:ff9b::10.0.0.1 64:ff9b:1::1
100::1 2001:db8::1 2002:7f00:1::1 2002:a00:1::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 ff02::1
""".split()
PUBLIC = """
1.1.1.1 192.0.43.7 ::ffff:1.1.1.1 64:ff9b::1.1.1.1 2606:4700::1111 2a00:1450::1
""".split()


@pytest.mark.parametrize("host", PRIVATE)
def test_what_not_everybody_can_reach_is_not_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize("host", PUBLIC)
def test_what_everybody_can_reach_is_public(host: str) -> None:
    assert is_public(host)


@pytest.mark.parametrize(
    ("named", "url"),
    [
        ("https://News.Example", "https://news.example/"),
        ("https://news.example.:443/a#b", "https://news.example/a"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("https://news.example/a?utm_source=x&utm_medium=y", "https://news.example/a"),
        ("https://news.example/a?id=1&fbclid=2&p=3", "https://news.example/a?id=1&p=3"),
        ("https://news.example/a?outmost=1", "https://news.example/a?outmost=1"),
        (
            "https://müller.example/größe?q=ä",
            "https://xn--mller-kva.example/gr%C3%B6%C3%9Fe?q=%C3%A4",
        ),
        ("https://news.example/a%2Fb c", "https://news.example/a%2Fb%20c"),
        ("https://[2606:4700::1111]/a", "https://[2606:4700::1111]/a"),
    ],
)
def test_every_way_to_write_an_address_has_one_form(named: str, url: str) -> None:
    assert normalise_url(named) == url


@given(st.text(max_size=40))
def test_the_one_form_is_its_own_and_plain_ascii(rest: str) -> None:
    try:
        url = normalise_url(f"https://news.example/{rest}")
    except ValueError:
        return
    assert normalise_url(url) == url
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url


@pytest.mark.parametrize(
    "path", ["news/a.txt", "C:/a.txt", "C:\\a.txt", "a:b.txt", "-", "./http", "http.txt"]
)
def test_a_path_is_no_address(path: str) -> None:
    assert not is_address(path)
