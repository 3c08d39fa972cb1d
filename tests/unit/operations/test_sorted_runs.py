"""Lines come out sorted, once each, however few are held at once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from factwire.operations.sorted_runs import SortedRuns

LINE = st.binary(max_size=8).filter(lambda line: b"\n" not in line)


@given(st.lists(LINE, max_size=60), st.integers(1, 9))
def test_lines_come_out_sorted_and_once(lines: list[bytes], held: int) -> None:
    with tempfile.TemporaryDirectory() as folder, SortedRuns(Path(folder), held) as runs:
        for line in lines:
            runs.add(line)
        assert list(runs.merged()) == sorted(set(lines))
        assert runs.most_held <= held
        assert runs.added == len(lines)
