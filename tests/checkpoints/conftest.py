from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("MODELS_DIR", str(tmp_path_factory.mktemp("own") / "models"))
