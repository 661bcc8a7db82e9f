"""Hold Hypothesis strategies for characters that break formatting or cannot be encoded."""

from __future__ import annotations

from hypothesis import strategies as st

ANYTHING = st.characters(exclude_categories=())  # halves of surrogate pairs too, which strings leave out
MARKS = st.sampled_from([*"*_~|`<>[]@#:\\-+.)19 \t\n\r\u200b\u202a\u202e\u202c\u2066\u2069\ud83d\ude00"])
