from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.limit import Kernel, LimitError, recurrent_product


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    try:
        return Kernel(tmp_path_factory.mktemp("kernel"))
    except LimitError as error:
        pytest.skip(str(error))


def test_the_float32_kernel_multiplies(kernel: Kernel) -> None:
    random = np.random.default_rng(1)
    weights, vector = random.standard_normal((24, 256)), random.standard_normal(24)
    product = kernel.product("float32", weights.astype(np.float32), vector.astype(np.float32))
    assert np.allclose(product.result, vector @ weights, atol=1e-4)


def test_the_int8_kernel_multiplies(kernel: Kernel) -> None:
    random = np.random.default_rng(1)
    weights, vector = random.integers(-127, 128, (24, 256), np.int8), random.integers(0, 128, 24, np.uint8)
    try:
        product = kernel.product("int8", weights, vector)
    except LimitError as error:
        pytest.skip(str(error))
    assert product.result.tolist() == (vector.astype(int) @ weights.astype(int)).tolist()
    assert kernel.int8_way


def test_a_measurement_is_of_whole_products(kernel: Kernel) -> None:
    product = recurrent_product(kernel, "float32", 32)
    assert product.result.shape == (128,)
    assert 0 < product.seconds(0.001) < 1


def test_where_there_is_no_compiler_that_is_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(LimitError, match="no C compiler"):
        Kernel(tmp_path)


def test_a_compiler_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "python3 -c 'import sys; sys.exit(\"no luck\")'")
    with pytest.raises(LimitError, match="no luck"):
        Kernel(tmp_path)
