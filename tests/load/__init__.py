"""Load benchmarks: what the hotline costs and how fast it is, beside the bare engine (docs/performance.md)."""
