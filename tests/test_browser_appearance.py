"""How the chat looks, in Chromium: narrow pages, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import LEADER, ask, contrast, fits, opened


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
