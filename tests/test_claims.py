"""What a sentence does to its neighbour's claim; whole passages are in test_contextguard."""

import pytest

from rag.contextguard import claims


@pytest.mark.parametrize(
    "sentence",
    [
        "The army denied this.",
        "Damascus denies it, even though a good deal of evidence points the other way.",
        "The firm has denied any wrongdoing.",
        "Two experts cast doubt on those figures.",
        "A spokeswoman described the account as an invention.",
        "That, the ministry said, was false.",
        "None of this was true.",
        "No such meeting took place.",
        "Neither claim could be independently verified.",
        "She gave no evidence.",
        "Witnesses told a different story.",
        "The police put the figure at 90,000.",
        "In fact the bridge still stood.",
        "Or so the ministry says.",
        "The claim rests on one photograph.",
        "It never happened.",
    ],
)
def test_a_sentence_that_denies_or_doubts_the_one_before_comments_on_it(sentence: str) -> None:
    assert claims.comments(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The mayor denied that the wall had cracked.",
        "The police rejected the idea that a fifth had escaped.",
        "The court heard evidence for nine days.",
        "The librarians said guards took bribes; a spokesman denied it.",
        "The claims by Hasan and by the monitor are not the same.",
        "Voters rejected the plan by 58 per cent.",
        "So far there is no reply.",
        "The figure includes children.",
        "Police could not confirm how many had died.",
    ],
)
def test_a_sentence_that_brings_its_own_claim_does_not(sentence: str) -> None:
    assert not claims.comments(sentence)


def test_a_denial_contradicts_only_what_it_repeats() -> None:
    denial = "The police denied that rubber bullets had been fired at pupils."
    assert claims.contradicts(denial, "Doctors said that rubber bullets hurt nine people.")
    assert not claims.contradicts(denial, "Doctors said that bullets hurt nine people.")
    assert not claims.contradicts("Rubber bullets were fired.", "Rubber bullets were fired.")


@pytest.mark.parametrize(
    ("sentence", "hearsay", "further"),
    [
        ("Rumours ran through the camp.", True, True),
        ("She made a grave accusation.", True, False),
        ("The mayor denied several allegations.", True, True),
        ("The film is set in a town that lost the war.", True, True),
        ("The Swiss bank account was closed.", False, False),
        ("He repeated a claim that the dam had burst.", False, False),
        ("They faced a charge the ministry rejected.", False, False),
    ],
)
def test_hearsay_that_is_announced_is_told_from_what_is_reported(
    sentence: str, hearsay: bool, further: bool
) -> None:
    assert claims.tells_hearsay(sentence) is hearsay
    assert claims.tells_hearsay(sentence, further=True) is further


@pytest.mark.parametrize(
    ("sentence", "following", "supposed"),
    [
        ("If the talks fail, the pact lapses.", "The army will march.", True),
        ("If the talks fail, the pact lapses.", "The pact was signed in May.", False),
        ("The pact lapses if the talks fail.", "Then the army marches.", True),
        ("Had the alarm rung, the crew might live.", "The boats would have come.", True),
        ("Had he heard the alarm?", "The boats would have come.", False),
        ("Under the plan the siege ends.", "The wounded would go first.", True),
        ("The council met.", "The wounded would go first.", False),
        ("If it rains, the match is off.", "If it snows, it will be moved.", False),
    ],
)
def test_what_happens_only_in_some_case_is_told_by_condition_and_mood(
    sentence: str, following: str, supposed: bool
) -> None:
    assert claims.supposes(sentence, following, told=False) is supposed


def test_a_plan_does_not_make_a_supposition_of_what_somebody_says() -> None:
    assert not claims.supposes("The plan has four points.", "It would fail, he said.", told=True)
