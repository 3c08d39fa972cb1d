"""Only addresses on the public internet are called, however they are written and whatever a name answers later."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.runtime.web.addresses import PublicOnly, RefusedAddress, is_public, public_address


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2002:0a00:0001::",
    ],
)  # fmt: skip
def test_addresses_inside_are_not_public(inside):
    assert not is_public(ip_address(inside))


@pytest.mark.parametrize("outside", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_addresses_outside_are(outside):
    assert is_public(ip_address(outside))


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_a_private_address_stays_private_in_every_dress(address):
    number = int(address)
    for dress in (f"::ffff:{address}", f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}"):
        assert not is_public(ip_address(dress))


async def test_one_private_address_among_public_ones_is_enough_to_refuse():
    async def answers(host: str, port: int) -> Sequence[str]:
        return ["8.8.8.8", "10.0.0.1"]

    with pytest.raises(RefusedAddress, match=r"10\.0\.0\.1"):
        await public_address("both.example", 443, resolve=answers)


async def test_a_call_goes_to_the_address_that_was_judged_under_the_name_that_was_given():
    asked: list[str] = []
    seen: list[httpx.Request] = []

    async def answers(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    def receive(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=PublicOnly(httpx.MockTransport(receive), resolve=answers)) as client:
        await client.get("https://rebinding.example/x")
        with pytest.raises(RefusedAddress):
            await client.get("https://rebinding.example/x")
    (request,) = seen
    assert request.url.host == "8.8.8.8"
    assert request.headers["host"] == "rebinding.example"
    assert request.extensions["sni_hostname"] == "rebinding.example"
