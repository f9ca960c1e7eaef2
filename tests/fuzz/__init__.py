"""Hostile messages at a real engine: `make fuzz`, and a minute of it in `make test`."""
