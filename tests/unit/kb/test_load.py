"""A compiled file answers as its tables say; users' folders lie over it and win."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from factwire.errors import ConfigurationError, VocabularyFault
from factwire.kb.build import build_file
from factwire.kb.catalogue import AliasKind, Catalogue
from factwire.kb.load import load_catalogue


def ids(catalogue: Catalogue, name: str) -> list[str]:
    return [candidate.record.id for candidate in catalogue.lookup(name)]


def own(folder: Path, **tables: str) -> Path:
    folder.mkdir(exist_ok=True)
    for stem, content in tables.items():
        (folder / f"{stem}.tsv").write_text(content, "utf-8")
    return folder


def test_every_name_leads_to_its_entity(catalogue: Catalogue) -> None:
    for name in ("China", "PRC", "people's republic of china", "Chinese"):
        assert ids(catalogue, name) == ["Q148"]


def test_more_prominent_namesake_comes_first(catalogue: Catalogue) -> None:
    assert ids(catalogue, "Washington") == ["Q61", "Q1223"]


def test_alias_in_capitals_asks_for_capitals(catalogue: Catalogue) -> None:
    (found,) = catalogue.lookup("us")
    assert found.capitals
    assert not catalogue.lookup("America")[0].capitals


def test_family_name_stands_first_where_the_table_says_so(catalogue: Catalogue) -> None:
    assert [c.kind for c in catalogue.lookup("Xi")] == [AliasKind.FAMILY]
    assert [c.record.id for c in catalogue.lookup("Bush")] == ["Q207"]


def test_capital_stands_for_its_country(catalogue: Catalogue) -> None:
    beijing = catalogue.find("Q956")
    assert beijing is not None
    assert beijing.stands_for == ("Q148",)


def test_term_of_office_covers_its_days(catalogue: Catalogue) -> None:
    bush = catalogue.find("Q207")
    assert bush is not None
    assert bush.in_office(date(2005, 6, 1))
    assert not bush.in_office(date(2010, 1, 1))


def test_name_of_a_time_is_a_name_with_its_time(catalogue: Catalogue) -> None:
    (beijing,) = (candidate.record for candidate in catalogue.lookup("Peking"))
    assert beijing.bears("peking", date(1979, 12, 31))
    assert beijing.is_no_longer("peking", date(1980, 1, 1))
    assert not beijing.is_no_longer("beijing", date(1980, 1, 1))


def test_name_taken_later_is_not_yet_the_entitys(catalogue: Catalogue) -> None:
    (union,) = (candidate.record for candidate in catalogue.lookup("Quorn Milk"))
    assert union.is_not_yet("quorn milk", date(1990, 4, 30))
    assert union.bears("quorn milk", date(1990, 5, 1))
    assert not union.is_no_longer("quorn milk", date(1990, 4, 30))


def test_own_folder_adds_terms_and_dated_names_to_a_known_entity(compiled: Path, tmp_path: Path) -> None:
    tables = {
        "people": "id\tname\nQ207\tGeorge W. Bush\n",
        "offices": "person\toffice\tof\tstart\tend\nQ207\tgovernor\tQ1439\t1995-01-17\t2000-12-21\n",
        "names": "entity\tname\tstart\tend\nQ207\tGovernor Bush\t1995-01-17\t2000-12-21\n",
    }
    bush = load_catalogue(compiled, own(tmp_path / "own", **tables)).find("Q207")
    assert bush is not None
    assert [term.office for term in bush.terms] == ["president", "governor"]
    assert bush.bears("governor bush", date(1999, 1, 1))


def test_dated_name_of_nobody_stops_the_start(compiled: Path, tmp_path: Path) -> None:
    folder = own(tmp_path / "own", names="entity\tname\tstart\tend\nQ7\tNed\t1990\t\n")
    with pytest.raises(VocabularyFault, match="Q7"):
        load_catalogue(compiled, folder)


def test_national_body_has_a_short_name(catalogue: Catalogue) -> None:
    assert [(c.record.id, c.kind) for c in catalogue.lookup("House of Representatives")] == [
        ("Q11701", AliasKind.SHORT)
    ]


def test_row_without_an_id_has_the_id_that_texts_give_it(catalogue: Catalogue) -> None:
    assert ids(catalogue, "QDU")[0].startswith("nil:")


def test_prefixes_are_the_known_keys_that_a_text_begins_with(catalogue: Catalogue) -> None:
    assert catalogue.prefixes("washington , d c is") == ["wash", "washington", "washington , d c"]


def test_words_and_given_names_are_told(catalogue: Catalogue) -> None:
    assert catalogue.is_word("turkey")
    assert not catalogue.is_word("china")
    assert catalogue.given_gender("George") == "m"
    assert catalogue.given_gender("Turkey") is None


def test_version_is_a_digest_of_the_content(tables: Path, tmp_path: Path) -> None:
    first = load_catalogue(build_file(tmp_path / "a.kb", tables, cities=False)).version
    again = load_catalogue(build_file(tmp_path / "b.kb", tables, cities=False)).version
    (tables / "words.tsv").write_text("word\nturkey\nchina\n", "utf-8")
    changed = load_catalogue(build_file(tmp_path / "c.kb", tables, cities=False)).version
    assert first == again != changed


def test_own_entity_is_added(compiled: Path, tmp_path: Path) -> None:
    folder = own(tmp_path / "own", companies="id\tname\taliases\tprior\nQ900001\tBrimstead Pumps\tBrimstead\t40\n")
    catalogue = load_catalogue(compiled, folder)
    assert ids(catalogue, "Brimstead") == ["Q900001"]
    assert ids(catalogue, "China") == ["Q148"]
    assert catalogue.version != load_catalogue(compiled).version


def test_own_row_wins_in_the_columns_it_fills(compiled: Path, tmp_path: Path) -> None:
    folder = own(tmp_path / "own", places="id\tname\taliases\nQ956\tPeking City\tJingshi\n")
    catalogue = load_catalogue(compiled, folder)
    record = catalogue.find("Q956")
    assert record is not None
    assert (record.name, record.prior, record.country) == ("Peking City", 92, "CN")
    assert ids(catalogue, "Jingshi") == ids(catalogue, "Beijing") == ["Q956"]


def test_later_folder_wins(compiled: Path, tmp_path: Path) -> None:
    first = own(tmp_path / "one", places="id\tname\nQ956\tOne\n")
    second = own(tmp_path / "two", places="id\tname\nQ956\tTwo\n")
    assert load_catalogue(compiled, first, second).lookup("Beijing")[0].record.name == "Two"


def test_entity_and_alias_are_blocked(compiled: Path, tmp_path: Path) -> None:
    folder = own(tmp_path / "own", block="id\talias\nQ1223\t\nQ148\tPRC\n")
    catalogue = load_catalogue(compiled, folder)
    assert ids(catalogue, "Washington") == ["Q61"]
    assert ids(catalogue, "PRC") == []
    assert ids(catalogue, "China") == ["Q148"]


def test_json_table_has_the_same_columns(compiled: Path, tmp_path: Path) -> None:
    folder = own(tmp_path / "own")
    (folder / "people.json").write_text('[{"id": "Q900002", "name": "Orla Brannigan", "aliases": ["O. Brannigan"]}]')
    assert ids(load_catalogue(compiled, folder), "O. Brannigan") == ["Q900002"]


@pytest.mark.parametrize(
    ("table", "content", "fault"),
    [
        ("places", "id\tname\n148\tChina\n", "places.tsv:2: '148' is no id"),
        ("places", "id\tname\tprior\nQ1\tX\thigh\n", "places.tsv:2: prior 'high' is no number"),
        ("places", "id\tname\nQ1\tX\tY\n", "places.tsv:2: 3 cells under 2 columns"),
        ("planets", "id\tname\nQ2\tEarth\n", "no table is named 'planets'"),
    ],
)
def test_fault_names_file_and_line(compiled: Path, tmp_path: Path, table: str, content: str, fault: str) -> None:
    with pytest.raises(VocabularyFault, match=fault.replace("'", ".")):
        load_catalogue(compiled, own(tmp_path / "own", **{table: content}))


def test_table_in_another_encoding_is_refused_with_its_line(compiled: Path, tmp_path: Path) -> None:
    (tmp_path / "places.tsv").write_bytes("id\tname\nQ1\tOne\nQ2\tM\xfcnchen\n".encode("latin-1"))
    with pytest.raises(VocabularyFault, match=r"places\.tsv:3: is not UTF-8"):
        load_catalogue(compiled, tmp_path)


def test_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="factwire kb build"):
        load_catalogue(tmp_path / "none.kb")


@pytest.mark.parametrize("content", [b"", b"something else", b"factwire kb 1\n"])
def test_other_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.kb"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="not a knowledge base"):
        load_catalogue(path)


def test_cut_file_is_refused(compiled: Path) -> None:
    compiled.write_bytes(compiled.read_bytes()[:-100])
    with pytest.raises(ConfigurationError, match="not a knowledge base"):
        load_catalogue(compiled)


def test_missing_folder_is_refused(compiled: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such folder"):
        load_catalogue(compiled, tmp_path / "nowhere")
