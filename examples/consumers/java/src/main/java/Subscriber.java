import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A subscriber in Java: reads enriched articles from Kafka and keeps their claims in a file, each once.
 *
 * <pre>
 *   mvn -q compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 *   java -cp "target/classes:$(cat target/classpath)" Subscriber bootstrap=localhost:29092
 * </pre>
 *
 * Only committed transactions are read. An event is one line, appended and synced before its offset is committed, so
 * nothing is lost; <code>ce_id</code> is the same for a repeat of the same event and is looked up in the lines that are
 * there, so nothing comes twice. A record without a value is a tombstone: the article is withdrawn. A lower revision
 * that comes late changes nothing.
 */
public final class Subscriber {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> seen = new HashSet<>();
    private final Map<String, Integer> revisions = new HashMap<>();
    private final FileOutputStream file;
    private final JsonSchema schema;

    private Subscriber(Path store, Path schemaFile) throws IOException {
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(Files.readString(schemaFile));
        if (Files.exists(store)) {
            for (String line : Files.readAllLines(store)) {
                parse(line).filter(JsonNode::isObject).ifPresent(this::apply);
            }
        }
        file = new FileOutputStream(store.toFile(), true);
        file.write('\n'); // what follows begins a line of its own, whatever was cut off
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>(Map.of(
            "bootstrap", "localhost:29092", "topic", "news.articles.enriched.v1", "group", "example-java",
            "store", "claims.jsonl", "schema", "../../../schemas/enriched-article.v1.schema.json"));
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            options.put(parts[0], parts[1]);
        }
        long idle = Optional.ofNullable(options.get("until-idle")).map(Long::parseLong).orElse(Long.MAX_VALUE / 2000);
        Subscriber subscriber = new Subscriber(Path.of(options.get("store")), Path.of(options.get("schema")));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings(options))) {
            consumer.subscribe(List.of(options.get("topic")));
            subscriber.read(consumer, idle * 1000);
        }
    }

    private static Properties settings(Map<String, String> options) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", options.get("bootstrap"));
        settings.put("group.id", options.get("group"));
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
        return settings;
    }

    /** One batch after the other; ends after so many milliseconds without a record. */
    private void read(KafkaConsumer<byte[], byte[]> consumer, long idle) throws IOException {
        long last = System.currentTimeMillis();
        while (System.currentTimeMillis() - last < idle) {
            var records = consumer.poll(Duration.ofMillis(200));
            if (records.isEmpty()) {
                continue;
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                keep(record);
            }
            file.getFD().sync();
            consumer.commitSync();
            last = System.currentTimeMillis();
        }
    }

    private void keep(ConsumerRecord<byte[], byte[]> record) throws IOException {
        String place = record.topic() + "-" + record.partition() + "@" + record.offset();
        var header = record.headers().lastHeader("ce_id");
        String id = header == null ? place : new String(header.value(), StandardCharsets.UTF_8);
        if (seen.contains(id)) {
            return;
        }
        ObjectNode event = event(record, place);
        if (event == null) {
            return;
        }
        event.put("ce_id", id);
        String article = event.path("article_id").asText();
        boolean withdrawn = event.path("withdrawn").asBoolean();
        boolean stale = !withdrawn && event.path("revision").asInt() < revisions.getOrDefault(article, 0);
        if (stale) {
            event.put("stale", true).putArray("claims");
        }
        file.write((JSON.writeValueAsString(event) + "\n").getBytes(StandardCharsets.UTF_8));
        apply(event);
        for (JsonNode claim : event.path("claims")) {
            System.out.println(article + ": " + claim.path("kind").asText() + " '" + claim.path("words").asText() + "'");
        }
        if (withdrawn) {
            System.out.println(article + ": withdrawn");
        }
    }

    /** One record as an event to keep; null, and a word on stderr, if it does not fit the schema. */
    private ObjectNode event(ConsumerRecord<byte[], byte[]> record, String place) throws IOException {
        ObjectNode event = JSON.createObjectNode();
        if (record.value() == null) {
            event.put("article_id", new String(record.key(), StandardCharsets.UTF_8));
            return event.put("withdrawn", true);
        }
        Optional<JsonNode> article = parse(new String(record.value(), StandardCharsets.UTF_8));
        var faults = article.map(schema::validate).orElse(null);
        if (faults == null || !faults.isEmpty()) {
            String why = faults == null ? "it is not JSON" : faults.iterator().next().getMessage();
            System.err.println(place + " does not fit the schema: " + why);
            return null;
        }
        event.put("article_id", article.get().path("article_id").asText());
        event.put("revision", article.get().path("revision").asInt());
        event.put("withdrawn", "withdrawn".equals(article.get().path("status").asText()));
        var claims = event.putArray("claims");
        for (JsonNode claim : article.get().path("claims")) {
            claims.addObject()
                .put("claim_id", claim.path("claim_id").asText())
                .put("kind", claim.path("kind").asText())
                .put("words", claim.path("span").path("text").asText());
        }
        return event;
    }

    private void apply(JsonNode event) {
        seen.add(event.path("ce_id").asText());
        if (!event.path("withdrawn").asBoolean() && !event.path("stale").asBoolean()) {
            revisions.put(event.path("article_id").asText(), event.path("revision").asInt());
        }
    }

    private static Optional<JsonNode> parse(String line) {
        try {
            return Optional.ofNullable(JSON.readTree(line));
        } catch (IOException broken) { // the last line of a process that was killed while it wrote
            return Optional.empty();
        }
    }
}
