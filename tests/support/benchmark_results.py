"""Make up results of a benchmark, for tests of what shows and judges them."""

from __future__ import annotations

from benchmarks.contenders import Contender
from benchmarks.drafts import DraftCosts
from benchmarks.figures import WAITING, Comparison, Figures, Limit, Load, Spread


def contender(name: str, *, precision: str = "float32", engine: bool = False, batched: bool = False) -> Contender:
    return Contender(
        name, f"{name} & co", "", (), "int8" if precision == "int8" else "float32", engine=engine, batched=batched
    )


def figures(of: Contender, seconds: float, text: str = "text") -> Figures:
    found = Figures(of, text=text, installed=5_000_000)
    if not of.batched:
        found.stream = Spread([seconds, 0.9 * seconds, 1.2 * seconds])
        found.first, found.resident = Spread([1.5, 1.0, 3.0]), Spread([70e6])
    found.loads = {n: Load(Spread([n * 300 * seconds / 2]), batch=4 if of.batched else 1) for n in WAITING}
    return found


def comparison() -> Comparison:
    """Make up a comparison in which every goal is just reached."""
    contenders = [
        figures(contender("predict"), 50_000e-6),
        figures(contender("reference"), 200e-6),
        figures(contender("onnx"), 95e-6),
        figures(contender("onnx-batched", batched=True), 30e-6),
        figures(contender("tensorflow", engine=True), 75e-6),
        figures(contender("litert", precision="int8", engine=True), 25e-6, "other text"),
    ]
    limits = {"float32": Limit(Spread([37e-6])), "int8": Limit(left_out="no instructions")}
    return Comparison("tutorial", "A shape", {each.contender.name: each for each in contenders}, limits)


def draft_costs() -> DraftCosts:
    """Make up costs of drafts by which every goal is just reached."""
    return DraftCosts("cats", 10, plain=Spread([0.010]), advised=Spread([0.038, 0.036]), last=Spread([0.98]))
