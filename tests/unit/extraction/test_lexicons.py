"""Vocabulary is data: a user's folder is laid over what ships, and faults name file, line and what is wrong."""

from pathlib import Path

import pytest

from factwire.errors import VocabularyFault
from factwire.extraction.lexicons import load_lexicons

SENTENCES = "text/sentences"


def folder_with(tmp_path: Path, name: str, content: str) -> Path:
    path = tmp_path / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return tmp_path


def test_a_users_list_grows_ours(tmp_path: Path) -> None:
    own = load_lexicons(folder_with(tmp_path, SENTENCES, 'before_names = ["Archdeacon"]'))
    assert {"Archdeacon", "Gen"} <= set(own.table(SENTENCES).words("before_names"))


def test_the_version_is_the_same_for_the_same_tables_and_another_for_others(tmp_path: Path) -> None:
    assert load_lexicons().version == load_lexicons().version
    own = load_lexicons(folder_with(tmp_path, SENTENCES, 'always = ["xyz"]'))
    assert own.version != load_lexicons().version


def test_broken_toml_names_file_and_line(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, SENTENCES, 'always = ["a"]\nbefore_names = [')
    with pytest.raises(VocabularyFault, match=r"sentences\.toml"):
        load_lexicons(folder)


def test_a_table_nobody_reads_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "text/sentinces", "always = []")
    with pytest.raises(VocabularyFault, match="no table is named 'text/sentinces'; there are"):
        load_lexicons(folder)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyFault, match="no such folder"):
        load_lexicons(tmp_path / "nowhere")


def test_a_value_of_the_wrong_kind_names_its_line(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, SENTENCES, '# mine\nalways = "vs"\n')
    with pytest.raises(VocabularyFault, match=r"sentences\.toml:2: 'always' must be a list of strings"):
        load_lexicons(folder).table(SENTENCES).words("always")
