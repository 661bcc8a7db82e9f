from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.generation.conversion import Conversion
from bot.generation.engines import select
from bot.generation.engines.select import check_tensorflow, engine_of, has_avx
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
    assert engine_of(converted, "auto") == "litert"
    assert engine_of(model, "auto") == "tensorflow"
    assert engine_of(converted, "tensorflow") == "tensorflow"
    assert engine_of(converted, "litert") == "litert"


def test_a_conversion_of_other_weights_or_by_an_older_converter_is_none(converted: Model) -> None:
    assert converted.conversion is not None
    older = replace(converted, conversion=replace(converted.conversion, converter="0"))
    for stale in (older, replace(random_model(weights_seed=1), conversion=converted.conversion)):
        assert engine_of(stale, "auto") == "tensorflow"
        with pytest.raises(ModelError, match=r"a conversion of other weights: run `charla convert tiny`$"):
            engine_of(stale, "litert")


def test_without_tensorflow_a_model_without_conversion_is_named_with_what_to_run(
    monkeypatch: pytest.MonkeyPatch, model: Model, converted: Model
) -> None:
    only(monkeypatch, "litert")
    for wish in ("auto", "litert"):
        assert engine_of(converted, wish) == "litert"
        with pytest.raises(ModelError, match=r"tiny has no conversion.*`charla convert tiny`, where TensorFlow is"):
            engine_of(model, wish)
    with pytest.raises(ModelError, match="TensorFlow is not installed here"):
        engine_of(converted, "tensorflow")


def test_without_litert_auto_is_tensorflow(monkeypatch: pytest.MonkeyPatch, converted: Model) -> None:
    only(monkeypatch, "tensorflow")
    assert engine_of(converted, "auto") == "tensorflow"
    with pytest.raises(ModelError, match="LiteRT"):
        engine_of(converted, "litert")


def test_a_processor_on_which_tensorflow_would_abort_is_told(
    monkeypatch: pytest.MonkeyPatch, model: Model, converted: Model
) -> None:
    monkeypatch.setattr(select, "has_avx", lambda: False)
    assert engine_of(converted, "auto") == "litert"
    with pytest.raises(ModelError, match="no AVX"):
        engine_of(model, "auto")
    with pytest.raises(ModelError, match="no AVX"):
        check_tensorflow()


def test_avx_is_looked_up_in_the_processors_flags(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    cpuinfo = tmp_path / "cpuinfo"
    assert has_avx(cpuinfo)  # where there is no such file, nothing is known against it
    cpuinfo.write_text("processor\t: 0\nflags\t\t: fpu sse4_2 avx avx2\n")
    assert has_avx(cpuinfo)
    cpuinfo.write_text("processor\t: 0\nflags\t\t: fpu sse4_2\n")
    assert not has_avx(cpuinfo)
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert has_avx(cpuinfo)
