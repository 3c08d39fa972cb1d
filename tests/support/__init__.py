"""What tests share: containers, articles, clients, faults."""
