"""``factwire keys``: who may push articles and read what was found."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from factwire.cli.database import with_database
from factwire.errors import InvalidInput
from factwire.runtime.access import ApiKey, digest_of, mint, read_rate_limit, read_scopes
from factwire.storage import keys

app = typer.Typer(no_args_is_help=True, help="Who may push articles and read what was found.")


@app.command(epilog="Example:  factwire keys create newsroom --scopes ingest,read --rate-limit 600/minute")
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is, for the list.")],
    scopes: Annotated[str, typer.Option(help="What it allows: ingest, read, operate; several with commas.")] = "ingest",
    rate_limit: Annotated[str | None, typer.Option(help="Most requests: 10/second, 600/minute, 5000/hour.")] = None,
) -> None:
    """Create a key. Its token is printed once: nobody can show it again.

    From the first key on, gateway and console ask everybody for one (FACTWIRE_API_KEYS).
    """
    if rate_limit is not None:
        read_rate_limit(rate_limit)
    token = mint(secrets.token_bytes)
    key = ApiKey(token.key_id, digest_of(token.secret), name, read_scopes(scopes), rate_limit)
    with_database(lambda connection: keys.add_key(connection, key))
    typer.echo("Send it as `Authorization: Bearer <token>`; it is shown this once:", err=True)
    print(token)


@app.command("list", epilog="Example:  factwire keys list")
def list_all() -> None:
    """List the keys, revoked ones too; secrets are not kept and not shown."""
    for key in with_database(keys.list_keys):
        state = f"revoked {key.revoked_at:%F %T}" if key.revoked_at else "valid"
        used = f"last used {key.last_used_on}" if key.last_used_on else "never used"
        limit = key.rate_limit or "no limit"
        print(f"{key.key_id}  {key.name}  {','.join(key.scopes)}  {limit}  {key.created_at:%F}  {used}  {state}")


@app.command(epilog="Example:  factwire keys revoke 3f2a81c09d4e")
def revoke(key_id: Annotated[str, typer.Argument(help="The key's id, from `factwire keys list`.")]) -> None:
    """Revoke a key. It stops working within five seconds; the list keeps it."""
    if not with_database(lambda connection: keys.revoke_key(connection, key_id)):
        raise InvalidInput(f"{key_id}: there is no such key; `factwire keys list` shows them")
    print(f"{key_id} revoked")
