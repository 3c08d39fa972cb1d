"""A name where a filter takes an id: whoever types "China" means Q148. Others of that name are offered beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from factwire.console.site.asking import Asked
from factwire.console.site.frame import Site
from factwire.console.views import EntitySummary

NAMESAKES: Final = 6
COUNTRY_CODE: Final = 2
"""Letters of it: never taken for a name."""


@dataclass(slots=True)
class Meant:
    """``names`` by id, for the filters in force; ``namesakes`` by field: who else is called so."""

    names: dict[str, str] = field(default_factory=dict)
    namesakes: dict[str, tuple[EntitySummary, ...]] = field(default_factory=dict)

    def written(self, value: str) -> str:
        """An id with its name, anything else as it is."""
        return f"{self.names[value]} ({value})" if value in self.names else value


async def settle(site: Site, asked: Asked, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Meant:
    """Puts ids in the place of names in ``asked``. An ``optional`` field may hold words that are nobody's name."""
    meant = Meant()
    fields = [name for name in (*required, *optional) if len(asked.given.get(name, "")) > COUNTRY_CODE]
    meant.names = await site.reading.entity_names({asked.given[name] for name in fields})
    for name in fields:
        if asked.given[name] not in meant.names and not await _named(site, asked, name, meant) and name in required:
            asked.faults.append(f"{name}: no article names “{asked.given[name]}”; /entities finds beginnings of names")
    return meant


async def _named(site: Site, asked: Asked, name: str, meant: Meant) -> bool:
    """Whether somebody is called so; the one in most articles is who is meant."""
    typed = asked.given[name]
    first, *others = await site.reading.entities_called(typed, limit=NAMESAKES) or [None]
    if first is None:
        return False
    asked.given[name] = first.entity_id
    meant.names[first.entity_id] = first.name
    meant.namesakes[name] = tuple(filter(None, others))
    return True
