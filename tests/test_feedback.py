"""What readers think of answers, as kept beside the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import feedback
from rag.errors import StoreError
from rag.feedback import Judgement

TIME = "2026-01-02T03:04:05+00:00"


def judge(question: str) -> Judgement:
    return Judgement(question, ("a@0123456789ab:0-5",), feedback.GOOD, TIME)


def test_judgements_are_read_back_in_their_order(tmp_path: Path) -> None:
    given = [judge("Who?\nAnd why?"), judge("“Was” \u2028 ist\ud7ff?")]
    for each in given:
        feedback.record(tmp_path, each)
    assert list(feedback.read(tmp_path)) == given


def test_a_store_without_judgements_has_none(tmp_path: Path) -> None:
    assert feedback.read(tmp_path) == ()


def test_the_oldest_are_dropped_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "LARGEST", 1_000)
    for number in range(40):
        feedback.record(tmp_path, judge(f"Question {number}"))
    kept = [each.question for each in feedback.read(tmp_path)]
    assert kept == [f"Question {number}" for number in range(40 - len(kept), 40)]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2_000


def test_what_cannot_be_written_or_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        feedback.record(tmp_path / "gone", judge("Who?"))
    (tmp_path / feedback.FILE).write_text("{}\n")
    with pytest.raises(StoreError, match="cannot be read"):
        feedback.read(tmp_path)
