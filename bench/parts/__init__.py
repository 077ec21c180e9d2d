"""What is measured; each has ``run(databases, report, rounds)``."""
