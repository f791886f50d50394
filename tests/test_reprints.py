"""Wire text that another outlet printed before is recognised when it comes in, and kept."""

import json
from pathlib import Path

import pytest

from rag import rendering
from rag.answering import Archive
from rag.reports import Report
from rag.settings import Settings
from tests import making
from tests.hashing_embedder import HashingEmbedder

WIRE = (
    "The ferry Halcyon left Sarn harbour at dawn on Monday. Forty-one passengers were on board. "
    "Captain Ilse Brandt said that the sea was calm. A fisherman saw smoke above the stern an hour "
    "later. The coastguard sent two lifeboats. Nobody was hurt, the harbour master said.\n"
)
EDITED = "SARN (AP) — " + WIRE.replace("said that the sea was calm", "said the sea was calm")
SHORTENED = WIRE[: WIRE.index(" The coastguard")]
SAME_STATEMENT = (
    "Captain Ilse Brandt said that the sea was calm. Ferries have burnt before on this coast. "
    "Unions have asked for drills since the spring. The owner has not answered their letters. "
    "Tickets are refunded at the counter.\n"
)
OTHER_FIGURES = WIRE.replace("Forty-one", "Sixty").replace("calm", "rough").replace("two", "nine")


@pytest.mark.parametrize(
    ("text", "publisher", "shared"),
    [
        (WIRE, "Hill Courier", (6, 6)),
        (EDITED, "Hill Courier", (6, 6)),
        (SHORTENED, "Hill Courier", (4, 4)),
        (WIRE + "Our reporter saw the wreck. It was black.\n", "Hill Courier", (6, 8)),
        (WIRE, "", (6, 6)),
        (WIRE, "Coast Post", None),
        (SAME_STATEMENT, "Hill Courier", None),
        (OTHER_FIGURES, "Hill Courier", None),
        (making.DAM, "Hill Courier", None),
    ],
)
@pytest.mark.parametrize("together", [False, True])
def test_the_text_of_another_outlet_is_recognised(
    store: Path, tmp_path: Path, text: str, publisher: str, shared: object, together: bool
) -> None:
    folder, model = tmp_path / "articles", HashingEmbedder()
    held = making.write(folder, "a.md", WIRE, title="Smoke", publisher="Coast Post")
    small = Settings(passage_tokens=32)
    with Archive.open(store, settings=small, embedder=model, reading_model=model) as archive:
        if not together:
            assert archive.ingest(held).copies == ()
        making.write(folder, "b.md", text, title="Fire", publisher=publisher)
        report = archive.ingest(folder)
        assert len(archive.articles()) == 2
        assert archive.ingest(folder).copies == ()
    found = [(each.held.title, (each.shared, each.sentences)) for each in report.copies]
    assert found == ([("Smoke", shared)] if shared else [])
    if report.copies:
        check_shown(report)


def check_shown(report: Report) -> None:
    (copy,) = report.copies
    assert f"{copy.article}: prints the text of {copy.held.id}, Smoke · Coast Post" in (
        rendering.report_as_text(report)
    )
    (shown,) = json.loads(json.dumps(rendering.report_as_json(report)))["copies"]
    assert (shown["article"], shown["of"]["id"]) == (copy.article, copy.held.id)
