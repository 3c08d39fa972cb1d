"""However the keys are spread over tries, a file answers the same."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from factwire.kb.catalogue import AliasKind, Record
from factwire.kb.layers import CompiledLayer, open_layer, read_footer
from factwire.kb.packing import Packer, posting

KEYS = st.sets(st.text("ab c", min_size=1, max_size=6), min_size=1, max_size=40)


def packed(keys: set[str], keys_per_trie: int) -> tuple[CompiledLayer, Packer]:
    packer = Packer(keys_per_trie=keys_per_trie)
    names = []
    for number, key in enumerate(sorted(keys)):
        packer.add(Record(f"Q{number + 1}", "place", None, key))
        names += [(key, posting(number, AliasKind.NAME, False)), (key, posting(number, AliasKind.ACRONYM, True))]
    packer.add_names(sorted(names))
    out = io.BytesIO()
    packer.finish(out)
    view = memoryview(out.getvalue())
    footer = read_footer(view)
    assert footer is not None
    return open_layer(view, footer), packer


@given(KEYS, st.integers(1, 7), st.text("ab cd", max_size=8))
def test_small_tries_answer_as_one(keys: set[str], keys_per_trie: int, text: str) -> None:
    spread, packer = packed(keys, keys_per_trie)
    assert packer.most_keys <= keys_per_trie
    assert spread.prefixes(text) == sorted((k for k in keys if text.startswith(k)), key=len)
    for key in (*keys, text):
        found = {(spread.record(p.number).name, p.kind, p.capitals) for p in spread.postings(key)}
        assert found == ({(key, AliasKind.NAME, False), (key, AliasKind.ACRONYM, True)} if key in keys else set())


@given(KEYS, st.integers(1, 7))
def test_every_id_leads_to_its_record(keys: set[str], keys_per_trie: int) -> None:
    layer, _ = packed(keys, keys_per_trie)
    for number, key in enumerate(sorted(keys)):
        assert layer.number_of(f"Q{number + 1}") == number
        assert layer.record(number).name == key
    assert layer.number_of(f"Q{len(keys) + 1}") is None
    assert layer.number_of("Q0") is None
    assert layer.number_of("geonames:1") is None


def test_ids_of_other_registers_are_found() -> None:
    packer = Packer()
    for entity_id in ("Q7", "geonames:12", "nil:x"):
        packer.add(Record(entity_id, "place", None, entity_id))
    packer.add_names([])
    out = io.BytesIO()
    packer.finish(out, label="20260301", origin="a test")
    view = memoryview(out.getvalue())
    layer = open_layer(view, read_footer(view) or {})
    assert [layer.number_of(i) for i in ("Q7", "geonames:12", "nil:x", "Q12")] == [0, 1, 2, None]
    assert layer.version.startswith("20260301-")
    assert layer.origin == "a test"
    assert layer.prefixes("anything") == []
    assert layer.postings("anything") == ()
