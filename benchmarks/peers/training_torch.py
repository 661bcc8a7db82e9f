"""Train with PyTorch's LSTM, if it is installed."""

from __future__ import annotations

import torch
from torch import nn

from benchmarks.training_process import EMBEDDING, STEPS, UNITS, VOCABULARY, Step


def torch_lstm(rows: int) -> Step:
    """Return a step of PyTorch's LSTM under bfloat16 autocast, with its fused Adam, on one thread."""
    torch.set_num_threads(1)
    embedding, lstm = nn.Embedding(VOCABULARY, EMBEDDING), nn.LSTM(EMBEDDING, UNITS)
    output = nn.Linear(UNITS, VOCABULARY)
    parameters = [*embedding.parameters(), *lstm.parameters(), *output.parameters()]
    optimizer = torch.optim.Adam(parameters, 1e-3, fused=True)
    ids = torch.randint(0, VOCABULARY, (STEPS + 1, rows))
    state = [torch.zeros(1, rows, UNITS), torch.zeros(1, rows, UNITS)]

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16):
            outputs, new = lstm(embedding(ids[:-1]), tuple(state))
            logits = output(outputs)
        loss = nn.functional.cross_entropy(logits.float().flatten(0, 1), ids[1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        state[:] = [part.detach() for part in new]

    return step, rows * STEPS
