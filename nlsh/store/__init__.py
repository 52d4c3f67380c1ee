"""What is kept: ledger, journal, history, memory rows, grants, corrections. The only door to SQLite."""
