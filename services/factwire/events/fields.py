"""Field types that several events share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def to_utc(moment: datetime) -> datetime:
    """RFC 3339 in UTC on the wire; one without zone is read as UTC. Raises ValueError outside the years 1 to 9999."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is outside the years 1 to 9999 in UTC") from error


def local_day(written: Any) -> date | None:
    """The day of a moment where it was written, if its zone makes that another day than UTC's; None else."""
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else written
        if not isinstance(moment, datetime) or not moment.utcoffset():
            return None
        return moment.date() if moment.date() != moment.astimezone(UTC).date() else None
    except (ValueError, OverflowError):
        return None  # no moment at all: its own field says so


Moment: TypeAlias = Annotated[datetime, AfterValidator(to_utc)]
ArticleId: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Country: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
DecimalString: TypeAlias = Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$")]
Confidence: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Offset: TypeAlias = Annotated[int, Field(ge=0)]
Extra: TypeAlias = dict[str, Any]


class Event(BaseModel):
    """Frozen, and blind to fields it does not know: a newer writer never breaks an older reader."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="strings", defer_build=True)
