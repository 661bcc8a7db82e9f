"""Write the figures of a run into docs/benchmarks.md, and the chart beside it."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.bot_process import Starts, format_bot_table
from benchmarks.drafts import DraftCosts, format_drafts
from benchmarks.figures import Comparison
from benchmarks.goals import Goal
from benchmarks.picture import draw_comparison
from benchmarks.tables import format_tables
from bot.evaluation.charts import render_svg
from bot.generation.resources import available_processors

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
PICTURE = PAGE.with_suffix(".svg")
FIGURES = "figures of make bench"
_LIBRARIES = ("tensorflow-cpu", "tensorflow", "keras", "ai-edge-litert", "onnxruntime", "torch", "numpy")


def describe_machine(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Describe where and when: the date, the processor, the versions."""
    versions = [f"Python {platform.python_version()}"]
    for library in _LIBRARIES:
        try:
            versions.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            continue
    where = f"{_describe_processor(cpuinfo)}, {available_processors()} processors to use, {platform.system()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {where}. {', '.join(versions)}."


def _describe_processor(cpuinfo: Path) -> str:
    try:
        text = cpuinfo.read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    vector = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "avx_vnni") if re.search(rf"\b{flag}\b", text)]
    return f"{name[1] if name else platform.machine()} ({', '.join(vector) or 'no AVX2'})"


def format_report(
    comparisons: Sequence[Comparison], drafts: DraftCosts, bot: Sequence[Starts], reached: Sequence[Goal]
) -> str:
    """Format all figures in Markdown."""
    parts = [f"Measured {describe_machine()}"]
    for comparison in comparisons:
        parts += [f"### {comparison.title}", format_tables(comparison)]
    parts += ["### Drafts", format_drafts(drafts)]
    if bot:
        parts += ["### The bot itself", format_bot_table(bot)]
    if reached:
        parts += ["### Goals", "\n".join(f"- {goal}" for goal in reached)]
    return "\n\n".join(part.strip() for part in parts)


def write_page(
    comparisons: Sequence[Comparison],
    drafts: DraftCosts,
    bot: Sequence[Starts],
    reached: Sequence[Goal],
    page: Path = PAGE,
) -> None:
    """Write the figures into the page, and draw the first comparison beside it."""
    replace_section(FIGURES, format_report(comparisons, drafts, bot, reached), page)
    picture = render_svg(draw_comparison(comparisons[0]), comparisons[0].title)
    page.with_suffix(".svg").write_text(picture, encoding="utf-8")


def replace_section(what: str, text: str, page: Path = PAGE) -> None:
    """Replace the text between the page's marks of the name `what`."""
    start, end = f"<!-- {what}: start -->", f"<!-- {what}: end -->"
    head, _, rest = page.read_text(encoding="utf-8").partition(start)
    _, _, tail = rest.partition(end)
    page.write_text(f"{head}{start}\n\n{text}\n\n{end}{tail}", encoding="utf-8")
