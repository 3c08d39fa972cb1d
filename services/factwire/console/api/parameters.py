"""Parameters that several resources share, and the address of the next page."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

from fastapi import Query, Request

WITHOUT_NUL: Final = r"^[^\x00]*$"
Word = Annotated[str | None, Query(max_length=200, pattern=WITHOUT_NUL)]
Number = Annotated[Decimal | None, Query(allow_inf_nan=False, max_digits=60)]
Limit = Annotated[int, Query(ge=1, le=500, description="Most items of a page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="Where to go on: from `next` of the page before.")]


def next_page(request: Request, cursor: str | None) -> str | None:
    """The same question from the cursor on, as a path: no proxy can make it wrong."""
    return f"{request.url.path}?{request.url.include_query_params(cursor=cursor).query}" if cursor else None
