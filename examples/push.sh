#!/bin/sh
# Pushes articles to the gateway with curl: one, several, a newer revision, a withdrawal.
# Usage: push.sh [GATEWAY]     for example: push.sh http://localhost:8080
set -eu
gateway=${1:-http://localhost:8080}
push() { curl --silent --show-error --fail-with-body "$@"; echo; }

echo "One article:"
push "$gateway/v1/articles" -H 'content-type: application/json' --data-binary @- <<'JSON'
{
  "article_id": "example-1",
  "source": {"id": "example.org", "name": "The Example", "country": "US"},
  "title": "Acme to cut jobs",
  "body": "Acme will cut 1,200 jobs, chief executive Jane Roe said on Friday. Sales fell 6.5 percent to $4.1 billion.",
  "published_at": "2026-03-13T08:00:00Z"
}
JSON

echo "Several, one a line; ids come from the address or the text where none is given:"
push "$gateway/v1/articles" -H 'content-type: application/x-ndjson' --data-binary @- <<'NDJSON'
{"url": "https://example.org/2", "body": "About 40 ships wait outside the port.", "published_at": "2026-03-13T09:00:00Z"}
{"body": "Norland produced 2.3 million barrels a day in February.", "published_at": "2026-03-13T10:00:00Z"}
NDJSON

echo "A correction: a higher revision replaces a lower one:"
push -X PUT "$gateway/v1/articles/example-1" -H 'content-type: application/json' --data-binary @- <<'JSON'
{"revision": 2, "title": "Acme to cut jobs", "body": "Acme will cut 1,100 jobs.", "published_at": "2026-03-13T08:30:00Z"}
JSON

echo "A withdrawal:"
push -X DELETE "$gateway/v1/articles/example-1?revision=3"
