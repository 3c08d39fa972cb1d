"""Membership, with a clock that the test moves."""

from __future__ import annotations

import asyncio

import pytest

from factwire.devstack.broker.groups import Groups, Joined, Joining, State
from factwire.devstack.broker.protocol import Code, Refused


def asking(member_id: str = "", *, protocols: tuple[str, ...] = ("range",), session: float = 10.0) -> Joining:
    return Joining("g", member_id, "client", "host", session, 30.0, "consumer", tuple((p, b"meta") for p in protocols))


@pytest.fixture
def groups() -> Groups:
    return Groups(initial_delay=0, shortest_session=6)


async def lone_member(groups: Groups) -> Joined:
    """A group of one, stable."""
    joined = await groups.join(asking(), 0)
    assert await groups.sync("g", joined.member_id, joined.generation, {joined.member_id: b"all"}, 0) == b"all"
    return joined


def refused(code: Code) -> object:
    return pytest.raises(Refused, match=code.name)


async def test_first_member_leads_at_once(groups: Groups) -> None:
    joined = await lone_member(groups)
    assert joined.leader == joined.member_id
    assert joined.members == ((joined.member_id, b"meta"),)
    assert groups.get("g").state is State.STABLE


async def test_newcomer_waits_until_the_others_have_come_back(groups: Groups) -> None:
    first = await lone_member(groups)
    newcomer = groups.join(asking(), 1)
    assert not newcomer.done()
    with refused(Code.REBALANCE_IN_PROGRESS):
        groups.heartbeat("g", first.member_id, first.generation, 1)
    again = groups.join(asking(first.member_id), 2)
    leader, second = await again, await newcomer
    assert leader.generation == second.generation == first.generation + 1
    assert len(leader.members) == 2
    assert second.members == ()


async def test_followers_get_their_share_when_the_leader_deals(groups: Groups) -> None:
    first = await lone_member(groups)
    newcomer = groups.join(asking(), 1)
    leader, second = await groups.join(asking(first.member_id), 1), await newcomer
    waiting = groups.sync("g", second.member_id, second.generation, {}, 1)
    assert not waiting.done()
    shares = {leader.member_id: b"a", second.member_id: b"b"}
    assert await groups.sync("g", leader.member_id, leader.generation, shares, 1) == b"a"
    assert await waiting == b"b"


async def test_member_that_does_not_come_back_is_dropped(groups: Groups) -> None:
    await lone_member(groups)
    newcomer = groups.join(asking(), 1)
    groups.expire(31)
    assert len((await newcomer).members) == 1


async def test_silent_member_is_dropped_after_its_session(groups: Groups) -> None:
    joined = await lone_member(groups)
    groups.heartbeat("g", joined.member_id, joined.generation, 8)
    groups.expire(17)
    assert groups.get("g").members
    groups.expire(19)
    assert groups.get("g").state is State.EMPTY
    with refused(Code.UNKNOWN_MEMBER_ID):
        groups.heartbeat("g", joined.member_id, joined.generation, 19)


async def test_member_that_never_syncs_is_dropped(groups: Groups) -> None:
    joined = await groups.join(asking(session=100), 0)
    groups.expire(31)
    assert joined.member_id not in groups.get("g").members


async def test_leaving_sends_the_others_to_rejoin(groups: Groups) -> None:
    first = await lone_member(groups)
    newcomer = groups.join(asking(), 1)
    await groups.join(asking(first.member_id), 1)
    second = await newcomer
    groups.leave("g", first.member_id, 2)
    with refused(Code.REBALANCE_IN_PROGRESS):
        groups.heartbeat("g", second.member_id, second.generation, 2)
    assert (await groups.join(asking(second.member_id), 2)).leader == second.member_id


async def test_waiting_sync_is_refused_when_a_rebalance_begins(groups: Groups) -> None:
    first = await lone_member(groups)
    newcomer = groups.join(asking(), 1)
    await groups.join(asking(first.member_id), 1)
    second = await newcomer
    waiting = groups.sync("g", second.member_id, second.generation, {}, 1)
    groups.join(asking(), 1)
    with refused(Code.REBALANCE_IN_PROGRESS):
        await waiting


async def test_empty_group_waits_for_company(groups: Groups) -> None:
    groups = Groups(initial_delay=3, shortest_session=6)
    first, second = groups.join(asking(), 0), groups.join(asking(), 1)
    groups.expire(2.9)
    assert not first.done()
    groups.expire(3)
    assert len((await first).members) == 2
    assert (await second).generation == 1


async def test_group_agrees_on_a_protocol_all_know(groups: Groups) -> None:
    first = await groups.join(asking(protocols=("sticky", "range")), 0)
    newcomer = groups.join(asking(protocols=("range",)), 0)
    assert (await groups.join(asking(first.member_id, protocols=("sticky", "range")), 0)).protocol == "range"
    await newcomer


async def test_member_without_a_common_protocol_is_refused(groups: Groups) -> None:
    await lone_member(groups)
    with refused(Code.INCONSISTENT_GROUP_PROTOCOL):
        groups.join(asking(protocols=("other",)), 0)


@pytest.mark.parametrize("session", [1.0, 10_000.0])
async def test_session_out_of_bounds_is_refused(groups: Groups, session: float) -> None:
    with refused(Code.INVALID_SESSION_TIMEOUT):
        groups.join(asking(session=session), 0)


async def test_commit_needs_the_present_generation(groups: Groups) -> None:
    joined = await lone_member(groups)
    groups.check_commit("g", joined.member_id, joined.generation, 0)
    with refused(Code.ILLEGAL_GENERATION):
        groups.check_commit("g", joined.member_id, joined.generation - 1, 0)
    with refused(Code.UNKNOWN_MEMBER_ID):
        groups.check_commit("g", "", -1, 0)


def test_commit_without_membership_is_taken_while_nobody_is_in(groups: Groups) -> None:
    groups.check_commit("g", "", -1, 0)


async def test_group_with_members_is_not_deleted(groups: Groups) -> None:
    joined = await lone_member(groups)
    with refused(Code.NON_EMPTY_GROUP):
        groups.delete("g")
    groups.leave("g", joined.member_id, 0)
    groups.delete("g")
    assert list(groups) == []


async def test_unchanged_follower_that_asks_again_is_told_the_same(groups: Groups) -> None:
    first = await lone_member(groups)
    newcomer = groups.join(asking(), 1)
    leader, second = await groups.join(asking(first.member_id), 1), await newcomer
    await groups.sync("g", leader.member_id, leader.generation, {}, 1)
    assert await asyncio.wait_for(groups.join(asking(second.member_id), 1), 1) == second
