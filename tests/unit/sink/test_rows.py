from __future__ import annotations

from tests.support.events import NOON, enriched

from factwire.sink.rows import to_write
from factwire.storage.write import CHILDREN, columns


def test_every_row_fills_every_column_and_no_other() -> None:
    write = to_write(enriched(), event_id="e", at=NOON)
    assert set(write.article) == set(columns("articles"))
    assert write.source is not None
    assert set(write.source) == set(columns("sources"))
    for table in ("entities", *CHILDREN):
        rows = getattr(write, table)
        assert rows, table
        assert all(set(row) == set(columns(table)) for row in rows), table


def test_mentions_stand_in_document_order() -> None:
    write = to_write(enriched(), event_id="e", at=NOON)
    starts = [row["span_start"] for row in write.mentions]
    assert starts == sorted(starts)
    assert [row["ordinal"] for row in write.mentions] == [0, 1]


def test_a_withdrawn_article_keeps_no_text_and_no_children() -> None:
    write = to_write(enriched(status="withdrawn"), event_id="e", at=NOON)
    assert (write.article["text"], write.article["title"], write.article["withdrawn_at"]) == ("", None, NOON)
    assert all(getattr(write, table) == () for table in ("entities", *CHILDREN))


def test_integers_beyond_64_bits_in_extra_are_kept() -> None:
    write = to_write(enriched(extra={"n": 10**30}), event_id="e", at=NOON)
    assert write.article["extra"] == f'{{"n":{10**30}}}'
