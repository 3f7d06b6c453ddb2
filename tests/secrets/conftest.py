"""A ring of this test's own: rotations must not change the keys of the others."""

from pathlib import Path

import pytest
from pytest_django import Settings

from staff import keyring


@pytest.fixture
def ring(tmp_path: Path, settings: Settings) -> Path:
    """The workers' ring of a fresh installation."""
    file = tmp_path / "keys.json"
    keyring.keep(file)
    settings.FIELD_KEYS_FILE = str(file)
    return file
