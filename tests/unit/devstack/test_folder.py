"""The data folder of a stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from factwire.devstack.folder import claimed, empty
from factwire.errors import ConfigurationError


def test_second_stack_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with claimed(tmp_path / "data") as folder, pytest.raises(ConfigurationError, match="--data-dir"), claimed(folder):
        pytest.fail("two stacks hold one folder")


def test_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    with claimed(tmp_path):
        assert tmp_path.exists()
    with claimed(tmp_path) as folder:
        assert folder == tmp_path


def test_only_our_own_parts_are_deleted(tmp_path: Path) -> None:
    for name in ("broker", "postgres", "logs", "mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    empty(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_empty_folder_can_be_emptied(tmp_path: Path) -> None:
    empty(tmp_path)
    assert list(tmp_path.iterdir()) == []
