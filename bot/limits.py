"""Every bound and default that more than one part of Charla shares, once."""

from __future__ import annotations

from typing import Final

DEFAULT_TOP_N: Final = 3
"""How many of the likeliest characters are kept where neither a person nor a model's card says it."""

DEFAULT_LENGTH: Final = 280
"""Characters that a reply on Discord gets where nobody asks for another length."""
COMMAND_LINE_LENGTH: Final = 1024
"""Characters that `charla generate` writes where nobody asks for another length: the tutorial's own default."""
MAX_LENGTH: Final = 2000
"""The largest length that a reply may have, in characters; operators and servers can lower it."""

COMPARE_LENGTH: Final = 150
"""Characters of each text of `/compare` where nobody asks for another length."""
MAX_COMPARE_LENGTH: Final = 300
"""The largest length of each text of `/compare`: six of them fit into one message, unless many marks are escaped."""

MAX_COUNT: Final = 10
"""How many completions of one seed a request may ask for."""

COUNTED_LENGTH: Final = 500
"""Characters of a text for which a request counts once against the limits of users and servers."""

MAX_RANDOM_SEED: Final = 2**53 - 1
"""The largest random seed: the largest whole number that Discord and JavaScript carry exactly."""

MAX_TYPED_SEED: Final = 500
"""Characters of a seed that is typed into a command."""
MAX_SEED: Final = 2000
"""Characters of a seed that comes out of a message or a form, and characters that a model is primed with."""

MAX_LAYERS: Final = 32
"""How many layers a network may have."""
MAX_LAYER_SIZE: Final = 4096
"""The largest embedding or number of units of a layer."""
MAX_WEIGHTS: Final = 2**27
"""The most numbers of a network, all its weights together: 512 MiB while it is in memory."""
MAX_VOCABULARY: Final = 512
"""The largest vocabulary, the unknown character included."""

MAX_DIGITS: Final = 15
"""Digits of a number that every client of Discord carries exactly."""
MAX_TYPED_DIGITS: Final = 16
"""Characters that the form behind *Edit* takes for a number."""
