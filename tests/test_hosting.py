"""What docs/hosting.md ships and says: a unit file that systemd takes, and names that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.support.paths import ROOT

UNIT = ROOT / "deploy/charla@.service"
PAGE = (ROOT / "docs/hosting.md").read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing")
def test_systemd_takes_the_unit_file(tmp_path: Path) -> None:
    # The program need not be installed where the tests run: another one stands for it.
    text = UNIT.read_text()
    assert text.count("/opt/charla/bin/charla run") == 1
    (tmp_path / "charla@here.service").write_text(text.replace("/opt/charla/bin/charla run", "/bin/true"))
    unit = tmp_path / "charla@here.service"
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "charla" in line]) == (0, [])


def test_the_unit_file_names_settings_that_there_are() -> None:
    (variables,) = re.findall(r"^Environment=(.*)$", UNIT.read_text(), re.MULTILINE)
    assert {pair.partition("=")[0].lower() for pair in variables.split()} <= set(Settings.model_fields)


def test_the_page_names_settings_targets_and_files_that_there_are() -> None:
    named = set(re.findall(r"\b([A-Z]+(?:_[A-Z]+)+)=", PAGE)) - {"SSL_CERT_FILE"}  # which is OpenSSL's
    assert named <= {name.upper() for name in Settings.model_fields}
    makefile = (ROOT / "Makefile").read_text()
    assert all(
        re.search(rf"^{target}:", makefile, re.MULTILINE) for target in re.findall(r"^make (\w+)", PAGE, re.MULTILINE)
    )
    places = re.findall(r"\]\((?!http)([^)#]+)", PAGE)
    assert places
    assert all((ROOT / "docs" / place).exists() for place in places)
    headings = {
        re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= headings
