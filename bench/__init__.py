"""Measured speed, side by side with the peers: see docs/performance.md."""
