"""What every service stands on: settings, logs, metrics, traces, health, retries."""
