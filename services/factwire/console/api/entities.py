"""``/v1/entities``: who and what the articles are about."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from factwire.console.api.parameters import Cursor, Limit, Type, Word, next_page
from factwire.console.reading import Reading
from factwire.console.views import EntityList, EntityProfile
from factwire.runtime.web.problems import NOT_FOUND, Problem, described


def add_routes(router: APIRouter, reading: Reading) -> None:
    @router.get(
        "/entities",
        summary="Entities by name.",
        response_description="A page of entities",
        responses=described(422, 503),
    )
    async def list_entities(
        request: Request,
        name: Annotated[Word, Query(description="Beginnings of words of the name: `xi jin`.")] = None,
        type: Annotated[Type | None, Query(description="What sort of entity it is.")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> EntityList:
        """In the order of their names, with how many articles mention them."""
        found, following = await reading.entities(name=name, type=type, limit=limit, cursor=cursor)
        return EntityList(data=found, next=next_page(request, following))

    @router.get(
        "/entities/{entity_id:path}",
        summary="One entity.",
        response_description="The entity",
        responses=described(404, 422, 503),
    )
    async def show_entity(entity_id: str) -> EntityProfile:
        """Who it is, how it is written, and how many articles and claims there are."""
        found = await reading.entity(entity_id)
        if found is None:
            raise Problem(NOT_FOUND, f"no visible article mentions an entity {entity_id!r}")
        return found
