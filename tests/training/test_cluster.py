"""Several machines train as one: here, as processes on loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import InvalidInputError
from bot.training.cluster import VARIABLE, Cluster
from tests.support.paths import ROOT

PROGRAM = """
import json, random, sys
from pathlib import Path
from bot.generation.card import LSTM, Card, Embedding
from bot.training.cluster import Cluster
from bot.training.options import TrainingOptions
from bot.training.trainer import Trainer
from bot.training.training_text import TrainingText, take_most_frequent

folder = Path(sys.argv[1])
(folder / "text").mkdir(parents=True)
words = random.Random(1)
items = [" ".join(words.choices(["the", "cat", "sat", "on", "a", "mat"], k=8)) + f" {n}" for n in range(360)]
text = TrainingText.prepare(items, folder / "text", take_most_frequent)
card = Card(characters=text.facts.characters, layers=(Embedding(size=8), LSTM(units=24)))
options = TrainingOptions(rows=16, steps=32, epochs=1, minutes=60, learning_rate=0.01)
trainer = Trainer(text, card, options, folder / "state", cluster=Cluster.from_environment())
trainer.run(lambda _: None)
print(json.dumps([trainer.history.best_bits, trainer.history.batch, trainer.history.epoch]))
"""


def start(folder: Path, addresses: list[str] | None = None, index: int = 0) -> subprocess.Popen[str]:
    cluster = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    environment = os.environ | ({VARIABLE: json.dumps(cluster)} if addresses else {})
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def free_address() -> str:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listening.getsockname()[1]}"


def result(process: subprocess.Popen[str]) -> list[float]:
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    found: list[float] = json.loads(out.splitlines()[-1])
    return found


def test_two_machines_come_to_what_one_comes_to(tmp_path: Path) -> None:
    addresses = [free_address(), free_address()]
    machines = [start(tmp_path / str(index), addresses, index) for index in range(2)]
    machines.append(start(tmp_path / "alone"))
    try:
        first, second, alone = map(result, machines)
    finally:
        for machine in machines:
            machine.kill()
            machine.wait()
            if machine.stdout:
                machine.stdout.close()
    assert first == second
    assert first[0] == pytest.approx(alone[0], abs=0.01)
    assert first[1:] == alone[1:]


def test_without_a_description_this_machine_is_alone() -> None:
    alone = Cluster.from_environment({})
    assert (alone.index, alone.count) == (0, 1)
    assert alone.tell(3.5) == 3.5


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "{}",
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}',
        '{"cluster": {"worker": ["a:1"], "ps": ["b:1"]}, "task": {"type": "worker", "index": 0}}',
        '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "chief", "index": 0}}',
    ],
)
def test_a_description_that_is_none_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(InvalidInputError, match=VARIABLE):
        Cluster.from_environment({VARIABLE: text})
