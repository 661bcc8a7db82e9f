from __future__ import annotations

from dataclasses import replace

import pytest

from bot.generation.choose import Draft, choose, count_faults, judge, needs_more, widen
from bot.generation.learned_text import LearnedText
from bot.generation.phrases import Phrases
from bot.generation.request import GenerationRequest

LEARNED = LearnedText.collect(
    [
        "Cats can no longer be told apart from the dark. This is a feature.",
        "Fixed a bug where the moon was too loud. It is now only a little loud at night.",
    ]
)
GOOD = "can no longer be too loud at night."
ITEM = GenerationRequest("Kevin ", drafts=10, first_line=True)


WORDS_ALONE = replace(LEARNED, phrases=Phrases.none())


def chosen(texts: list[str], request: GenerationRequest, learned: LearnedText = WORDS_ALONE) -> tuple[str, ...]:
    return choose(judge(texts, request, learned), request)


def more_wanted(texts: list[str], request: GenerationRequest, learned: LearnedText = WORDS_ALONE) -> bool:
    return needs_more(judge(texts, request, learned), request)


@pytest.mark.parametrize(
    "draft",
    [
        GOOD,
        "is a feature now!",
        'was told: "It is dark."',
        "can be told apart from Kevin.",  # a word of the seed
    ],
)
def test_a_whole_sentence_of_known_words_passes(draft: str) -> None:
    assert count_faults(draft, ITEM, LEARNED) == 0


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        ("can no longer be too loud at", "no sentence end"),
        ("can no longerish be too loud.", "an invented word"),
        ("is too loud at night too loud at night.", "a run of three words twice"),
        ("is.", "too short"),
        ("", "nothing"),
        ("can no longer be told apart from the dark. This is it.", "forty characters that were learned"),
    ],
)
def test_what_is_wrong_counts(draft: str, why: str) -> None:
    assert count_faults(draft, ITEM, LEARNED) > 0, why


def test_a_recited_draft_is_the_worst() -> None:
    recited = "can no longer be told apart from the dark. This is a feature."
    bad = "can nolonger bee to looud at nigght"
    assert chosen([recited, bad], ITEM) == (bad,)


def test_a_passage_across_the_end_of_the_seed_is_a_recitation() -> None:
    request = GenerationRequest("Cats can no longer be told ", drafts=10, first_line=True)
    assert count_faults("apart from the dark. It is night.", request, LEARNED) >= 100


def test_the_first_that_passes_is_taken() -> None:
    other = "is now a little loud."
    assert chosen(["is xq.", GOOD, other], ITEM) == (GOOD,)


def test_of_those_that_pass_a_short_one_goes_last() -> None:
    assert chosen(["is loud at night.", GOOD, GOOD.replace("loud", "dark")], ITEM) == (GOOD,)


def test_else_the_one_with_the_fewest_faults() -> None:
    assert chosen(["xq zw is vv.", "xq is loud.", "xq zw is."], ITEM) == ("xq is loud.",)


def test_several_are_different_and_in_their_order() -> None:
    other = "is now a little loud."
    request = GenerationRequest("Kevin ", drafts=10, count=2, first_line=True)
    assert chosen([GOOD, GOOD, "is xq.", other], request) == (GOOD, other)


def test_without_drafts_nothing_is_chosen() -> None:
    request = GenerationRequest("Kevin ", count=2)
    assert chosen(["xq", "xq"], request) == ("xq", "xq")
    assert not more_wanted(["xq", "xq"], request)


def test_a_text_that_is_cut_at_its_length_need_not_end_and_its_last_word_may_be_cut() -> None:
    request = GenerationRequest("Kevin ", drafts=10, length=len("can no longer be to"))
    assert count_faults("can no longer be to", request, LEARNED) == 0


def test_the_word_that_the_seed_began_counts_whole() -> None:
    begun = GenerationRequest("Kevin can no lon", drafts=10, first_line=True)
    assert count_faults("ger be too loud.", begun, LEARNED) == 0
    assert count_faults("gest be too loud.", begun, LEARNED) == 1


def test_without_a_memory_of_the_text_the_form_alone_is_judged() -> None:
    assert count_faults("blorp the frumious bandersnatch.", ITEM, None) == 0


def test_more_are_written_while_too_few_pass_but_not_for_ever() -> None:
    assert more_wanted(["is xq."] * 10, ITEM)
    assert not more_wanted([*["is xq."] * 9, GOOD], ITEM)
    assert not more_wanted(["is xq."] * 20, ITEM)
    several = GenerationRequest("Kevin ", drafts=10, count=2, first_line=True)
    assert more_wanted([GOOD] * 10, several)


def test_all_drafts_are_written_side_by_side() -> None:
    assert widen(ITEM).count == 10
    assert widen(GenerationRequest("x", count=3)).count == 3
    assert widen(GenerationRequest("x", drafts=4, count=7)).count == 7


KNOWN, STRAYS, COMMON = "can no longer be too loud.", "moon the is at night bug.", "can no longer be told apart."


def test_words_that_go_together_as_in_the_text_win_over_those_that_do_not() -> None:
    assert count_faults(STRAYS, ITEM, LEARNED) == 0
    assert chosen([STRAYS, KNOWN], ITEM, LEARNED) == (KNOWN,)
    assert chosen([STRAYS, KNOWN], ITEM) == (STRAYS,)


def test_a_fault_weighs_more_than_words_that_do_not_go_together() -> None:
    assert chosen([f"{KNOWN[:-1]}xq.", STRAYS], ITEM, LEARNED) == (STRAYS,)


def test_a_new_phrase_alone_costs_no_draft_its_place() -> None:
    drafts = [Draft(f"{new} new in this one.", 0, new) for new in (2, 1, 0)]
    assert choose(drafts, ITEM) == ("1 new in this one.",)


def test_more_are_written_while_the_words_of_all_stray() -> None:
    assert more_wanted([STRAYS] * 10, ITEM, LEARNED)
    assert not more_wanted([*[STRAYS] * 9, COMMON], ITEM, LEARNED)
