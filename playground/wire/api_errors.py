"""Refuse requests as the API does: with Discord's own error codes, and the tree that says which field is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from playground.wire.records import Json

INVALID_FORM = 50035


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a request.

    Attributes:
        path: the keys and indexes that lead to the wrong value; empty for the request as a whole.
        code: Discord's word for the kind of problem.
        message: what is wrong, in a sentence.
    """

    path: tuple[str | int, ...]
    code: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'request'}: {self.message}"

    def under(self, *keys: str | int) -> Problem:
        """Return the same problem, seen from further up."""
        return Problem((*keys, *self.path), self.code, self.message)


class ApiError(Exception):
    """An answer that is an error.

    Attributes:
        status: of HTTP.
        body: the JSON to answer.
        violations: what to note as the bot's own mistake.
    """

    def __init__(self, status: int, code: int, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(f"{status} {code} {message}")
        problems = list(problems)
        self.status = status
        self.body: Json = {"code": code, "message": message}
        if problems:
            self.body["errors"] = tree(problems)
        self.violations = [str(problem) for problem in problems]


def refuse(problems: Iterable[Problem]) -> None:
    """Refuse a request that has any problems.

    Raises:
        ApiError: there are some.
    """
    problems = list(problems)
    if problems:
        raise ApiError(400, INVALID_FORM, "Invalid Form Body", problems)


def tree(problems: Iterable[Problem]) -> Json:
    """Return the problems as the API nests them: by key, with the list under `_errors`."""
    root: Json = {}
    for problem in problems:
        node: Any = root
        for key in problem.path:
            node = node.setdefault(str(key), {})
        node.setdefault("_errors", []).append({"code": problem.code, "message": problem.message})
    return root
