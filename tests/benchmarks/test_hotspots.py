from __future__ import annotations

import pytest

from benchmarks.hotspots import OTHER, PARTS, classify, tabulate

LITERT = "/site-packages/ai_edge_litert/libpywrap_litert_common.so"
PRODUCTS, SORTING, GATES, PICKING, PYTHON, RUNTIME = (part for part, _ in PARTS)


@pytest.mark.parametrize(
    ("function", "part"),
    [
        (f"xnn_qd8_f32_qc8w_gemm_minmax_ukernel_1x8c8__avx2 ({LITERT})", PRODUCTS),
        (f"tflite::ops::builtin::topk_v2::(anonymous namespace)::TopK<float, int> ({LITERT})", SORTING),
        (f"xnn_f32_vsigmoid_ukernel__avx2_rr1_p5_div_u16 ({LITERT})", GATES),
        (f"tflite::reference_ops::RunSelectOp<bool, unsigned int> ({LITERT})", PICKING),
        (f"tflite::Subgraph::InvokeImpl ({LITERT})", RUNTIME),
        ("__memmove_avx_unaligned_erms (/usr/lib/x86_64-linux-gnu/libc.so.6)", RUNTIME),
        ("_PyEval_EvalFrameDefault (/usr/lib/libpython3.11.so.1.0)", PYTHON),
        ("__irqentry_text_start ([kernel.kallsyms])", OTHER),
    ],
)
def test_a_function_is_told_by_its_name_and_library(function: str, part: str) -> None:
    assert classify(function) == part


def test_shares_are_of_all_looks_and_of_a_characters_time() -> None:
    functions = [f"xnn_f32_qc8w_gemm ({LITERT})"] * 3 + ["clear_page ([kernel.kallsyms])"]
    table = {part: figures for part, *figures in tabulate(functions, 40.0)}
    assert table[PRODUCTS] == ["75%", "30.0"]
    assert table[OTHER] == ["25%", "10.0"]
    assert table[SORTING] == ["0%", "0.0"]
