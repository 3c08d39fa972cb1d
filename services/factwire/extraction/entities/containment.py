"""Which of several places of one name is meant, where the text says what it lies in or what lies in it.

"Paris, Texas" is the town there; "Atlanta, Georgia" and "Georgia's governor" name the state, "Tbilisi in Georgia" and
"the prime minister of Georgia" the country. A text may mean both: a name that says nothing of itself goes with the
nearest that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.kb.catalogue import DEMONYMS, Candidate, Catalogue, Record

_STATES: Final = frozenset(["state", "province"])
_REGIONS: Final = frozenset(["state", "province", "region"])
_WIDE: Final = frozenset(["country", "state", "province", "region"])
_REACH: Final = 40
"""How many characters of folded text the name of a region may have."""
_KNOWN: Final = 50
"""How well known two places of one name are, if each may be meant without its region."""
_ADDRESSED: Final = frozenset(["US", "CA", "AU"])
"""Countries whose papers write a town with its state."""
_OCCURRENCES: Final = 64
"""At most so many occurrences of a name are looked at: the work for a text stays linear."""
_TOWN_WORDS: Final = 3
_LIST: Final = frozenset(["and", "or", "&"])


@dataclass(slots=True)
class Containment:
    """Rules over the names of one text. What a text says outright is read once, by where the name begins."""

    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue
    names: Sequence[Name]
    _told: dict[int, Candidate] = field(default_factory=dict)
    _towns: dict[int, str] = field(default_factory=dict)
    _told_keys: dict[str, list[int]] = field(default_factory=dict)
    _town_keys: dict[str, set[str]] = field(default_factory=dict)
    _heads: set[str] = field(default_factory=set)
    _ending: dict[int, Name] = field(default_factory=dict)
    _regions: dict[int, tuple[Record, ...]] = field(default_factory=dict)
    _signs: dict[str, list[tuple[int, Candidate]]] = field(default_factory=dict)

    @classmethod
    def of(cls, tokens: Tokens, grammar: EntityGrammar, catalogue: Catalogue, names: Sequence[Name]) -> Containment:
        """The rules for one text, its names in reading order."""
        found = cls(tokens, grammar, catalogue, names)
        keys = tokens.keys
        for name in names:
            if name.candidates:
                found._ending[name.stop] = name
            before_comma = name.stop < len(keys) and keys[name.stop] == ","
            if before_comma or len(name.candidates) > 1:
                found._read(name, before_comma=before_comma)
        return found

    def _read(self, name: Name, *, before_comma: bool) -> None:
        """Notes what stands around one name."""
        places = [candidate for candidate in name.candidates if _is_place(candidate)]
        told = (self._inside(name, places) or self._around(name, places)) if places else None
        if told is not None:
            self._told[name.first] = told
            self._heads.add(self.tokens.keys[name.first])
            positions = self._told_keys.setdefault(self.tokens.key(name.first, name.stop), [])
            if len(positions) < _OCCURRENCES:
                positions.append(name.first)
        elif before_comma and (town := self._unlisted_here(name)) is not None:
            self._towns[name.first] = town
            self._heads.add(self.tokens.keys[name.first])
            self._town_keys.setdefault(self.tokens.key(name.first, name.stop), set()).add(town)

    # -- which one it is -----------------------------------------------------------------------------------------------

    def settled(self, name: Name) -> Candidate | None:
        """The place that the text says a name means, by what stands around it or around the same name elsewhere."""
        if not name.candidates or self.tokens.keys[name.first] not in self._heads:
            return None
        here = self._told.get(name.first)
        if here is not None:
            return here if here in name.candidates else None
        key = self.tokens.key(name.first, name.stop)
        return self._told_elsewhere(name, key) if key in self._told_keys else None

    def _inside(self, name: Name, places: Sequence[Candidate]) -> Candidate | None:
        """The place that lies in the region after the name: Paris, Texas."""
        regions = self.regions(name.stop)
        found = next((c for c in places if any(_lies_in(c.record, region) for region in regions)), None)
        if found is None or found is places[0]:
            return found
        return None if self._is_listed(name.stop) or self._leads_on(name.stop) else found

    def _around(self, name: Name, places: Sequence[Candidate]) -> Candidate | None:
        """The region in which the town before the name lies, or that has such an office: Atlanta, Georgia."""
        if len(places) < 2 or not any(place.record.subtype in _WIDE for place in places):
            return None
        keys, first = self.tokens.keys, name.first
        town = self._ending.get(first - 1) if first and keys[first - 1] in (",", "in") else None
        if town is not None and (found := _holder(town, places)) is not None:
            return found
        subtypes = self._governed(name)
        return next((c for c in places if c.record.subtype in subtypes and c.record.prior >= _KNOWN), None)

    def _governed(self, name: Name) -> frozenset[str]:
        """The subtypes of place that have the office named beside a name: Georgia's governor, president of Georgia."""
        beside = list(self._beside(name))
        if any(key in self.grammar.of_states for key in beside):
            return _STATES
        return frozenset(["country"] if any(key in self.grammar.of_countries for key in beside) else [])

    def _beside(self, name: Name) -> Iterator[str]:
        """The words that may say what a place is: before "of" it, after it or its "'s", after ", a"."""
        keys, first, stop = self.tokens.keys, name.first, name.stop
        if first > 1 and keys[first - 1] in ("of", "from"):
            yield keys[first - 2]
        if keys[stop : stop + 1] == [","] and keys[stop + 1 : stop + 2] in (["a"], ["the"]):
            yield from keys[stop + 2 : stop + 5]
        yield from keys[stop + 1 : stop + 2] if keys[stop : stop + 1] == ["s"] else keys[stop : stop + 1]

    def _told_elsewhere(self, name: Name, key: str) -> Candidate | None:
        """A town goes by the one that the text places; a region by the nearest sign of one of its namesakes."""
        signs = self._signs.get(key)
        if signs is None:
            signs = self._signs[key] = self._find_signs(name, key)
        nearest = min(signs, key=lambda sign: abs(sign[0] - name.first))[1]
        return nearest if nearest in name.candidates else None

    def _find_signs(self, name: Name, key: str) -> list[tuple[int, Candidate]]:
        """Where the text speaks for which meaning of a name."""
        told = [(first, self._told[first]) for first in self._told_keys[key]]
        subtypes = ("country", *_STATES)
        wide = [c for c in name.candidates if c.record.subtype in subtypes and c.record.prior >= _KNOWN]
        if len(wide) < 2:
            return told
        return [*told, *islice(self._members(key, wide), _OCCURRENCES)]

    def _members(self, key: str, wide: Sequence[Candidate]) -> Iterator[tuple[int, Candidate]]:
        """Names that lie in just one of the regions of a name, and the people of a country."""
        for name in self.names:
            if name.candidates and self.tokens.key(name.first, name.stop) != key:
                record = name.candidates[0].record
                found = [c for c in wide if record.id == c.record.id or _lies_in(record, c.record)]
                if len(found) == 1:
                    yield name.first, found[0]

    # -- places that no table has --------------------------------------------------------------------------------------

    def unlisted(self, name: Name) -> str | None:
        """The full name of a town in a known state, where no table has it: Paris, Kentucky; Spencer, West Virginia."""
        if not self._towns or self.tokens.keys[name.first] not in self._heads:
            return None
        if name.first in self._towns:
            return self._towns[name.first]
        full = self._town_keys.get(self.tokens.key(name.first, name.stop), ())
        return next(iter(full)) if len(full) == 1 and self.settled(name) is None else None

    def _unlisted_here(self, name: Name) -> str | None:
        if name.size > _TOWN_WORDS or (name.candidates and not _is_place(name.candidates[0])):
            return None
        regions = self.regions(name.stop)
        if not regions or self.tokens.keys[name.stop - 1] in self.grammar.last or self._is_listed(name.stop):
            return None
        region, town = regions[0], name.candidates[0].record if name.candidates else None
        if region.subtype not in _STATES or region.country not in _ADDRESSED:
            return None
        if town is not None and town.country == region.country:
            return None
        key = self.tokens.key(*self._region_tokens(name.stop))
        namesakes = (c.record for c in self.catalogue.candidates(key) if _is_place(c))
        if any(place.id != region.id and place.prior >= _KNOWN for place in namesakes) or not self._is_closed(
            name.stop
        ):
            return None
        start, end = self.tokens.span(name.first, name.stop)
        return f"{self.tokens.text[start:end]}, {region.name}"

    def _is_closed(self, stop: int) -> bool:
        """Whether a comma or the end of a clause follows after the region."""
        end = self._region_tokens(stop)[1]
        return end >= len(self.tokens) or self.tokens.keys[end] in (BREAK, ",")

    # -- the region after a name ---------------------------------------------------------------------------------------

    def regions(self, stop: int) -> tuple[Record, ...]:
        """The states and countries that a name after a comma may mean, the likeliest first: Houston, Texas."""
        found = self._regions.get(stop)
        if found is None:
            found = self._regions[stop] = tuple(self._read_regions(stop))
        return found

    def _read_regions(self, stop: int) -> Iterable[Record]:
        first, end = self._region_tokens(stop)
        if first == end:
            return ()
        listed = (
            candidate for candidate in self.catalogue.candidates(self.tokens.key(first, end)) if _is_place(candidate)
        )
        return (c.record for c in listed if c.record.subtype == "country" or c.record.subtype in _REGIONS)

    def _region_tokens(self, stop: int) -> tuple[int, int]:
        """The longest name of a state or country after a comma, as token bounds; empty if there is none."""
        keys, tokens, first = self.tokens.keys, self.tokens, stop + 1
        if first >= len(keys) or keys[stop] != "," or not tokens.capital[first]:
            return first, first
        at = tokens.at[first]
        for key in reversed(self.catalogue.prefixes(tokens.line[at : at + _REACH])):
            whole = tokens.line[at + len(key) : at + len(key) + 1] in ("", " ")
            if whole and any(_is_region(candidate) for candidate in self.catalogue.candidates(key)):
                return first, first + key.count(" ") + 1
        return first, first

    def _is_listed(self, stop: int) -> bool:
        """Whether the name after the comma is one more of a list: Paris, Texas and Ohio; Tokyo, California, Rome."""
        keys, index = self.tokens.keys, self._region_tokens(stop)[1]
        comma = keys[index : index + 1] == [","]
        index += comma
        joined = index < len(keys) and keys[index] in _LIST
        return (comma or joined) and self._begins_place(index + joined)

    def _leads_on(self, stop: int) -> bool:
        """Whether the name after the comma begins something else: In Paris, Texas Governor Greg Abbott spoke."""
        end = self._region_tokens(stop)[1]
        after = self.tokens.keys[end : end + 1]
        return after == ["s"] or any(key in self.grammar.title_parts for key in after)

    def _begins_place(self, index: int) -> bool:
        if index >= len(self.tokens) or not self.tokens.capital[index]:
            return False
        found = self.catalogue.candidates(self.tokens.keys[index])
        return bool(found) and found[0].record.type == "place"


def _is_place(candidate: Candidate) -> bool:
    return candidate.record.type == "place" and candidate.kind not in DEMONYMS


def _is_region(candidate: Candidate) -> bool:
    return _is_place(candidate) and candidate.record.subtype in _WIDE


def _lies_in(record: Record, region: Record) -> bool:
    """Whether something is known to lie in a region, or to belong to a country."""
    if record.parent and record.parent == region.id:
        return True
    inside = region.subtype == "country" and record.subtype != "country"
    return inside and bool(region.country) and record.country == region.country


def _holder(town: Name, places: Sequence[Candidate]) -> Candidate | None:
    """The region that a town lies in, of those that a name may mean: the likeliest town decides."""
    for candidate in town.candidates:
        if _is_place(candidate):
            for place in places:
                if place.record.subtype in _WIDE and _lies_in(candidate.record, place.record):
                    return place
    return None
