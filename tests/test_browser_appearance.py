"""How the chat looks, in Chromium: narrow pages, light and dark."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import DATED, LEADER, ask, contrast, fits, opened


def test_a_phone_of_320_pixels_needs_no_sideways_scrolling(browser: Browser, address: str) -> None:
    with opened(browser, address, viewport={"width": 320, "height": 640}) as page:
        assert fits(page)
        answer = ask(page, LEADER)
        assert fits(page)
        answer.get_by_role("link", name="[1]", exact=True).click()
        expect(page.locator("#cited")).to_be_in_viewport()
        assert fits(page)
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#rag-evidence")).to_be_hidden()
        expect(answer.get_by_role("link", name="[1]", exact=True)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_text_has_contrast_in_both_modes(browser: Browser, address: str, scheme: Any) -> None:
    with opened(browser, address, color_scheme=scheme) as page:
        answer = ask(page, LEADER)
        answer.get_by_role("link", name="[1]", exact=True).click()
        page.locator("#cited").wait_for()
        for text, ground in (
            ("#rag-chat .rag-words", "body"),
            ("#rag-chat .rag-source", "body"),
            (".rag-article-text", "#rag-evidence"),
            ("#cited", "#cited"),
        ):
            assert contrast(page, text, ground) >= 4.5, text
        underlined = "getComputedStyle(document.querySelector('#cited')).textDecorationLine"
        assert page.evaluate(underlined) == "underline"


def test_the_reader_changes_between_light_and_dark_and_that_is_kept(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, color_scheme="light") as page:
        body, switch = page.locator("body"), page.get_by_role("button", name="between light")
        switch.click()
        expect(body).to_have_class(re.compile("dark"))
        page.reload()
        expect(body).to_have_class(re.compile("dark"))
        page.emulate_media(color_scheme="dark")
        page.emulate_media(color_scheme="light")
        expect(body).to_have_class(re.compile("dark"))
        switch.click()
        page.emulate_media(color_scheme="dark")
        expect(body).to_have_class(re.compile("dark"))


def test_whatever_is_pressed_is_at_least_24_pixels_large(browser: Browser, address: str) -> None:
    script = """() => [...document.querySelectorAll("button, summary, a, input, textarea")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }))
        .map((each) => [each.textContent, each.getBoundingClientRect()])
        .filter(([, box]) => box.width && box.height && Math.min(box.width, box.height) < 24)
        .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""
    with opened(browser, address, viewport={"width": 320, "height": 640}) as page:
        assert page.evaluate(script) == []
        answer = ask(page, DATED)
        answer.get_by_label("Cite quote 1").click()
        answer.get_by_role("link", name="[1]", exact=True).click()
        page.locator("#cited").wait_for()
        assert page.evaluate(script) == []
