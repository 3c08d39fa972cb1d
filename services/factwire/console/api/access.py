"""Who may read: the holder of a key with the scope ``read``, and whoever is signed in to the pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Request, Response

from factwire.runtime.access import READ
from factwire.runtime.web.keys import SCHEME, Keyring

SignedIn: TypeAlias = Callable[[Request], Awaitable[bool]]
"""Whether a request comes from somebody who is signed in to the pages and may read."""


async def nobody(_: Request) -> bool:
    """Where there are no pages."""
    return False


def readers(keyring: Keyring, signed_in: SignedIn = nobody) -> Any:
    """A dependency of the read API. A session is enough, since nothing here changes anything."""

    async def admitted(request: Request, response: Response, _: Annotated[object, Depends(SCHEME)]) -> None:
        authorization = request.headers.get("authorization")
        if authorization is None and await signed_in(request):
            return
        caller = await keyring.admit(authorization, READ)
        response.headers.update(caller.headers)

    return Depends(admitted)
