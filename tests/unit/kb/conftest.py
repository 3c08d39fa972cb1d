"""Small tables in the house format, and a knowledge base compiled of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factwire.kb.build import build_file
from factwire.kb.catalogue import Catalogue
from factwire.kb.load import load_catalogue

TABLES = {
    "countries.tsv": (
        "id\tname\taliases\tiso2\tcapital\tdemonyms\tdemonym_nouns\tprior\n"
        "Q148\tChina\tPeople's Republic of China|PRC\tCN\tQ956\tChinese\t\t97\n"
        "Q30\tUnited States\tUS|U.S.|America\tUS\tQ61\tAmerican\tAmericans\t100\n"
    ),
    "places.tsv": (
        "id\tsubtype\tname\taliases\tcountry\tprior\n"
        "Q956\tcity\tBeijing\tPeking\tCN\t92\n"
        "Q61\tcity\tWashington, D.C.\tWashington\tUS\t92\n"
        "Q1223\tstate\tWashington\tWash.\tUS\t62\n"
    ),
    "people.tsv": (
        "id\tname\tcountry\tgender\tfamily_first\tborn\tprior\n"
        "Q15031\tXi Jinping\tCN\tm\t1\t1953\t95\n"
        "Q207\tGeorge W. Bush\tUS\tm\t\t1946\t80\n"
    ),
    "offices.tsv": "person\toffice\tof\tstart\tend\nQ207\tpresident\tQ30\t2001-01-20\t2009-01-20\n",
    "names.tsv": "entity\tname\tstart\tend\nQ956\tPeking\t\t1979\nQuorn Dairy Union\tQuorn Milk\t1990-05\t\n",
    "organizations.tsv": (
        "id\tsubtype\tname\tacronyms\tcountry\tprior\n"
        "Q11701\tlegislature\tUnited States House of Representatives\t\tUS\t82\n"
        "\tngo\tQuorn Dairy Union\tQDU\tGB\t20\n"
    ),
    "words.tsv": "word\nturkey\n",
    "given-names.tsv": "name\tgender\ngeorge\tm\n",
}

Compile = Callable[..., Catalogue]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, content in TABLES.items():
        (folder / name).write_text(content, "utf-8")
    return folder


@pytest.fixture
def compiled(tables: Path, tmp_path: Path) -> Path:
    return build_file(tmp_path / "small.kb", tables, cities=False)


@pytest.fixture
def catalogue(compiled: Path) -> Catalogue:
    return load_catalogue(compiled)
