"""Who may come in, where nobody is asked for a key."""

from __future__ import annotations


class OpenDoor:
    async def is_open(self) -> bool:
        return True

    async def identify(self, key: str) -> None:
        return None

    async def still_holds(self, key_id: str) -> bool:
        return False
