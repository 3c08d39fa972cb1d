"""``factwire webhooks``: who is called about changes, what could not be delivered, and calling again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit
from uuid import uuid4

import typer

from factwire.cli.configuration import configure
from factwire.cli.database import with_database
from factwire.courier.calls import call, open_client
from factwire.courier.message import new_secret, trial_message
from factwire.courier.settings import CourierSettings
from factwire.errors import EXIT_BAD_INPUT, InvalidInput
from factwire.storage import webhooks
from factwire.storage.webhooks import Webhook

app = typer.Typer(no_args_is_help=True, help="Who is called about changes, and what could not be delivered.")
Id = Annotated[str, typer.Argument(help="The webhook's id, from `factwire webhooks list`.")]


@app.command(epilog="Example:  factwire webhooks add https://example.org/hook --entity Q148 --kind money")
def add(
    url: Annotated[str, typer.Argument(help="Where to call: https://…")],
    entity: Annotated[str | None, typer.Option(help="Only articles that mention this entity.")] = None,
    source: Annotated[str | None, typer.Option(help="Only articles of this outlet.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only articles with a claim of this kind.")] = None,
) -> None:
    """Add a webhook. Its signing secret is printed once: give it to the receiver."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidInput(f"{url}: a webhook is called at an address that begins with https://")
    given = zip(webhooks.FILTERS, (entity, source, kind), strict=True)
    filters = {name: value for name, value in given if value is not None}
    webhook_id, secret = f"hook-{uuid4().hex[:12]}", new_secret()
    with_database(lambda connection: webhooks.add_webhook(connection, webhook_id, url, secret, filters))
    print(f"{webhook_id}\n{secret}")


@app.command("list", epilog="Example:  factwire webhooks list --dead")
def list_all(
    dead: Annotated[bool, typer.Option("--dead", help="The deliveries that were given up, and why.")] = False,
) -> None:
    """List the webhooks with how much waits for each; secrets are not shown."""
    if dead:
        for one in with_database(webhooks.dead_deliveries):
            said = one.last_error or one.last_status
            print(f"{one.webhook_id}  {one.article_id}  {one.attempts} attempts  {one.changed_at:%F %T}  {said}")
        return
    for hook in with_database(webhooks.list_webhooks):
        wanted = " ".join(f"{name}={value}" for name, value in hook.filters.items()) or "everything"
        state = f"disabled: {hook.disabled_reason}" if hook.disabled_at else "enabled"
        print(f"{hook.webhook_id}  {hook.url}  {wanted}  {hook.pending} pending, {hook.dead} dead  {state}")


@app.command(epilog="Example:  factwire webhooks remove hook-3f2a81c09d4e")
def remove(webhook_id: Id) -> None:
    """Remove a webhook and whatever waits for it."""
    if not with_database(lambda connection: webhooks.remove_webhook(connection, webhook_id)):
        raise _unknown(webhook_id)
    print(f"{webhook_id} removed")


@app.command(epilog="Example:  factwire webhooks test hook-3f2a81c09d4e")
def test(webhook_id: Id) -> None:
    """Call a webhook now with a signed test message; exit code 1 if it is not taken."""
    settings = configure(CourierSettings)
    hook = _find(webhook_id)

    async def send() -> str | None:
        now = datetime.now(UTC)
        async with open_client(settings.courier_timeout, private=settings.courier_private_addresses) as client:
            answer = await call(client, hook.url, hook.secret, trial_message(f"test-{uuid4().hex[:12]}", now), now)
        taken = answer.status is not None and 200 <= answer.status < 300
        print(f"{hook.url} answered {answer.status}" if answer.status else f"{hook.url}: {answer.fault}")
        return None if taken else "not taken"

    if asyncio.run(send()):
        raise typer.Exit(EXIT_BAD_INPUT)


@app.command(epilog="Example:  factwire webhooks replay hook-3f2a81c09d4e")
def replay(
    webhook_id: Id,
    article: Annotated[str | None, typer.Option(help="Only the delivery of this article.")] = None,
) -> None:
    """Deliver again what was given up, and call a disabled webhook again."""
    _find(webhook_id)
    number = with_database(lambda connection: webhooks.replay(connection, webhook_id, article))
    print(f"{number} deliveries are due again")


def _find(webhook_id: str) -> Webhook:
    found = [hook for hook in with_database(webhooks.list_webhooks) if hook.webhook_id == webhook_id]
    if not found:
        raise _unknown(webhook_id)
    return found[0]


def _unknown(webhook_id: str) -> InvalidInput:
    return InvalidInput(f"{webhook_id}: there is no such webhook; `factwire webhooks list` shows them")
