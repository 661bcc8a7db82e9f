"""Tests of Charla."""

import pytest

pytest.register_assert_rewrite("tests.support")  # so that a failed check says what it compared
