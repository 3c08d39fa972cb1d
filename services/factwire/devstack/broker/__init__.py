"""A development broker: one process that speaks enough of the Kafka protocol for any client, for development and tests.

It is NOT a Kafka for production: one node, no replication, no TLS, no authentication, no quotas, no compaction or
retention by age, no cooperative or static group membership. What it does know is what exactly-once pipelines lean on:
consumer groups (eager), idempotent and transactional producers with fencing, `read_committed`, transactional offsets,
topic administration. The conformance tests in `tests/integration/streaming/` run over it and over Apache Kafka alike.

    protocol      frames, versions, error codes; requests and answers as dicts
    batches       record batch headers, control batches
    segments      one append-only file of batches with its index
    log           one partition: segments, producers, waiting readers
    producers     sequences, open and aborted transactions of one partition
    journal       the durable list of everything that is not a record
    topics        topics, their settings, their logs
    offsets       committed offsets
    groups        membership: join, sync, heartbeat, leave
    transactions  transactional ids: epochs, phases, markers
    data_calls    produce, fetch, list offsets, delete records
    group_calls   the group requests
    txn_calls     the transaction requests
    admin_calls   versions, metadata, topics, settings
    faults        protocol errors on demand
    server        TCP, dispatch, the clockwork

Durability: every append is written through to the operating system before it is acknowledged, so `kill -9` of the
broker loses nothing that was acknowledged; files are fsynced on a clean stop and when a segment is full, so a power cut
may lose the newest records. A torn tail is cut off at the next start.

Faults for tests: give ``Options(faults=[Fault("EndTxn", lose="response")])``, or call ``broker.faults.add(...)`` while
it runs; see `faults`. `Options` also holds the habits of real Kafka that cost time and are therefore switched off or
short by default: the initial rebalance delay, the loading coordinator, the missing leader after a restart.
"""

from factwire.devstack.broker.faults import Fault
from factwire.devstack.broker.server import Broker
from factwire.devstack.broker.state import Options

__all__ = ["Broker", "Fault", "Options"]
