"""What a file of evidence says is compared with what the archive holds, and only that counts."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import citations, dossier, verification
from rag.answering import Archive
from rag.catalog import Catalog
from rag.dossier import SavedAnswer
from rag.errors import ArticleError, EvidenceError, QuestionError
from rag.verification import Problem
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.test_dossier import SAVED, seal

CALM = "Captain Ilse Brandt said that the sea was calm."
DENIED = "Mayor Odile Farrant denied that the wall had cracked."


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive that is only asked."""
    folder, model = tmp_path_factory.mktemp("dossier"), HashingEmbedder()
    with Archive.open(folder / "store", embedder=model, reading_model=model) as opened:
        opened.ingest(making.write_trio(folder / "articles"))
        yield opened


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def save(archive: Archive, *questions: str) -> str:
    return dossier.compose([archive.ask(each) for each in questions], saved=SAVED)


def test_what_an_archive_answered_is_verified(shared: Archive) -> None:
    verified = shared.verify(save(shared, CALM, DENIED, "Which zebra painted marmalade?"))
    assert verified.ok
    assert (verified.saved, verified.mismatches, verified.changed) == (SAVED, (), ())
    assert verified.quotes >= 2
    assert verification.as_text(verified).startswith(f"verified: {verified.quotes} quotes")
    assert verification.as_json(verified)["ok"] is True


def test_a_file_without_a_quote_is_not_verified(shared: Archive) -> None:
    verified = shared.verify(save(shared, "Which zebra painted marmalade?"))
    assert (verified.ok, verified.quotes, verified.mismatches) == (False, 0, ())
    assert "no quote" in verification.as_text(verified)


@given(st.data())
def test_a_changed_character_of_a_quote_is_noticed(shared: Archive, data: st.DataObject) -> None:
    document = json.loads(save(shared, CALM))
    made = document["answers"][0]["quotes"][0]
    name = data.draw(st.sampled_from(["text", "start", "end", "digest", "id"]))
    old = str(made[name])
    at = data.draw(st.integers(0, len(old) - 1))
    pool = "0123456789" if name in ("start", "end") else "0123456789abcdefgZ .\u0301\u200b"
    new = (
        old[:at]
        + data.draw(st.sampled_from([each for each in pool if each != old[at]]))
        + old[at + 1 :]
    )
    made[name] = int(new) if name in ("start", "end") else new
    by_accident = shared.verify(json.dumps(document))
    assert by_accident.mismatches[0].problem is Problem.CHECKSUM
    on_purpose = shared.verify(seal(document))
    for verified in (by_accident, on_purpose):
        assert not verified.ok
    assert (on_purpose.mismatches[0].answer, on_purpose.mismatches[0].quote) == (1, 1)
    assert on_purpose.mismatches[0].problem is not Problem.CHECKSUM


@given(st.data())
def test_any_changed_character_of_a_file_fails(shared: Archive, data: st.DataObject) -> None:
    content = save(shared, CALM)
    at = data.draw(st.integers(0, len(content) - 1))
    new = data.draw(st.characters(codec="utf-8"))
    changed = content[:at] + new + content[at + 1 :]
    try:
        verified = shared.verify(changed)
    except EvidenceError:
        return
    # White space between the values is no content.
    assert not verified.ok or json.loads(changed) == json.loads(content)


def forge(archive: Archive, **fields: Any) -> set[tuple[Problem, str]]:
    """Return what is said to a file whose first quote has other fields and a right checksum."""
    document = json.loads(save(archive, CALM))
    made = document["answers"][0]["quotes"][0]
    for name, value in fields.items():
        if name in made["article"] and name != "id":
            made["article"][name] = value
        elif name == "article_id":
            made["article"]["id"] = value
        else:
            made[name] = value
    made["id"] = f"{made['article']['id']}@{made['digest'][:12]}:{made['start']}-{made['end']}"
    verified = archive.verify(seal(document))
    assert verified.ok == (not verified.mismatches)
    return {(each.problem, each.reason) for each in verified.mismatches}


@pytest.mark.parametrize(
    ("fields", "problem", "words"),
    [
        ({"text": CALM.replace("calm", "rough")}, Problem.WORDS, "others"),
        ({"text": CALM[:-1]}, Problem.WORDS, "others"),
        ({"start": 0}, Problem.WORDS, "others"),
        ({"end": 100_000}, Problem.WORDS, "others"),
        ({"start": 9, "end": 9, "text": ""}, Problem.WORDS, "others"),
        ({"start": 9, "end": 5, "text": ""}, Problem.WORDS, "others"),
        ({"digest": "0" * 64}, Problem.VERSION, "version"),
        ({"digest": ""}, Problem.VERSION, "version"),
        ({"article_id": "nosuch"}, Problem.ARTICLE, "article"),
        ({"publisher": "Other Post"}, Problem.CITATION, "publisher"),
        ({"title": "Calm", "author": "Ann"}, Problem.CITATION, "title, author"),
        ({"published": "2020-03-03"}, Problem.CITATION, "published"),
        ({"published": None}, Problem.CITATION, "published"),
        ({"url": "https://n.example/a"}, Problem.CITATION, "url"),
        ({"lead": {"start": 0, "end": 5, "text": "The f"}}, None, ""),
        ({"lead": {"start": 0, "end": 5, "text": "The g"}}, Problem.LEAD, "lead"),
        ({"path": "moved/ferry.md"}, None, ""),
    ],
)
def test_a_forged_quote_is_found_out_though_its_checksum_is_right(
    shared: Archive, fields: dict[str, Any], problem: Problem | None, words: str
) -> None:
    found = forge(shared, **fields)
    assert {each for each, _ in found} == ({problem} if problem else set())
    assert all(words in reason for _, reason in found)


def test_a_lead_behind_its_quote_is_found_out(shared: Archive) -> None:
    text = next(shared.article(each.id).text for each in shared.articles() if each.title == "Smoke")
    lead = {"start": len(text) - 5, "end": len(text), "text": text[-5:]}
    assert {problem for problem, _ in forge(shared, lead=lead)} == {Problem.LEAD}


def test_an_id_that_names_another_place_is_found_out(shared: Archive) -> None:
    document = json.loads(save(shared, CALM))
    made = document["answers"][0]["quotes"][0]
    made["id"] = made["id"].replace(":", ":1", 1)
    (mismatch,) = shared.verify(seal(document)).mismatches
    assert (mismatch.problem, mismatch.id) == (Problem.ID, made["id"])


def test_every_mismatch_is_listed_with_its_place(shared: Archive) -> None:
    document = json.loads(save(shared, CALM, DENIED))
    for saved in document["answers"]:
        saved["quotes"][0]["text"] += "\x1b[2J"
    verified = shared.verify(json.dumps(document))
    assert [(each.answer, each.quote, each.problem.value) for each in verified.mismatches] == [
        (0, 0, "checksum"),
        (1, 1, "words"),
        (2, 1, "words"),
    ]
    shown = verification.as_text(verified)
    assert "answer 2, quote 1" in shown
    assert "file: the file is not as it was saved" in shown
    listed = verification.as_json(verified)["mismatches"]
    assert [each["answer"] for each in listed] == [None, 1, 2]


def test_a_file_that_was_changed_beside_its_quotes_is_not_verified(shared: Archive) -> None:
    changed = save(shared, CALM).replace(f'"question": "{CALM}"', '"question": "Was it rough?"')
    verified = shared.verify(changed)
    assert [each.problem for each in verified.mismatches] == [Problem.CHECKSUM]
    assert "the file was changed" in verification.as_text(verified)


def change(archive: Archive, folder: Path) -> None:
    fields = {"title": "Smoke", "publisher": "Coast Post", "published": "2020-03-02"}
    making.write(folder, "ferry.md", "Correction: the sea was rough.\n" + making.FERRY, **fields)
    archive.ingest(folder)


def test_a_permalink_opens_the_version_quoted_after_the_article_changed(
    archive: Archive, folder: Path
) -> None:
    made = archive.ask(CALM).quotes[0]
    content = save(archive, CALM)
    cited = archive.cited(made.id)
    assert (cited.current, cited.changed, cited.withdrawn) == (True, False, False)
    assert (cited.quote.text, cited.quote.span, cited.quote.id) == (made.text, made.span, made.id)

    change(archive, folder)
    cited = archive.cited(made.id)
    assert (cited.current, cited.changed, cited.withdrawn) == (False, True, False)
    assert cited.quote.text == CALM
    assert cited.article.text == making.FERRY.strip()
    assert cited.latest == archive.article(made.source.id).source
    assert cited.noticed
    assert f"{cited.noticed:%Y-%m-%d}" == today()
    verified = archive.verify(content)
    assert verified.ok
    assert verified.changed == (made.id,)
    (overtaken,) = verified.overtaken
    assert (overtaken.withdrawn, overtaken.noticed) == (False, cited.noticed)
    assert f"corrected since (noticed on {today()})" in verification.as_text(verified)

    broken = archive.verify(content.replace(CALM[-9:], CALM[-9:].upper()))
    assert (broken.ok, broken.changed) == (False, ())

    whole = made.id.replace(made.source.digest[:12], made.source.digest)
    assert archive.cited(whole) == cited


def test_a_permalink_into_an_article_that_was_removed_opens_and_says_so(
    archive: Archive, folder: Path
) -> None:
    made = archive.ask(CALM).quotes[0]
    content = save(archive, CALM)
    archive.remove(made.source.id)
    cited = archive.cited(made.id)
    assert (cited.current, cited.changed, cited.withdrawn) == (False, False, True)
    assert (cited.quote.text, cited.article.text) == (CALM, making.FERRY.strip())
    assert cited.noticed
    verified = archive.verify(content)
    assert (verified.ok, verified.changed) == (True, (made.id,))
    assert f"withdrawn (noticed on {today()})" in verification.as_text(verified)
    (told,) = verification.as_json(verified)["overtaken"]
    assert told == {"id": made.id, "withdrawn": True, "noticed": cited.noticed.isoformat()}

    archive.ingest(folder)
    assert archive.cited(made.id).current
    assert archive.verify(content).overtaken == ()


def test_an_article_that_was_corrected_before_it_was_withdrawn_was_withdrawn(
    archive: Archive, folder: Path, store: Path
) -> None:
    made = archive.ask(CALM).quotes[0]
    change(archive, folder)
    archive.remove(made.source.id)
    catalog = Catalog(store, create=False)
    with catalog.transaction():
        # As if the clock had been set back between the two.
        catalog._database.execute("UPDATE versions SET retired = 86400 WHERE text LIKE 'Corr%'")
    catalog.close()
    cited = archive.cited(made.id)
    assert (cited.withdrawn, cited.noticed and f"{cited.noticed:%Y-%m-%d}") == (True, today())
    assert cited.quote.text == CALM
    change(archive, folder)
    cited = archive.cited(made.id)
    assert (cited.changed, f"{cited.noticed:%Y-%m-%d}") == (True, today())


def test_the_day_is_left_out_where_it_was_not_written_down(archive: Archive, store: Path) -> None:
    made = archive.ask(CALM).quotes[0]
    archive.remove(made.source.id)
    catalog = Catalog(store, create=False)
    with catalog.transaction():
        catalog._database.execute("UPDATE versions SET retired = NULL")
    catalog.close()
    cited = archive.cited(made.id)
    assert (cited.withdrawn, cited.noticed) == (True, None)
    assert "was withdrawn; this is" in citations.cited_as_text(cited)


def test_a_permalink_that_leads_nowhere_is_an_error_that_says_why(shared: Archive) -> None:
    made = shared.ask(CALM).quotes[0]
    article, digest = made.source.id, made.source.digest[:12]
    with pytest.raises(ArticleError, match="does not hold it"):
        shared.cited(f"nosuch@{digest}:0-5")
    with pytest.raises(ArticleError, match="none with the digest ffffffffffff"):
        shared.cited(f"{article}@ffffffffffff:0-5")
    text = making.FERRY.strip()
    end = len(text) + 1
    with pytest.raises(ArticleError, match=f"has {end - 1} characters"):
        shared.cited(f"{article}@{digest}:0-{end}")
    assert shared.cited(f"{article}@{digest}:0-{end - 1}").quote.text == text
    with pytest.raises(QuestionError, match="not the id"):
        shared.cited(article)
    with pytest.raises(QuestionError, match="not the id"):
        shared.cited(f"\udcff@{digest}:0-5")


def test_a_permalink_that_fits_two_versions_is_not_guessed(tmp_path: Path) -> None:
    # Who writes both texts finds two with the same twelve digits; here the catalog is told so.
    one, other = making.article("Rain fell."), making.article("Snow fell.")
    catalog = Catalog(tmp_path, create=True)
    with catalog.transaction():
        for article in (one, other):
            catalog.add(article, making.cut(article))
    with catalog.transaction():
        digest = one.source.digest[:12] + other.source.digest[12:]
        catalog._database.execute(
            "UPDATE versions SET digest = ? WHERE digest = ?", (digest, other.source.digest)
        )
    with pytest.raises(ArticleError, match="2 versions"):
        verification.open_permalink(f"a@{digest[:12]}:0-4", catalog)
    cited = verification.open_permalink(f"a@{one.source.digest}:0-4", catalog)
    assert cited.quote.text == "Rain"
    catalog.close()


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=2))])
def test_the_time_of_saving_is_shown_with_its_zone(shared: Archive, zone: timezone) -> None:
    content = dossier.compose([shared.ask(CALM)], saved=SAVED.astimezone(zone))
    shown = verification.as_text(shared.verify(content))
    assert f"saved {SAVED.astimezone(zone):%Y-%m-%d %H:%M} {zone}" in shown


def test_a_metadata_correction_is_no_other_version(archive: Archive, folder: Path) -> None:
    made = archive.ask(CALM).quotes[0]
    content = save(archive, CALM)
    making.write(folder, "ferry.md", making.FERRY, title="Smoke at sea", publisher="Coast Post")
    archive.ingest(folder)
    assert archive.cited(made.id).current
    (mismatch,) = archive.verify(content).mismatches
    assert mismatch.problem is Problem.CITATION
    assert "title" in mismatch.reason


def test_a_saved_answer_is_that_of_the_archive(shared: Archive) -> None:
    made = shared.ask(CALM)
    (saved,) = dossier.read(dossier.compose([made], saved=SAVED)).answers
    assert saved == SavedAnswer.of(made)
    assert saved.quotes[0].words.text == made.quotes[0].text
