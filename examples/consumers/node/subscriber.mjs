// A subscriber in Node: reads enriched articles from Kafka and keeps their claims in a file, each once.
//
//     npm ci
//     node subscriber.mjs --bootstrap localhost:29092 --schema ../../../schemas/enriched-article.v1.schema.json
//
// What makes it safe to kill and start again at any moment: only committed transactions are read; an event is one line,
// appended and synced before its offset is committed, so nothing is lost; `ce_id` is the same for a repeat of the same
// event, and is looked up in the lines that are there, so nothing comes twice.
// A record without a value is a tombstone: the article is withdrawn. A lower revision that comes late changes nothing.

import { parseArgs } from "node:util";
import { existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { decompress } from "fzstd";
import kafkajs from "kafkajs";

const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = kafkajs;
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: () => { throw new Error("this subscriber does not write"); },
  decompress: async (buffer) => Buffer.from(decompress(buffer)),
});

const { values: options } = parseArgs({
  options: {
    bootstrap: { type: "string", default: "localhost:29092" },
    topic: { type: "string", default: "news.articles.enriched.v1" },
    group: { type: "string", default: "example-node" },
    store: { type: "string", default: "claims.jsonl" },
    schema: { type: "string", default: "../../../schemas/enriched-article.v1.schema.json" },
    "until-idle": { type: "string" },
  },
});

/** What is kept: a file of events, and what of them counts now, in memory. */
class Store {
  constructor(path) {
    this.seen = new Set();
    this.revisions = new Map();
    if (existsSync(path)) {
      for (const line of readFileSync(path, "utf8").split("\n")) {
        try {
          this.#apply(JSON.parse(line));
        } catch {
          continue; // the last line of a process that was killed while it wrote
        }
      }
    }
    this.file = openSync(path, "a");
    writeSync(this.file, "\n"); // what follows begins a line of its own, whatever was cut off
  }

  /** Whether the event is new and of no older revision; it is on disk when this returns. */
  keep(event) {
    if (this.seen.has(event.ce_id)) return false;
    const stale = !event.withdrawn && event.revision < (this.revisions.get(event.article_id) ?? 0);
    const kept = stale ? { ...event, claims: [], stale } : event;
    writeSync(this.file, JSON.stringify(kept) + "\n");
    fdatasyncSync(this.file);
    this.#apply(kept);
    return !stale;
  }

  #apply(event) {
    this.seen.add(event.ce_id);
    if (!event.withdrawn && !event.stale) this.revisions.set(event.article_id, event.revision);
  }
}

const ajv = new Ajv({ strict: false, allErrors: false });
formats(ajv);
const fits = ajv.compile(JSON.parse(readFileSync(options.schema, "utf8")));
const store = new Store(options.store);

/** One record as an event to keep; null, and a word on stderr, if it does not fit the schema. */
function read(topic, partition, message) {
  const place = `${topic}-${partition}@${message.offset}`;
  const ce_id = message.headers?.ce_id?.toString() ?? place;
  const article_id = message.key?.toString();
  if (message.value === null) return { ce_id, article_id, withdrawn: true };
  let article;
  try {
    article = JSON.parse(message.value.toString());
  } catch (fault) {
    console.error(`${place} is not JSON: ${fault.message}`);
    return null;
  }
  if (!fits(article)) {
    console.error(`${place} does not fit the schema: ${ajv.errorsText(fits.errors)}`);
    return null;
  }
  const withdrawn = article.status === "withdrawn";
  const claims = article.claims.map((claim) => ({ claim_id: claim.claim_id, kind: claim.kind, words: claim.span.text }));
  return { ce_id, article_id: article.article_id, revision: article.revision, withdrawn, claims };
}

const kafka = new Kafka({ brokers: options.bootstrap.split(","), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: options.group, readUncommitted: false });
let last = Date.now();

await consumer.connect();
await consumer.subscribe({ topic: options.topic, fromBeginning: true });
await consumer.run({
  eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary }) => {
    for (const message of batch.messages) {
      last = Date.now();
      const event = read(batch.topic, batch.partition, message);
      if (event !== null && store.keep(event)) {
        for (const claim of event.claims ?? []) console.log(`${event.article_id}: ${claim.kind} '${claim.words}'`);
        if (event.withdrawn) console.log(`${event.article_id}: withdrawn`);
      }
      resolveOffset(message.offset);
      await heartbeat();
    }
    await commitOffsetsIfNecessary();
  },
});

async function stop() {
  await consumer.disconnect(); // commits what was resolved
  process.exit(0);
}

process.on("SIGINT", stop);
process.on("SIGTERM", stop);
if (options["until-idle"]) {
  setInterval(() => Date.now() - last > options["until-idle"] * 1000 && stop(), 200);
}
