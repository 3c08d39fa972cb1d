"""Calls to addresses that somebody else gave us: only to the public internet, unless it is allowed on purpose.

A name is resolved once, every address it has is judged, and the call goes to one that was judged: a name that answers
differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

import httpx

from factwire.errors import InvalidInput

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
_NAT64: Final = ip_network("64:ff9b::/96")


class RefusedAddress(InvalidInput):
    """The address is not on the public internet."""


def is_public(address: Address) -> bool:
    """Not private, local, reserved or multicast, nor a way of writing such an IPv4 address in IPv6."""
    inner = _within(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def public_address(host: str, port: int, *, resolve: Resolve = resolve, allowed: Sequence[Network] = ()) -> str:
    """An address of ``host`` to call. Raises :class:`RefusedAddress` if any of its addresses is neither public nor in
    one of the ``allowed`` networks.
    """
    found = [ip_address(one.split("%")[0]) for one in await resolve(host, port)]
    for address in found:
        if not is_public(address) and not any(address in network for network in allowed):
            raise RefusedAddress(f"{host} is {address}, which is not on the public internet; it is not called")
    if not found:
        raise RefusedAddress(f"{host} has no address")
    return str(found[0])


class PublicOnly(httpx.AsyncBaseTransport):
    """Wraps a transport: every request, redirects included, goes to a judged address and to no other."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, *, resolve: Resolve = resolve, allowed: Sequence[Network] = ()
    ) -> None:
        self._inner = inner
        self._resolve = resolve
        self._allowed = tuple(allowed)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, port = request.url.host, request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await public_address(host, port, resolve=self._resolve, allowed=self._allowed)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _within(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4 or NAT64."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
