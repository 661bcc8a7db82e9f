"""The frame of a picture in the documentation: an SVG for light and dark pages that fetches nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_FRAME_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .ground { fill: #ffffff; stroke: #d0d7de }
  .grid { stroke: #d8dee4 }
"""

_FRAME_STYLE_DARK = """
    text { fill: #e6edf3 }
    .ground { fill: #0d1117; stroke: #30363d }
    .grid { stroke: #30363d }
"""


def svg(title: str, width: int, height: int, styles: tuple[str, str], parts: Iterable[str]) -> str:
    """Return a picture.

    Args:
        title: stands above it, and is read out in its place.
        width: in pixels.
        height: likewise.
        styles: CSS of its own: for every page, and for dark ones on top of that.
        parts: SVG elements.
    """
    style, dark = (part.strip("\n") for part in styles)
    darkened = f"  @media (prefers-color-scheme: dark) {{{_FRAME_STYLE_DARK}{dark}\n  }}"
    size = f'width="{width}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
            f'<title id="title">{escape(title)}</title>',
            f"<style>{_FRAME_STYLE}{style}\n{darkened}\n</style>",
            f'<rect class="ground" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
            f'<text class="title" x="20" y="30">{escape(title)}</text>',
            *parts,
            "</svg>",
            "",
        ]
    )
