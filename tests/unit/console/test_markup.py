from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.console.markup import DEEPEST, Mark, anchor, mark_up, share_out


def mark(start, end, kind="claim", name=None):
    return Mark(start, end, kind, f"{kind}-{start}", "tip", name)


class Reader(HTMLParser):
    """What a browser would make of it: text, elements that are open at each character, faults in nesting."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.open, self.covering, self.ids, self.nested_links = "", [], [], [], False

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        assert tag in {"a", "span"}
        self.nested_links |= tag == "a" and any(entry[0] == "a" for entry in self.open)
        self.open.append((tag, attributes["class"]))
        self.ids += [attributes["id"]] if "id" in attributes else []

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.text += data
        self.covering += [{kind for _, kind in self.open}] * len(data)


def read(html):
    reader = Reader()
    reader.feed(str(html))
    reader.close()
    assert reader.open == []
    return reader


def test_text_is_never_html():
    html = mark_up("<b>5 & 6</b>", 0, 12, [mark(3, 4)])
    assert read(html).text == "<b>5 & 6</b>"
    assert "<b>" not in html


def test_tip_and_id_cannot_break_out():
    html = mark_up("x", 0, 1, [Mark(0, 1, "claim", '"><script>', '"><script>', '"><script>')])
    assert "<script>" not in html


def test_nested_mark_stands_inside_and_only_the_outer_one_is_a_link():
    html = mark_up("more than 70 percent", 0, 20, [mark(10, 12, "entity"), mark(0, 20)])
    reader = read(html)
    assert reader.covering[10] == {"claim", "entity"}
    assert not reader.nested_links


def test_crossing_marks_are_both_shown_over_all_their_characters():
    reader = read(mark_up("abcdef", 0, 6, [mark(0, 4, "claim"), mark(2, 6, "entity")]))
    assert reader.covering == [{"claim"}] * 2 + [{"claim", "entity"}] * 2 + [{"entity"}] * 2


def test_mark_in_pieces_has_its_id_once():
    reader = read(mark_up("abcdef", 0, 6, [mark(0, 4, "claim"), mark(2, 6, "entity", name="at-1")]))
    assert reader.ids == ["at-1"]


def test_mark_that_begins_before_the_stretch_is_shown_without_its_id():
    reader = read(mark_up("abcdef", 3, 6, [mark(1, 5, name="at-1")]))
    assert (reader.text, reader.ids) == ("def", [])
    assert reader.covering == [{"claim"}, {"claim"}, set()]


@pytest.mark.parametrize("target", ["claim-1", "nil:é/ü?#%", 'x"y'])
def test_anchor_is_a_fragment_whatever_the_id(target):
    assert anchor(target).startswith("#")
    assert '"' not in anchor(target)
    assert "#" not in anchor(target)[1:]


spans = st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from(["claim", "entity", "time"]))


@given(st.text(min_size=1, max_size=30), st.lists(spans, max_size=12), st.integers(0, 30), st.integers(0, 30))
def test_any_marks_give_the_text_and_cover_what_they_say(text, drawn, one, other):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    marks = [mark(a, min(b, len(text)), kind) for a, b, kind in drawn if a < b and a < len(text)]
    reader = read(mark_up(text, start, end, marks))
    assert reader.text.replace("\r", "\n") == text[start:end].replace("\r", "\n")
    assert not reader.nested_links
    for place, kinds in enumerate(reader.covering, start):
        wanted = {m.kind for m in marks if m.start <= place < m.end}
        assert kinds <= wanted
        if sum(m.start <= place < m.end for m in marks) <= DEEPEST // 2:
            assert kinds == wanted


def test_a_thousand_marks_on_one_word_stay_readable():
    html = mark_up("x" * 10, 0, 10, [mark(0, 10)] * 1000)
    assert html.count("<span") + html.count("<a") == DEEPEST


@given(st.lists(spans, max_size=12), st.lists(st.integers(0, 30), min_size=1, max_size=6, unique=True))
def test_each_stretch_gets_every_mark_that_touches_it(drawn, cuts):
    marks = [mark(a, b, kind) for a, b, kind in drawn if a < b]
    edges = sorted({0, 31, *cuts})
    stretches = list(pairwise(edges))
    for (start, end), inside in share_out(marks, stretches):
        assert {m for m in marks if m.start < end and m.end > start} == set(inside)


def test_mark_within_one_stretch_is_handed_out_once():
    marks = [mark(n * 10, n * 10 + 5) for n in range(30_000)]
    shared = share_out(marks, [(n * 100, n * 100 + 98) for n in range(3_000)])
    assert sum(len(inside) for _, inside in shared) == 30_000
