from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import GenerationError
from bot.generation.decode import uniform_stream, write, write_texts
from bot.generation.engines.protocol import CHUNK
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import Vocabulary
from tests.support.random_models import NumpyCopy, random_model
from tests.support.reference_texts import write_by_reference


@pytest.mark.parametrize("seed_length", [1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
@pytest.mark.parametrize("length", [1, CHUNK - 1, CHUNK, CHUNK + 1, 200])
def test_chunks_make_no_difference_to_the_text(model: Model, seed_length: int, length: int) -> None:
    request = GenerationRequest("abcde fgh." * 30, length=length, top_n=10, random_seed=seed_length)
    request = GenerationRequest(request.seed[:seed_length], length=length, top_n=10, random_seed=seed_length)
    assert write_texts(NumpyCopy(model), model.vocabulary, request) == [write_by_reference(model, request)]


def test_each_completion_has_its_own_random_numbers_whatever_the_count(model: Model) -> None:
    two, ten = (GenerationRequest("seed", length=70, random_seed=5, count=count, top_n=98) for count in (2, 10))
    texts = write_texts(NumpyCopy(model), model.vocabulary, ten)
    assert len(set(texts)) == 10
    assert texts == [write_by_reference(model, ten, completion) for completion in range(10)]
    assert write_texts(NumpyCopy(model), model.vocabulary, two) == texts[:2]


def test_a_copy_forgets_the_request_before(model: Model) -> None:
    copy = NumpyCopy(model)
    request = GenerationRequest("one", length=50, random_seed=1)
    first = write_texts(copy, model.vocabulary, request)
    write_texts(copy, model.vocabulary, GenerationRequest("another", length=99, random_seed=2, count=3))
    assert write_texts(copy, model.vocabulary, request) == first


def test_first_line_ends_each_completion_at_its_own_first_line_break() -> None:
    model = random_model(vocabulary=Vocabulary("\nab"))
    whole = GenerationRequest("a", length=300, random_seed=3, count=4, top_n=4)
    lines = GenerationRequest("a", length=300, random_seed=3, count=4, top_n=4, first_line=True)
    texts = write_texts(NumpyCopy(model), model.vocabulary, whole)
    assert all("\n" in text for text in texts)
    assert write_texts(NumpyCopy(model), model.vocabulary, lines) == [text.split("\n")[0] for text in texts]


def test_writing_stops_when_every_completion_has_ended() -> None:
    model = random_model(vocabulary=Vocabulary("\nab"))
    request = GenerationRequest("a", length=100_000, random_seed=3, count=4, top_n=4, first_line=True)
    assert len(list(write(NumpyCopy(model), model.vocabulary, request))) < 10


def test_what_is_raised_after_a_chunk_ends_the_writing(model: Model) -> None:
    chunks: list[int] = []

    def give_up() -> None:
        chunks.append(len(chunks))
        if len(chunks) == 2:
            raise GenerationError("Cancelled.")

    with pytest.raises(GenerationError, match="Cancelled"):
        write_texts(NumpyCopy(model), model.vocabulary, GenerationRequest("x", length=5 * CHUNK), after_chunk=give_up)
    assert chunks == [0, 1]


def test_text_arrives_chunk_by_chunk(model: Model) -> None:
    request = GenerationRequest("x", length=3 * CHUNK, top_n=3)
    pieces = [text for (text,) in write(NumpyCopy(model), model.vocabulary, request)]
    assert len(pieces) == 3


@given(seed=st.text(min_size=1, max_size=100))
def test_any_seed_is_accepted(model: Model, seed: str) -> None:
    request = GenerationRequest(seed, length=5, random_seed=2)
    assert write_texts(NumpyCopy(model), model.vocabulary, request) == [write_by_reference(model, request)]


def test_random_numbers_do_not_depend_on_how_they_are_drawn() -> None:
    stream = uniform_stream(7, 2)
    pieces = np.concatenate([stream.random(n) for n in (1, 63, 64, 5)])
    assert np.array_equal(pieces, uniform_stream(7, 2).random(133))
    assert not np.array_equal(pieces, uniform_stream(7, 3).random(133))
