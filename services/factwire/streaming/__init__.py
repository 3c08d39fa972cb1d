"""The only home of Kafka: records in, transactions out, and what keeps both honest."""
