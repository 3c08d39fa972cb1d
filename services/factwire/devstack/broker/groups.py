"""Group membership, eager protocol: who is in, who leads, who has which partitions.

The states and answers are those of Kafka's classic GroupCoordinator:

    EMPTY -> PREPARING (members rejoin) -> COMPLETING (the leader assigns) -> STABLE -> PREPARING ...

Members live in memory only: after a restart of the broker they are unknown and join again.
Time is passed in; whoever owns the clock calls `expire` now and then.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeVar

from factwire.devstack.broker.protocol import Code, Refused

Protocols = tuple[tuple[str, bytes], ...]
T = TypeVar("T")

_LONGEST_SESSION: Final = 1800.0


class State(Enum):
    EMPTY = "Empty"
    PREPARING = "PreparingRebalance"
    COMPLETING = "CompletingRebalance"
    STABLE = "Stable"


@dataclass(slots=True)
class Member:
    """``joining`` and ``syncing`` are set while the member waits for an answer. Times in seconds."""

    member_id: str
    client_id: str
    client_host: str
    session: float
    patience: float
    protocols: Protocols
    seen: float
    joining: asyncio.Future[Joined] | None = None
    syncing: asyncio.Future[bytes] | None = None
    assignment: bytes = b""

    def metadata(self, protocol: str) -> bytes:
        return next((data for name, data in self.protocols if name == protocol), b"")


@dataclass(frozen=True, slots=True)
class Joined:
    """What a member learns when the group has formed; ``members`` (id, metadata) for the leader alone."""

    generation: int
    protocol: str
    leader: str
    member_id: str
    members: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class Group:
    """``deadline`` ends PREPARING or COMPLETING; ``gathering``: a new group waits for company until then."""

    group_id: str
    state: State = State.EMPTY
    generation: int = 0
    protocol_type: str = ""
    protocol: str = ""
    leader: str = ""
    deadline: float = 0.0
    gathering: bool = False
    members: dict[str, Member] = field(default_factory=dict)

    def member(self, member_id: str) -> Member:
        if member_id not in self.members:
            raise Refused(Code.UNKNOWN_MEMBER_ID, f"{member_id} is not in {self.group_id}")
        return self.members[member_id]

    def check_generation(self, generation: int) -> None:
        if generation != self.generation:
            raise Refused(Code.ILLEGAL_GENERATION, f"generation {generation}, now {self.generation}")


@dataclass(frozen=True, slots=True)
class Joining:
    """A JoinGroup request, times in seconds."""

    group_id: str
    member_id: str
    client_id: str
    client_host: str
    session: float
    patience: float
    protocol_type: str
    protocols: Protocols


class Groups:
    """All groups. ``initial_delay``: how long an empty group waits for company; ``shortest_session``: seconds."""

    def __init__(self, *, initial_delay: float, shortest_session: float) -> None:
        self._initial_delay = initial_delay
        self._shortest_session = shortest_session
        self._groups: dict[str, Group] = {}

    def __iter__(self) -> Iterator[Group]:
        return iter(self._groups.values())

    def get(self, group_id: str) -> Group:
        return self._groups.get(group_id) or Group(group_id)

    # -- joining

    def join(self, asked: Joining, now: float) -> asyncio.Future[Joined]:
        """Takes a member in; the future is done when the group has formed."""
        if not asked.group_id:
            raise Refused(Code.INVALID_GROUP_ID)
        if not self._shortest_session <= asked.session <= _LONGEST_SESSION:
            raise Refused(Code.INVALID_SESSION_TIMEOUT, f"{asked.session} s")
        group = self._groups.setdefault(asked.group_id, Group(asked.group_id))
        _check_protocols(group, asked)
        unchanged = bool(asked.member_id) and group.member(asked.member_id).protocols == asked.protocols
        member = _enter(group, asked, now)
        if unchanged and _may_stay(group, member):
            return _answered(_joined(group, member))
        return self._wait_for_the_rest(group, member, now)

    def _wait_for_the_rest(self, group: Group, member: Member, now: float) -> asyncio.Future[Joined]:
        if member.joining is None or member.joining.done():
            member.joining = asyncio.get_running_loop().create_future()
        answer = member.joining
        if group.state is not State.PREPARING:
            self._start_rebalance(group, now)
        self._complete_if_all_joined(group, now)
        return answer

    def _start_rebalance(self, group: Group, now: float) -> None:
        empty = group.state is State.EMPTY
        _refuse_syncing(group, Code.REBALANCE_IN_PROGRESS)
        group.state = State.PREPARING
        patience = max((m.patience for m in group.members.values()), default=0.0)
        group.gathering = empty and self._initial_delay > 0
        group.deadline = now + (self._initial_delay if empty else patience)

    def _complete_if_all_joined(self, group: Group, now: float) -> None:
        if not group.gathering and all(m.joining is not None for m in group.members.values()):
            self._form(group, now)

    def _form(self, group: Group, now: float) -> None:
        """The rebalance is over: whoever has not come back is out, the others learn the new generation."""
        for member in [m for m in group.members.values() if m.joining is None]:
            del group.members[member.member_id]
        group.generation, group.gathering = group.generation + 1, False
        if not group.members:
            group.state, group.leader, group.protocol = State.EMPTY, "", ""
            return
        group.state = State.COMPLETING
        group.protocol = _voted(group)
        group.leader = group.leader if group.leader in group.members else next(iter(group.members))
        group.deadline = now + max(m.patience for m in group.members.values())
        for member in group.members.values():
            _answer_join(group, member, now)

    # -- syncing

    def sync(
        self, group_id: str, member_id: str, generation: int, shares: dict[str, bytes], now: float
    ) -> asyncio.Future[bytes]:
        """The member's share, as soon as the leader has dealt."""
        group, member = self._heard(group_id, member_id, generation, now)
        if group.state is State.STABLE:
            return _answered(member.assignment)
        member.syncing = answer = asyncio.get_running_loop().create_future()
        if member_id == group.leader:
            _deal(group, shares)
        return answer

    # -- staying and going

    def heartbeat(self, group_id: str, member_id: str, generation: int, now: float) -> None:
        self._heard(group_id, member_id, generation, now)

    def _heard(self, group_id: str, member_id: str, generation: int, now: float) -> tuple[Group, Member]:
        """The member lives. Refused while the group is being formed anew: then it must join again."""
        group = self.get(group_id)
        member = group.member(member_id)
        group.check_generation(generation)
        member.seen = now
        if group.state is State.PREPARING:
            raise Refused(Code.REBALANCE_IN_PROGRESS)
        return group, member

    def leave(self, group_id: str, member_id: str, now: float) -> None:
        group = self.get(group_id)
        self._remove(group, group.member(member_id), now)

    def check_commit(self, group_id: str, member_id: str, generation: int, now: float) -> None:
        """Refuses an offset commit of somebody who is not, or no longer, a member."""
        group = self.get(group_id)
        if generation < 0 and not group.members:
            return
        member = group.member(member_id)
        group.check_generation(generation)
        member.seen = now
        if group.state is State.COMPLETING:
            raise Refused(Code.REBALANCE_IN_PROGRESS)

    def delete(self, group_id: str) -> None:
        if self.get(group_id).members:
            raise Refused(Code.NON_EMPTY_GROUP)
        self._groups.pop(group_id, None)

    def expire(self, now: float) -> None:
        """Ends overdue sessions and rebalances."""
        for group in list(self._groups.values()):
            for member in [m for m in group.members.values() if m.joining is None and now > m.seen + m.session]:
                self._remove(group, member, now)
            if group.state is State.PREPARING and now >= group.deadline:
                self._form(group, now)
            elif group.state is State.COMPLETING and now >= group.deadline:
                self._drop_unsynced(group, now)

    def _drop_unsynced(self, group: Group, now: float) -> None:
        for member in [m for m in group.members.values() if m.syncing is None]:
            self._remove(group, member, now)

    def _remove(self, group: Group, member: Member, now: float) -> None:
        del group.members[member.member_id]
        if member.joining is not None and not member.joining.done():
            member.joining.set_exception(Refused(Code.UNKNOWN_MEMBER_ID))
        if group.state is not State.PREPARING:
            self._start_rebalance(group, now)
        self._complete_if_all_joined(group, now)


def _check_protocols(group: Group, asked: Joining) -> None:
    names = {name for name, _ in asked.protocols}
    others = [m for m in group.members.values() if m.member_id != asked.member_id]
    shared = all(names & {name for name, _ in m.protocols} for m in others)
    if not names or not asked.protocol_type or (others and (group.protocol_type != asked.protocol_type or not shared)):
        raise Refused(Code.INCONSISTENT_GROUP_PROTOCOL)


def _enter(group: Group, asked: Joining, now: float) -> Member:
    group.protocol_type = asked.protocol_type
    if not asked.member_id:
        member_id = f"{asked.client_id or 'consumer'}-{uuid.uuid4()}"
        member = Member(
            member_id, asked.client_id, asked.client_host, asked.session, asked.patience, asked.protocols, now
        )
        group.members[member_id] = member
        return member
    member = group.member(asked.member_id)
    member.protocols, member.session, member.patience, member.seen = asked.protocols, asked.session, asked.patience, now
    return member


def _may_stay(group: Group, member: Member) -> bool:
    """A member that asks again with nothing new is told the present generation; a leader may want to deal anew."""
    if group.state is State.STABLE:
        return member.member_id != group.leader
    return group.state is State.COMPLETING


def _joined(group: Group, member: Member) -> Joined:
    leads = member.member_id == group.leader
    members = tuple((m.member_id, m.metadata(group.protocol)) for m in group.members.values()) if leads else ()
    return Joined(group.generation, group.protocol, group.leader, member.member_id, members)


def _answer_join(group: Group, member: Member, now: float) -> None:
    answer, member.joining, member.seen, member.assignment = member.joining, None, now, b""
    if answer is not None and not answer.done():
        answer.set_result(_joined(group, member))


def _voted(group: Group) -> str:
    """The protocol that all know and most prefer."""
    known = set.intersection(*({name for name, _ in m.protocols} for m in group.members.values()))
    votes = Counter(next(name for name, _ in m.protocols if name in known) for m in group.members.values())
    return votes.most_common(1)[0][0]


def _deal(group: Group, shares: dict[str, bytes]) -> None:
    group.state = State.STABLE
    for member in group.members.values():
        member.assignment = shares.get(member.member_id, b"")
        if member.syncing is not None and not member.syncing.done():
            member.syncing.set_result(member.assignment)
        member.syncing = None


def _refuse_syncing(group: Group, code: Code) -> None:
    for member in group.members.values():
        if member.syncing is not None and not member.syncing.done():
            member.syncing.set_exception(Refused(code))
        member.syncing = None


def _answered(value: T) -> asyncio.Future[T]:
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    future.set_result(value)
    return future
