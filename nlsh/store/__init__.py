"""What is kept: ledger, journal, history, memory rows, grants. The only door to SQLite."""
