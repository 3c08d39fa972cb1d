"""The tables, as SQLAlchemy models: an article, what was found in it, and how far each partition has been read.

Children (entities in an article, mentions, times, claims, arguments) belong to one revision and go with it. They carry
their article's ``moment``, by whose month a large database is partitioned (``storage/partitions.py``); rows that are
older than the column have none as long as it is not.
Nothing but the merge writes children, together with what they belong to, so that they need no foreign keys
(docs/decisions/0013).
Ranges and the search vector are computed by the database, so that they can never disagree with their sources.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, Integer, MetaData, Numeric, SmallInteger, Text
from sqlalchemy import Identity as SqlIdentity
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, NUMRANGE, REAL, TIMESTAMP, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Moment = Annotated[datetime, mapped_column(TIMESTAMP(timezone=True))]
Number = Annotated[Decimal, mapped_column(Numeric)]
Share = Annotated[float, mapped_column(REAL)]
Count = Annotated[int, mapped_column(SmallInteger, server_default=sql("0"))]
Words = Annotated[list[str], mapped_column(ARRAY(Text), server_default=sql("'{}'"))]
Document = Annotated[Any, mapped_column(JSONB)]
Identity = Annotated[int, mapped_column(BigInteger, primary_key=True, autoincrement=True)]
Key = Annotated[str, mapped_column(primary_key=True)]
ArticleKey = Annotated[str, mapped_column(ForeignKey("articles.article_id", ondelete="CASCADE"), primary_key=True)]
Ordinal = Annotated[int, mapped_column(primary_key=True, autoincrement=False)]

SEARCHED_CHARACTERS: Final = 100_000
"""A tsvector holds one megabyte; an article longer than this is searchable by its beginning."""


class Base(DeclarativeBase):
    type_annotation_map = {str: Text}  # noqa: RUF012 - SQLAlchemy's own spelling
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Source(Base):
    """An outlet."""

    __tablename__ = "sources"

    source_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    country: Mapped[str | None]


class Article(Base):
    """The winning revision of an article. Withdrawn ones stay as a row without text or children."""

    __tablename__ = "articles"
    __table_args__ = (
        Index("ix_articles_recent", sql("coalesce(published_at, received_at, stored_at) DESC"), "article_id"),
        Index("ix_articles_source_id", "source_id"),
        Index("ix_articles_search", "search", "entity_ids", postgresql_using="gin"),
    )

    article_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    status: Mapped[str]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("sources.source_id"))
    provider: Mapped[str | None]
    url: Mapped[str | None]
    canonical_url: Mapped[str | None]
    title: Mapped[str | None]
    summary: Mapped[str | None]
    language: Mapped[str | None]
    published_at: Mapped[Moment | None]
    published_on: Mapped[date | None]
    updated_at: Mapped[Moment | None]
    published_precision: Mapped[str | None]
    published_from: Mapped[str | None]
    received_at: Mapped[Moment | None]
    embargoed_until: Mapped[Moment | None]
    byline: Mapped[str | None]
    dateline: Mapped[str | None]
    authors: Mapped[Words]
    categories: Mapped[Words]
    keywords: Mapped[Words]
    subjects: Mapped[Document]
    rights: Mapped[Document | None]
    extra: Mapped[Document]
    text: Mapped[str]
    text_sha256: Mapped[str]
    sections: Mapped[Document]
    sentences: Mapped[Document]
    enricher_version: Mapped[str]
    rules_version: Mapped[str]
    kb_version: Mapped[str]
    duration_ms: Mapped[Share | None]
    warnings: Mapped[Words]
    event_id: Mapped[str]
    """``ce_id`` of the enriched event this row came from."""
    enriched_at: Mapped[Moment]
    """``ce_time`` of that event."""
    withdrawn_at: Mapped[Moment | None]
    stored_at: Mapped[Moment] = mapped_column(server_default=sql("clock_timestamp()"))
    entity_ids: Mapped[Words] = mapped_column(server_default="{}")
    """Everybody named in it or in its claims, beside the words in one index: both at once are found without a row."""
    duplicate_of: Mapped[str | None]
    """The article that said the same before; it may be unknown here, or gone."""
    duplicate_similarity: Mapped[Share | None]
    duplicate_kind: Mapped[str | None]
    search: Mapped[Any] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('english', left(coalesce(title, ''), 10000)), 'A')"
            f" || to_tsvector('english', left(text, {SEARCHED_CHARACTERS}))",
            persisted=True,
        ),
    )


class Entity(Base):
    """Who or what exists, as last seen; one row for all articles."""

    __tablename__ = "entities"
    __table_args__ = (
        Index("ix_entities_by_name", sql("lower(left(name, 100))"), "entity_id"),
        Index(
            "ix_entities_words",
            sql("to_tsvector('simple'::regconfig, left(name, 1000))"),
            postgresql_using="gin",
        ),
    )

    entity_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    subtype: Mapped[str | None]
    name: Mapped[str]


class ArticleEntity(Base):
    """An entity in an article, and how much the article is about it."""

    __tablename__ = "article_entities"
    __table_args__ = (
        Index(
            "ix_article_entities_recent",
            "entity_id",
            sql("moment DESC"),
            "article_id",
            postgresql_include=["claims_with", "claims_about", "claims_by"],
        ),
    )

    article_id: Mapped[Key]
    entity_id: Mapped[Key]
    ordinal: Mapped[int]
    confidence: Mapped[Share]
    salience: Mapped[Share]
    moment: Mapped[Moment | None]
    """The article's, so that an entity's newest articles are one walk along an index."""
    claims_with: Mapped[Count]
    """Claims of the article that it takes part in or says: profiles and timelines add these up, and read no claim."""
    claims_about: Mapped[Count]
    claims_by: Mapped[Count]


class Mention(Base):
    """Where an entity is named. Offsets are code points into ``articles.text``."""

    __tablename__ = "mentions"

    article_id: Mapped[Key]
    ordinal: Mapped[Ordinal]
    entity_id: Mapped[str]
    span_start: Mapped[int]
    span_end: Mapped[int]
    span_text: Mapped[str]
    form: Mapped[str]
    confidence: Mapped[Share]
    via: Mapped[str | None]
    rule: Mapped[str | None]
    moment: Mapped[Moment | None]


class Time(Base):
    """A time expression and the days it means."""

    __tablename__ = "times"

    article_id: Mapped[Key]
    ordinal: Mapped[Ordinal]
    span_start: Mapped[int]
    span_end: Mapped[int]
    span_text: Mapped[str]
    type: Mapped[str]
    timex: Mapped[str]
    begin_on: Mapped[date | None]
    end_on: Mapped[date | None]
    granularity: Mapped[str]
    anchor: Mapped[str]
    rule: Mapped[str | None]
    moment: Mapped[Moment | None]


class Claim(Base):
    """One numeric statement: how much of what, when, and who said so.

    What a reader may ask for stands in the row itself, so that no question needs a join to be narrowed: ``facets`` for
    everything that is equal or not, base values for comparing, the article's moment for the order.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index("ix_claims_article_id", "article_id"),
        Index("ix_claims_recent", sql("moment DESC"), "article_id", "span_start", "claim_id"),
        Index("ix_claims_facets", "facets", postgresql_using="gin"),
        Index("ix_claims_base_unit_low", "base_unit", "base_low"),
        Index("ix_claims_base_unit_high", "base_unit", "base_high"),
        Index("ix_claims_base_high", "base_high"),
        Index("ix_claims_period", "period", sql("tstzrange(moment, moment, '[]')"), postgresql_using="gist"),
    )

    claim_id: Mapped[UUID] = mapped_column(primary_key=True)
    article_id: Mapped[str]
    ordinal: Mapped[int]
    kind: Mapped[str]
    span_start: Mapped[int]
    span_end: Mapped[int]
    span_text: Mapped[str]
    sentence: Mapped[int]
    value: Mapped[Number | None]
    lower: Mapped[Number | None]
    upper: Mapped[Number | None]
    lower_inclusive: Mapped[bool]
    upper_inclusive: Mapped[bool]
    comparator: Mapped[str]
    approximate: Mapped[bool]
    hedge: Mapped[str | None]
    vague: Mapped[bool]
    precision: Mapped[int]
    unit_system: Mapped[str]
    unit_code: Mapped[str | None]
    unit_label: Mapped[str | None]
    unit_per: Mapped[Document | None]
    unit_assumed: Mapped[bool]
    direction: Mapped[str | None]
    role: Mapped[str]
    group_id: Mapped[str | None]
    equivalent_of: Mapped[UUID | None]
    of_start: Mapped[int | None]
    of_end: Mapped[int | None]
    of_text: Mapped[str | None]
    of_claim_id: Mapped[UUID | None]
    concept_start: Mapped[int | None]
    concept_end: Mapped[int | None]
    concept_text: Mapped[str | None]
    concept_head: Mapped[str | None]
    period_time: Mapped[int | None]
    period_begin: Mapped[date | None]
    period_end: Mapped[date | None]
    period_edtf: Mapped[str | None]
    period_granularity: Mapped[str | None]
    period_role: Mapped[str | None]
    period_assumed: Mapped[bool | None]
    speaker_start: Mapped[int | None]
    speaker_end: Mapped[int | None]
    speaker_text: Mapped[str | None]
    speaker_entity_id: Mapped[str | None]
    speaker_name: Mapped[str | None]
    cue_start: Mapped[int | None]
    cue_end: Mapped[int | None]
    cue_text: Mapped[str | None]
    attribution_mode: Mapped[str | None]
    modality: Mapped[str]
    polarity: Mapped[str]
    confidence: Mapped[Share]
    rules: Mapped[Words]
    moment: Mapped[Moment | None]
    """When the article was published, else received, else stored: what lists are sorted by."""
    hidden_until: Mapped[Moment | None]
    """The article's embargo."""
    speakers: Mapped[Words]
    """Entities that say it or are named in the words for who does: "a State Department spokesman" is the department."""
    facets: Mapped[Words]
    """What filters look at: ``kind:money``, ``who:Q148`` … (``storage/facets.py``)."""
    base_unit: Mapped[str | None]
    """The base unit of what is measured: ``m`` for miles and kilometres alike; the code itself for money and counts."""
    base_low: Mapped[Number | None]
    base_high: Mapped[Number | None]
    """The bounds in the base unit; an open side is infinite."""
    bounds: Mapped[Any | None] = mapped_column(
        NUMRANGE,
        Computed(
            "CASE WHEN lower <= upper OR lower IS NULL OR upper IS NULL THEN numrange(lower, upper,"
            " (CASE WHEN lower_inclusive THEN '[' ELSE '(' END) || (CASE WHEN upper_inclusive THEN ']' ELSE ')' END))"
            " END",
            persisted=True,
        ),
    )
    period: Mapped[Any | None] = mapped_column(
        DATERANGE,
        Computed(
            "CASE WHEN period_begin <= period_end OR (period_begin IS NULL) <> (period_end IS NULL)"
            " THEN daterange(period_begin, period_end, '[]') END",
            persisted=True,
        ),
    )


class ClaimArgument(Base):
    """Who or what takes part in a claim, and as what."""

    __tablename__ = "claim_arguments"
    __table_args__ = (
        Index("ix_claim_arguments_entity_id", "entity_id", postgresql_using="hash"),
        Index("ix_claim_arguments_article_id", "article_id"),
    )

    claim_id: Mapped[UUID] = mapped_column(primary_key=True)
    ordinal: Mapped[Ordinal]
    article_id: Mapped[str]
    role: Mapped[str]
    entity_id: Mapped[str]
    span_start: Mapped[int]
    span_end: Mapped[int]
    span_text: Mapped[str]
    moment: Mapped[Moment | None]


class Affiliation(Base):
    """For whom somebody speaks: a country for itself, a ministry for its country, a person while in office."""

    __tablename__ = "affiliations"
    __table_args__ = (Index("ix_affiliations_entity_id", "entity_id"),)

    affiliation_id: Mapped[Identity]
    entity_id: Mapped[str]
    of_id: Mapped[str]
    """Id of a country or body, or a country's two letters."""
    office: Mapped[str | None]
    holds: Mapped[Any] = mapped_column(DATERANGE)


class Change(Base):
    """What readers who follow along are told: this article has changed. Kept for a while, then dropped.

    Read in the order of ``(xid, id)`` and only below the oldest transaction that still runs: no later commit can then
    slip in before a place that somebody has already passed.
    """

    __tablename__ = "changes"

    xid: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, server_default=sql("(pg_current_xact_id()::text)::bigint")
    )
    id: Mapped[int] = mapped_column(BigInteger, SqlIdentity(always=True), primary_key=True)
    at: Mapped[Moment] = mapped_column(server_default=sql("clock_timestamp()"))
    article_id: Mapped[str]
    revision: Mapped[int]
    event_id: Mapped[str]
    kind: Mapped[str]
    """stored or withdrawn."""
    source_id: Mapped[str | None]


class Embargo(Base):
    """An article that nobody may see yet: its change is told when the time comes."""

    __tablename__ = "embargoes"
    __table_args__ = (Index("ix_embargoes_ends_at", "ends_at"),)

    article_id: Mapped[ArticleKey]
    ends_at: Mapped[Moment]


class Webhook(Base):
    """Whom to call about changes, and how far its changes have been put up for delivery."""

    __tablename__ = "webhooks"

    webhook_id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    filters: Mapped[Document]
    created_at: Mapped[Moment] = mapped_column(server_default=sql("clock_timestamp()"))
    position_xid: Mapped[int] = mapped_column(BigInteger)
    position_id: Mapped[int] = mapped_column(BigInteger)
    disabled_at: Mapped[Moment | None]
    disabled_reason: Mapped[str | None]


class Delivery(Base):
    """An article's newest change that a webhook has not taken yet. One row an article: a newer change replaces it."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index("ix_webhook_deliveries_due_at", "due_at", postgresql_where=sql("state = 'pending'")),)

    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.webhook_id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str]
    revision: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=sql("'pending'"))
    """pending, or dead: given up until somebody replays it."""
    attempts: Mapped[int] = mapped_column(server_default=sql("0"))
    due_at: Mapped[Moment] = mapped_column(server_default=sql("clock_timestamp()"))
    lease: Mapped[UUID | None]
    """Who is calling just now; the lease ends at ``due_at``."""
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    changed_at: Mapped[Moment] = mapped_column(server_default=sql("clock_timestamp()"))


class Erasure(Base):
    """That something was erased, by whom and why; of what, only a digest."""

    __tablename__ = "erasures"

    erasure_id: Mapped[Identity]
    at: Mapped[Moment] = mapped_column(server_default=sql("clock_timestamp()"))
    by: Mapped[str]
    kind: Mapped[str]
    """article or entity."""
    subject_sha256: Mapped[str]
    reason: Mapped[str]
    counts: Mapped[Document]


class Feed(Base):
    """A feed to be polled, and all that pollers know of it. Several share the work by the claim in its row."""

    __tablename__ = "feeds"
    __table_args__ = (
        Index("ix_feeds_url", "url", unique=True),
        Index("ix_feeds_due", "next_poll_at", postgresql_where=sql("state = 'active'")),
    )

    feed_id: Mapped[Identity]
    url: Mapped[str]
    host: Mapped[str]
    title: Mapped[str | None]
    whole: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether the article's page is fetched where the feed has an excerpt."""
    state: Mapped[str] = mapped_column(server_default=sql("'active'"))
    """active, paused or gone (the publisher says so)."""
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    pause_seconds: Mapped[float | None] = mapped_column(REAL)
    next_poll_at: Mapped[Moment] = mapped_column(server_default=sql("clock_timestamp()"))
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[Moment | None]
    claim: Mapped[int] = mapped_column(BigInteger, server_default=sql("0"))
    """Counts claims: what a poller writes under an older one is refused."""
    failures: Mapped[int] = mapped_column(server_default=sql("0"))
    last_error: Mapped[str | None]
    last_polled_at: Mapped[Moment | None]
    last_success_at: Mapped[Moment | None]
    moved_to: Mapped[str | None]
    moved_count: Mapped[int] = mapped_column(server_default=sql("0"))
    published: Mapped[int] = mapped_column(BigInteger, server_default=sql("0"))
    """Articles written to the log so far."""
    hub: Mapped[str | None]
    topic: Mapped[str | None]
    hub_secret: Mapped[str | None]
    hub_until: Mapped[Moment | None]
    """Until when the hub has promised to push."""


class FeedEntry(Base):
    """What was last published of an entry, so that nothing is published twice and a change gets a higher revision."""

    __tablename__ = "feed_entries"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.feed_id", ondelete="CASCADE"), primary_key=True)
    entry: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the entry's own id, in hex."""
    article_id: Mapped[str]
    digest: Mapped[str]
    revision: Mapped[int]
    seen_at: Mapped[Moment]


class ApiKeyRow(Base):
    """Who may call; the row of a revoked key stays."""

    __tablename__ = "api_keys"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    """SHA-256 of the secret."""
    name: Mapped[str]
    scopes: Mapped[Words]
    rate_limit: Mapped[str | None]
    """600/minute and the like."""
    created_at: Mapped[Moment] = mapped_column(server_default=sql("clock_timestamp()"))
    revoked_at: Mapped[Moment | None]
    last_used_on: Mapped[date | None]


class ConsumerOffset(Base):
    """How far a group has stored a partition, and which claim of it is the valid one."""

    __tablename__ = "consumer_offsets"

    grp: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_offset: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[int] = mapped_column(BigInteger)


class Outbox(Base):
    """What is still to be published: written with the rows it tells of, deleted once Kafka has it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_part", "part", "id"),)

    id: Mapped[Identity]
    part: Mapped[int]
    topic: Mapped[str]
    key: Mapped[bytes | None]
    value: Mapped[bytes | None]
    headers: Mapped[Document]
    """Names with values in base64: they need not be text."""


class Fingerprint(Base):
    """How the text of a recent article is recognised in another one; ``seen`` counts articles as they first came."""

    __tablename__ = "fingerprints"
    __table_args__ = (
        Index("ix_fingerprints_bands", "bands", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("ix_fingerprints_seen_at", "seen_at"),
    )

    article_id: Mapped[str] = mapped_column(primary_key=True)
    seen: Mapped[int] = mapped_column(BigInteger, SqlIdentity(always=True))
    seen_at: Mapped[Moment] = mapped_column(server_default=sql("clock_timestamp()"))
    revision: Mapped[int]
    moment: Mapped[Moment]
    digest: Mapped[bytes]
    signature: Mapped[bytes]
    bands: Mapped[list[int]] = mapped_column(ARRAY(Integer))


CLAIM_FACTS: Final = """
SELECT c.claim_id, c.article_id, a.revision, a.title, a.url, a.source_id, s.name AS source_name, a.published_at,
       a.language, a.embargoed_until,
       c.kind, c.value, c.lower, c.upper, c.lower_inclusive, c.upper_inclusive, c.bounds, c.comparator, c.approximate,
       c.hedge, c.vague, c.unit_system, c.unit_code, c.unit_label, c.unit_per, c.unit_assumed,
       c.direction, c.role, c.group_id, c.equivalent_of, c.concept_text, c.concept_head, c.of_text,
       c.period_begin, c.period_end, c.period, c.period_edtf, c.period_granularity, c.period_role, c.period_assumed,
       c.speaker_name, c.speaker_entity_id, se.name AS speaker_entity_name, c.cue_text, c.attribution_mode,
       c.modality, c.polarity, c.confidence, c.rules,
       c.span_start, c.span_end, c.span_text, c.sentence,
       substr(a.text, (a.sentences -> c.sentence ->> 0)::int + 1,
              (a.sentences -> c.sentence ->> 1)::int - (a.sentences -> c.sentence ->> 0)::int) AS evidence,
       coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'entity_id', g.entity_id, 'name', e.name,
                                                     'text', g.span_text) ORDER BY g.ordinal)
                   FROM claim_arguments g LEFT JOIN entities e ON e.entity_id = g.entity_id
                  WHERE g.claim_id = c.claim_id), '[]'::jsonb) AS arguments,
       c.moment, c.facets, c.speakers, c.base_unit, c.base_low, c.base_high, s.country AS source_country, a.provider,
       ARRAY(SELECT substr(f, 5) FROM unnest(c.facets) f WHERE f LIKE 'for:%') AS speaks_for, a.duplicate_of
  FROM claims c
  JOIN articles a ON a.article_id = c.article_id
  LEFT JOIN sources s ON s.source_id = a.source_id
  LEFT JOIN entities se ON se.entity_id = c.speaker_entity_id
"""
"""The view ``claim_facts``: a claim, its article, its entities' names, its speaker and its evidence in one row."""
