"""Whose words are asked for, and whether a sentence has them."""

import pytest

from rag.speakers import match_speaker


@pytest.mark.parametrize(
    ("question", "sentence", "matches"),
    [
        ("What did Ada Brandt say?", "“It is too late,” Brandt said.", True),
        ("What did Ada Brandt say about fares?", 'Ms. Brandt called it "a theft".', True),
        ("what does Mr Brandt think of the plan?", "Brandt warned of delays.", True),
        ("How did Ada Brandt react to the verdict?", "Ada Brandt said she would appeal.", True),
        ("What did the Observatory say?", "The Observatory said that ten had died.", True),
        ("What was Brandt's spokesman told?", "Brandt said nothing.", False),
        ("What did Ada Brandt say?", "Brandt was born in Sarn.", False),
        ("What did Ada Brandt say?", "It is too late, said Odile Lund.", False),
        ("What did the mayor say?", "“It is too late,” the mayor said.", False),
        ("Who said that it is too late?", "“It is too late,” Brandt said.", False),
        ("What did Brandt build?", "“I built a mill,” Brandt said.", False),
    ],
)
def test_a_sentence_has_the_words_of_whom_the_question_names(
    question: str, sentence: str, matches: bool
) -> None:
    assert match_speaker(question, sentence) == float(matches)
