"""The chat as a server: whom it lets in, what it refuses, and how it ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bcrypt
import httpx
import pytest
from playwright.sync_api import Browser

from rag.answering import Archive
from rag.errors import SettingsError
from tests import making
from tests.browsing import ask, filled, opened, served
from tests.proxy import proxied

DAWN = "When did the ferry Halcyon leave Sarn harbour?"
JOIN = "gradio_api/queue/join"
ASKED = {"data": [], "fn_index": 0, "session_hash": "x"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, _gradio: None) -> Iterator[Archive]:
    """An archive of three small articles that is only asked."""
    folder = tmp_path_factory.mktemp("served")
    with filled(folder / "store", making.write_trio(folder / "articles")) as archive:
        yield archive


@pytest.fixture(scope="module")
def at(kept: Archive) -> Iterator[str]:
    with served(kept, allow_host=("Archive.example",)) as address:
        yield address


@pytest.fixture
def logins(tmp_path: Path) -> Path:
    """A file that knows Ana, whose password is `møøn`."""
    hashed = bcrypt.hashpw("møøn".encode(), bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$")
    path = tmp_path / "logins"
    path.write_text(f"# readers\n\nana:{hashed}\n")
    return path


def test_every_response_seals_the_page(at: str) -> None:
    for path in ("", "config", "nothing", JOIN):
        headers = httpx.get(at + path).headers
        policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "'unsafe-inline'" not in policy["script-src"]
        assert not re.search(r"https?:|[*]", " ".join(policy.values()))
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:9", "[::1]:80", "192.0.2.7", "archive.EXAMPLE:443"]
)
def test_the_chat_opens_under_its_own_names_and_any_number(at: str, host: str) -> None:
    assert httpx.get(at, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "["]
)
def test_another_name_is_refused_wherever_it_is_said(at: str, host: str) -> None:
    refused = httpx.get(at, headers={"Host": host})
    assert (refused.status_code, "--allow-host" in refused.json()["error"]) == (421, True)
    assert httpx.get(at, headers={"X-Forwarded-Host": host}).status_code == 421


def test_a_page_of_another_site_can_ask_nothing_and_read_nothing(at: str) -> None:
    foreign = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Host": "archive.example"},
    ]
    for headers in foreign:
        assert httpx.post(at + JOIN, json=ASKED, headers=headers).status_code == 403
        before = {
            "Access-Control-Request-Method": "POST",
            "Sec-Fetch-Site": "cross-site",
            **headers,
        }
        assert httpx.options(at + JOIN, headers=before).status_code == 403
        read = httpx.get(at, headers=headers).headers
        assert not [name for name in read if name.startswith("access-control-")]


def test_a_page_of_its_own_may_ask_also_behind_a_proxy(at: str) -> None:
    own = [
        {},
        {"Origin": at.rstrip("/")},
        {"Origin": "https://archive.example"},
        {"Origin": "https://archive.example", "X-Forwarded-Host": "archive.example"},
    ]
    for headers in own:
        assert httpx.post(at + JOIN, json=ASKED, headers=headers).status_code == 200, headers


@pytest.mark.parametrize(
    "path",
    [
        *("run/predict", "api/predict", "call/ask", "call/v2/ask", "openapi.json", "reset/x"),
        *("stream/x", "proxy=http://192.0.2.1/", "run-history/connect", "runs", "dev/reload"),
        *("process_recording", "vibe-edit", "token", "user", "app_id", "deep_link"),
        *("../gradio_api/runs", "custom_component/1/client/component/x.js"),
    ],
)
def test_what_gradio_offers_besides_the_page_is_not_there(at: str, path: str) -> None:
    for method in ("GET", "POST"):
        assert httpx.request(method, f"{at}gradio_api/{path}").status_code == 404
    assert httpx.get(at + "monitoring/summary").status_code == 404


@pytest.mark.parametrize("path", ["pyproject.toml", "/etc/passwd", "../../etc/passwd"])
def test_no_file_of_the_machine_is_served(at: str, path: str) -> None:
    assert httpx.get(f"{at}gradio_api/file={path}").status_code in (403, 404)
    assert httpx.get(f"{at}static/{path}").status_code in (403, 404)


def test_a_request_that_is_too_large_or_of_no_known_size_is_refused(at: str) -> None:
    refused = httpx.post(at + "gradio_api/cancel", content=b" " * 1_000_001)
    assert (refused.status_code, "1,000,000 is the most" in refused.text) == (413, True)
    assert httpx.post(at + JOIN, content=iter([b"{}"])).status_code == 411


def test_only_who_is_named_with_the_right_password_is_let_in(kept: Archive, logins: Path) -> None:
    with served(kept, login=logins) as address:
        for given in (None, ("ana", "moon"), ("eve", "møøn"), ("ana", "møøn" + "x" * 100)):
            refused = httpx.get(address, auth=given)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Basic ")
        for header in ("Bearer x", "Basic", "Basic !", "Basic YW5h"):
            assert httpx.get(address, headers={"Authorization": header}).status_code == 401
        for _ in range(2):
            assert httpx.get(address, auth=("ana", "møøn")).status_code == 200
        assert httpx.post(address + JOIN, json=ASKED).status_code == 401


def test_guessing_passwords_holds_up_nobody_who_is_logged_in(
    kept: Archive, logins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check, guessed, heard = bcrypt.checkpw, threading.Event(), threading.Event()

    def check_late(password: bytes, hashed: bytes) -> bool:
        guessed.set()
        heard.wait(60)
        return check(password, hashed)

    def guess(number: int) -> int:
        return httpx.get(address, auth=("ana", str(number)), timeout=120).status_code

    with served(kept, login=logins) as address, ThreadPoolExecutor(60) as pool:
        assert httpx.get(address, auth=("ana", "møøn")).status_code == 200
        monkeypatch.setattr(bcrypt, "checkpw", check_late)
        guesses = pool.map(guess, range(60))
        try:
            assert guessed.wait(60)
            assert httpx.get(address, auth=("ana", "møøn"), timeout=30).status_code == 200
        finally:
            heard.set()
        assert set(guesses) == {401}


@pytest.mark.parametrize("line", ["ana:moon", "ana", ":$2y$04$" + "x" * 53, "ana:$apr1$x$y"])
def test_a_file_of_logins_names_the_line_that_is_wrong(
    kept: Archive, logins: Path, line: str
) -> None:
    logins.write_text(logins.read_text() + line + "\n")
    with pytest.raises(SettingsError, match=r"line 4: .*htpasswd -B"), served(kept, login=logins):
        pass


def test_a_file_of_logins_that_is_missing_or_empty_is_refused(
    kept: Archive, tmp_path: Path
) -> None:
    for name, reason in (("missing", "cannot be read"), ("empty", "names nobody")):
        (tmp_path / "empty").touch()
        with pytest.raises(SettingsError, match=reason), served(kept, login=tmp_path / name):
            pass


def test_other_machines_are_served_with_a_login_or_on_purpose_only(
    kept: Archive, logins: Path
) -> None:
    with (
        pytest.raises(SettingsError, match=r"--login FILE.*--public"),
        served(kept, host="0.0.0.0"),
    ):
        pass
    for options in ({"public": True}, {"login": logins}):
        with served(kept, host="0.0.0.0", **options) as address:
            assert address.startswith("http://0.0.0.0:")


@pytest.mark.parametrize("strip", [True, False])
def test_the_chat_works_behind_a_proxy_at_a_path(
    browser: Browser, kept: Archive, *, strip: bool
) -> None:
    with (
        served(kept, root_path="/news/archive") as behind,
        proxied(behind.removesuffix("news/archive/"), path="/news/archive", strip=strip) as front,
        opened(browser, front, permissions=["clipboard-read", "clipboard-write"]) as page,
    ):
        answer = ask(page, DAWN)
        answer.get_by_role("link", name="[1]", exact=True).click()
        page.locator("#cited").wait_for()
        answer.get_by_label("Cite quote 1").press("Enter")
        answer.get_by_role("button", name="Permalink").press("Enter")
        page.get_by_text("Copied as Permalink").wait_for()
        permalink = page.evaluate("navigator.clipboard.readText()")
        assert permalink.startswith(f"{front}article?id=")
        reader = page.context.new_page()
        reader.goto(permalink)
        reader.locator("#cited").wait_for()


def test_a_port_in_use_is_named_with_the_way_out(kept: Archive) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        expected = f"port {port} is in use; name another with --port"
        with pytest.raises(SettingsError, match=expected), served(kept, port=port):
            pass


def test_a_host_of_another_machine_is_refused(kept: Archive) -> None:
    expected = pytest.raises(SettingsError, match=r"192\.0\.2\.1")
    with expected, served(kept, host="192.0.2.1", public=True):
        pass


def test_a_fault_of_the_program_is_printed_for_the_operator(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the sluice is open")

    monkeypatch.setattr(Archive, "ask", fail)
    with served(kept) as address:
        told = httpx.post(f"{address}api/ask", json={"question": DAWN})
    assert told.status_code == 500
    assert "sluice" not in told.text
    assert "RuntimeError: the sluice is open" in capfd.readouterr().err


def test_closing_while_a_page_is_open_is_no_fault(
    browser: Browser, kept: Archive, capfd: pytest.CaptureFixture[str]
) -> None:
    page = browser.new_page()
    with served(kept) as address:
        page.goto(address)
        ask(page, DAWN)
    page.close()
    assert capfd.readouterr().err == ""


# What a script has at hand that serves an archive in a process of its own.
PREPARED = """
import signal
import sys
import threading
from rag.answering import Archive
from rag.chat import serve
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder
settings = Settings(store=sys.argv[1], port=0)
model = HashingEmbedder()
"""


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    # Where the tests run in the background of a shell, what they start ignores interruptions.
    script = f"""{PREPARED}
signal.signal(signal.SIGINT, signal.default_int_handler)
with Archive.open(sys.argv[1], settings=settings, embedder=model, reading_model=model) as archive:
    serve(archive, announce=lambda address: print(address, flush=True))
print("closed")
"""
    for sent in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "store")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            text=True,
        ) as process:
            try:
                assert process.stdout
                assert process.stdout.readline().startswith("http://127.0.0.1:")
                process.send_signal(sent)
                # It ends once its models are loaded, which a busy machine takes long for.
                said, complained = process.communicate(timeout=180)
            finally:
                process.kill()
        assert (said, complained, process.returncode) == ("closed\n", "", 0)


def test_it_ends_though_told_so_while_it_takes_the_lock_to_wait(tmp_path: Path) -> None:
    script = f"""{PREPARED}
wait = threading.Condition.wait
def end_and_wait(self, timeout=None):
    if threading.current_thread() is threading.main_thread() and announced:
        signal.raise_signal(signal.SIGTERM)
    return wait(self, timeout)
threading.Condition.wait = end_and_wait
announced = []
with Archive.open(sys.argv[1], settings=settings, embedder=model, reading_model=model) as archive:
    serve(archive, announce=announced.append)
    threading.Condition.wait = wait
print("closed")
"""
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "store")],
        capture_output=True,
        cwd=Path(__file__).parents[1],
        text=True,
        timeout=180,
        check=False,
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("closed\n", "", 0)
