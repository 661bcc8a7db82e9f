from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.generation.conversion import Conversion
from bot.generation.engines import select
from bot.generation.engines.select import check_tensorflow, has_avx, select_engine
from bot.generation.model import Model
from tests.support.random_models import random_model


@pytest.fixture(autouse=True)
def everything_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select, "_installed", lambda engine: True)
    monkeypatch.setattr(select, "has_avx", lambda: True)


def only(monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    monkeypatch.setattr(select, "_installed", lambda other: other == engine)


@pytest.fixture
def converted(model: Model) -> Model:
    return replace(model, conversion=Conversion(model.fingerprint, b"graph"))


def test_auto_is_litert_for_models_that_are_converted_and_tensorflow_for_others(model: Model, converted: Model) -> None:
    assert select_engine(converted, "auto") == "litert"
    assert select_engine(model, "auto") == "tensorflow"
    assert select_engine(converted, "tensorflow") == "tensorflow"
    assert select_engine(converted, "litert") == "litert"


def test_a_conversion_of_other_weights_or_by_an_older_converter_is_none(converted: Model) -> None:
    assert converted.conversion is not None
    older = replace(converted, conversion=replace(converted.conversion, converter="0"))
    for stale in (older, replace(random_model(weights_seed=1), conversion=converted.conversion)):
        assert select_engine(stale, "auto") == "tensorflow"
        with pytest.raises(ModelError, match=r"a conversion of other weights: run `charla convert tiny`$"):
            select_engine(stale, "litert")


def test_without_tensorflow_a_model_without_conversion_is_named_with_what_to_run(
    monkeypatch: pytest.MonkeyPatch, model: Model, converted: Model
) -> None:
    only(monkeypatch, "litert")
    for wish in ("auto", "litert"):
        assert select_engine(converted, wish) == "litert"
        with pytest.raises(ModelError, match=r"tiny has no conversion.*`charla convert tiny`, where TensorFlow is"):
            select_engine(model, wish)
    with pytest.raises(ModelError, match="TensorFlow is not installed here"):
        select_engine(converted, "tensorflow")


def test_without_litert_auto_is_tensorflow(monkeypatch: pytest.MonkeyPatch, converted: Model) -> None:
    only(monkeypatch, "tensorflow")
    assert select_engine(converted, "auto") == "tensorflow"
    with pytest.raises(ModelError, match="LiteRT"):
        select_engine(converted, "litert")


def test_a_processor_on_which_tensorflow_would_abort_is_told(
    monkeypatch: pytest.MonkeyPatch, model: Model, converted: Model
) -> None:
    monkeypatch.setattr(select, "has_avx", lambda: False)
    assert select_engine(converted, "auto") == "litert"
    with pytest.raises(ModelError, match="no AVX"):
        select_engine(model, "auto")
    with pytest.raises(ModelError, match="no AVX"):
        check_tensorflow()


def test_avx_is_looked_up_in_the_processors_flags(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    assert has_avx(cpuinfo, "x86_64")  # where there is no such file, nothing is known against it
    cpuinfo.write_text("processor\t: 0\nflags\t\t: fpu sse4_2 avx avx2\n")
    assert has_avx(cpuinfo, "x86_64")
    cpuinfo.write_text("processor\t: 0\nflags\t\t: fpu sse4_2\n")
    assert not has_avx(cpuinfo, "x86_64")
    assert has_avx(cpuinfo, "aarch64")
