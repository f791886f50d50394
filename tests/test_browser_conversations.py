"""Conversations that the browser keeps, as their reader meets them, in Chromium."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, expect

from rag import dossier
from rag.answering import Archive
from rag.cli import main
from tests import making
from tests.browsing import PATIENCE, ask, fits, served, words
from tests.hashing_embedder import HashingEmbedder

CALM = "Who said that the sea was calm?"
DENIED = "What did Mayor Odile Farrant deny about the wall?"
SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"
WIDE = {"width": 1500, "height": 850}
# What a person would do with the tools of a developer.
READ = """async (store) => {
    const opening = indexedDB.open("rag-conversations", 1);
    const done = (request) => new Promise((resolve) => (request.onsuccess = () =>
        resolve(request.result)));
    const made = (await done(opening)).transaction(store).objectStore(store);
    return done(made.getAll());
}"""
WRITE = """async ([store, value, key]) => {
    const opening = indexedDB.open("rag-conversations", 1);
    const done = (request) => new Promise((resolve) => (request.onsuccess = () =>
        resolve(request.result)));
    const made = (await done(opening)).transaction(store, "readwrite").objectStore(store);
    await done(key ? made.put(value, key) : made.put(value));
}"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder, model = tmp_path_factory.mktemp("kept"), HashingEmbedder()
    with Archive.open(folder / "store", embedder=model, reading_model=model) as opened:
        opened.ingest(making.write_trio(folder / "articles"))
        yield opened


@pytest.fixture(scope="module")
def address(kept: Archive, _gradio: None) -> Iterator[str]:
    with served(kept) as at:
        yield at


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@contextmanager
def visit(context: BrowserContext, address: str) -> Iterator[Page]:
    """Open the page in a tab of its own; when done, check that it behaved."""
    page = context.new_page()
    wrong: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        wrong.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    page.locator(".rag-welcome:visible, .rag-turn").first.wait_for()
    yield page
    assert wrong == []
    page.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with visit(context, address) as at:
        yield at


def rows(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Conversations").locator("li")


def do(row: Locator, label: str) -> None:
    row.locator("summary").click()
    row.get_by_role("button", name=label, exact=True).click()


def begin(page: Page, question: str) -> Locator:
    """Ask in a new conversation, and wait until it is kept."""
    before = rows(page).count()
    if page.locator(".rag-turn").count():
        page.get_by_role("button", name="New conversation").click()
        page.locator(".rag-welcome").wait_for()
    answer = ask(page, question)
    expect(rows(page)).to_have_count(before + 1)
    return answer


def test_a_reloaded_page_and_a_second_visit_go_on_with_the_conversation(
    context: BrowserContext, address: str
) -> None:
    with visit(context, address) as page:
        said = words(begin(page, "What is the ferry Halcyon?"))
        page.reload()
        answer = page.locator("#rag-chat .rag-answer")
        expect(answer).to_have_count(1)
        assert words(answer.first) == said
        follow_up = ask(page, "Who was on it?")
        expect(follow_up.locator(".rag-scope").first).to_contain_text("Halcyon")
        expect(rows(page)).to_have_count(1)
        answer.last.locator("a.rag-cite").first.click()
        expect(page.locator("#cited")).to_be_visible()
    with visit(context, address) as page:
        expect(page.locator("#rag-chat .rag-answer")).to_have_count(2)
        expect(rows(page).locator("[aria-current]")).to_contain_text("What is the ferry Halcyon?")


def test_conversations_are_switched_renamed_searched_deleted_and_brought_back(page: Page) -> None:
    begin(page, CALM)
    begin(page, DENIED)
    expect(rows(page).first).to_contain_text(DENIED)
    rows(page).nth(1).locator(".rag-kept").click()
    expect(page.locator(".rag-question")).to_have_text(CALM)
    expect(rows(page).nth(1).locator(".rag-kept")).to_have_attribute("aria-current", "true")
    expect(rows(page).nth(1).locator(".rag-kept")).to_be_focused()

    do(rows(page).nth(1), "Rename")
    field = page.get_by_label("Name of the conversation")
    field.fill(SCRIPT)
    field.press("Enter")
    expect(rows(page).nth(1).locator("bdi")).to_have_text(SCRIPT)
    page.get_by_label("Search the names").fill("onerror")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Search the names").fill("")

    do(rows(page).nth(1), "Delete")
    expect(rows(page)).to_have_count(1)
    page.locator(".rag-welcome").wait_for()
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(2)
    expect(page.locator(".rag-question")).to_have_text(CALM)

    page.get_by_text("All conversations").click()
    page.get_by_role("button", name="Delete all").click()
    expect(rows(page)).to_have_count(0)
    page.reload()
    page.locator(".rag-welcome").wait_for()
    expect(rows(page)).to_have_count(0)


def test_what_is_saved_is_verified_by_the_command(
    page: Page, kept: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(page, CALM)
    ask(page, DENIED)
    begin(page, DENIED)
    saved = tmp_path / "evidence.json"
    with page.expect_download() as download:
        do(rows(page).nth(1), "Save as evidence")
    download.value.save_as(saved)
    assert download.value.suggested_filename == "Who-said-that-the-sea-was-calm-.json"
    time = dossier.read(saved.read_bytes()).saved
    answers = [kept.ask(CALM), kept.ask(DENIED, history=[CALM])]
    assert saved.read_text("utf-8") == dossier.compose(answers, saved=time)
    store = str(kept.settings.store)
    assert main(["check", str(saved), "--store", store]) == 0
    assert capsys.readouterr().out.startswith("verified: ")

    with page.expect_download() as download:
        do(rows(page).nth(1), "Save as Markdown")
    text = download.value.path().read_text("utf-8")
    assert text.startswith("# Who said that the sea was calm&#63;")
    assert text.count("> — Smoke · Coast Post · 2 March 2020") == 1

    page.get_by_text("All conversations").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 2
        assert archive.read(archive.namelist()[1]) == saved.read_bytes()


def test_two_tabs_show_one_conversation_and_lose_nothing(
    context: BrowserContext, address: str
) -> None:
    with visit(context, address) as one:
        begin(one, CALM)
        with visit(context, address) as two:
            expect(two.locator("#rag-chat .rag-answer")).to_have_count(1)
            ask(two, DENIED)
            expect(one.locator("#rag-chat .rag-answer")).to_have_count(2)
            begin(two, DENIED)
            expect(rows(one)).to_have_count(2)
            # Continued elsewhere without a word, as by a tab that was asleep.
            (name,) = [each for each in one.evaluate(READ, "names") if each["name"] == CALM]
            one.evaluate(WRITE, ["names", {**name, "changed": "2020-01-01T00:00:00.000Z"}, None])
            ask(one, CALM)
            expect(rows(one)).to_have_count(3)
            expect(one.locator("[data-role=said]")).to_contain_text("continued in another tab")
            ask(one, DENIED)
            expect(one.locator("#rag-chat .rag-answer")).to_have_count(4)
            expect(rows(one)).to_have_count(3)


def test_a_changed_word_in_the_storage_is_never_shown_as_a_quote(page: Page) -> None:
    begin(page, CALM)
    (name,), (file,) = page.evaluate(READ, "names"), page.evaluate(READ, "files")
    forged = file.replace("the sea was calm", "the sea was rough")
    assert forged != file
    page.evaluate(WRITE, ["files", forged, name["id"]])
    page.evaluate(WRITE, ["names", {**name, "name": SCRIPT}, None])
    page.reload()
    note = page.locator("#rag-chat .rag-note")
    expect(note).to_contain_text("A quote from “Smoke · Coast Post · 2 March 2020” is not shown")
    expect(page.locator(".rag-notice")).to_contain_text("not as it was kept")
    assert page.locator("#rag-chat :is(.rag-words, .rag-quote, .rag-preview)").count() == 0
    expect(rows(page).locator("bdi")).to_have_text(SCRIPT)
    assert page.locator("nav script, nav img").count() == 0
    page.evaluate(WRITE, ["files", "{}", name["id"]])
    page.reload()
    expect(page.locator(".rag-notice")).to_contain_text("cannot be shown")
    ask(page, DENIED)
    expect(rows(page)).to_have_count(2)


def test_a_server_that_was_started_anew_shows_the_conversation_again(
    context: BrowserContext, kept: Archive
) -> None:
    with served(kept) as address, visit(context, address) as page:
        begin(page, CALM)
        state = context.storage_state(indexed_db=True)
    port = int(address.rsplit(":", 1)[1].strip("/"))
    browser = context.browser
    assert browser
    again = browser.new_context(viewport=WIDE, storage_state=state)  # type: ignore[arg-type]
    with served(kept, port=port) as anew, visit(again, anew) as page:
        expect(page.locator(".rag-question")).to_have_text(CALM)
        follow_up = ask(page, DENIED)
        expect(follow_up.locator(".rag-quote")).not_to_have_count(0)
        expect(rows(page)).to_have_count(1)
    again.close()


def test_when_as_many_are_kept_as_can_be_the_oldest_goes_only_when_told(page: Page) -> None:
    begin(page, CALM)
    (name,) = page.evaluate(READ, "names")
    for number in range(199):
        other = {"id": f"{number:016x}", "name": f"Number {number}", "changed": f"{1800 + number}"}
        page.evaluate(WRITE, ["names", other, None])
    page.get_by_role("button", name="New conversation").click()
    page.locator(".rag-welcome").wait_for()
    ask(page, DENIED)
    said = page.locator("#rag-unkept")
    expect(said).to_contain_text("200 conversations are kept, which is the most.")
    assert len(page.evaluate(READ, "names")) == 200
    said.get_by_role("button", name="Delete the oldest, “Number 0”").click()
    expect(said).to_be_empty()
    expect(rows(page).first).to_contain_text(DENIED)
    names = [each["name"] for each in page.evaluate(READ, "names")]
    assert len(names) == 200
    assert "Number 0" not in names
    assert name["name"] in names


FULL = """const full = () => { throw new DOMException("full", "QuotaExceededError"); };
    IDBObjectStore.prototype.put = full;
    Storage.prototype.setItem = full;"""
FORBIDDEN = """const get = () => { throw new DOMException("denied", "SecurityError"); };
    Object.defineProperty(window, "localStorage", { get, configurable: true });
    Object.defineProperty(window, "sessionStorage", { get, configurable: true });
    IDBFactory.prototype.open = get;"""


@pytest.mark.parametrize(
    ("script", "reason"), [(FULL, "has no room left"), (FORBIDDEN, "does not let the page store")]
)
def test_a_browser_that_keeps_nothing_says_so_once_and_the_page_loses_nothing(
    context: BrowserContext, address: str, script: str, reason: str
) -> None:
    context.add_init_script(f"{{ {script} }}")
    with visit(context, address) as page:
        said, answers = page.locator("#rag-unkept"), page.locator("#rag-chat .rag-answer")
        begin(page, CALM)
        expect(said).to_contain_text(reason)
        with page.expect_download() as download:
            said.get_by_role("button", name="Save it as evidence").click()
        assert CALM in download.value.path().read_text("utf-8")
        said.get_by_role("button", name="Close").click()
        ask(page, DENIED)
        begin(page, DENIED)
        expect(said).to_be_empty()
        expect(rows(page).nth(1)).to_contain_text("Not kept")
        do(rows(page).nth(1), "Rename")
        page.get_by_label("Name of the conversation").fill("Mine")
        page.keyboard.press("Enter")
        rows(page).nth(1).locator(".rag-kept", has_text="Mine").click()
        expect(answers).to_have_count(2)
        do(rows(page).nth(0), "Delete")
        expect(rows(page)).to_have_count(1)
        page.get_by_role("button", name="Change between light and dark").click()
        expect(page.locator("body.dark")).to_be_visible()
        page.goto(f"{address}settings")
        page.get_by_label("Text size").select_option("Large")
        expect(page.locator(".rag-form [role=status]")).to_contain_text("Not kept")


def test_what_had_no_room_is_kept_when_there_is_room_again(page: Page) -> None:
    begin(page, CALM)
    page.evaluate(f"() => {{ window.put = IDBObjectStore.prototype.put; {FULL} }}")
    begin(page, DENIED)
    said = page.locator("#rag-unkept")
    expect(said).to_contain_text("this browser has no room left")
    assert [each["name"] for each in page.evaluate(READ, "names")] == [CALM]
    page.evaluate("() => { IDBObjectStore.prototype.put = window.put; }")
    said.get_by_role("button", name=f"Delete the oldest, “{CALM}”").click()
    expect(said).to_be_empty()
    assert [each["name"] for each in page.evaluate(READ, "names")] == [DENIED]
    expect(page.locator(".rag-question")).to_have_text(DENIED)
    expect(page.get_by_label("Question", exact=True)).to_be_focused()


def test_a_deletion_is_undone_on_a_page_loaded_anew_until_it_is_final(page: Page) -> None:
    begin(page, CALM)
    do(rows(page).first, "Delete")
    expect(rows(page)).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Undo").click()
    rows(page).first.locator(".rag-kept").click()
    expect(page.locator(".rag-question")).to_have_text(CALM)
    do(rows(page).first, "Delete")
    page.locator(".rag-welcome").wait_for()
    (name,) = page.evaluate(READ, "names")
    page.evaluate(WRITE, ["names", {**name, "deleted": name["deleted"] - 600_000}, None])
    page.reload()
    page.get_by_text("None yet").wait_for()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert page.evaluate(READ, "names") == page.evaluate(READ, "files") == []


def test_on_a_phone_the_list_lies_behind_a_button_and_the_keyboard_reaches_it(
    context: BrowserContext, address: str
) -> None:
    with visit(context, address) as page:
        page.set_viewport_size({"width": 320, "height": 640})
        ask(page, CALM)
        expect(rows(page).first).to_be_hidden()
        assert fits(page)
        button = page.get_by_role("button", name="Conversations", exact=True)
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-expanded", "true")
        expect(rows(page).locator(".rag-kept")).to_be_focused()
        assert fits(page)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        field = page.get_by_label("Name of the conversation")
        expect(field).to_be_focused()
        page.keyboard.type("Mine")
        page.keyboard.press("Escape")
        expect(rows(page).locator("bdi")).to_have_text(CALM)
        expect(rows(page).locator(".rag-kept")).to_be_focused()
        page.keyboard.press("Escape")
        expect(button).to_have_attribute("aria-expanded", "false")
        expect(button).to_be_focused()


def test_a_kept_file_is_bounded(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.chat import keeping
    from rag.chat.conversation import Conversation

    keeper = keeping.Keeping(kept)
    conversation = Conversation().answered(kept.ask(CALM))
    assert json.loads(keeper.keep(conversation)["file"])["format"] == "rag-evidence"
    monkeypatch.setattr(keeping, "LONGEST", 100)
    assert "too long" in keeper.keep(conversation)["problem"]
