"""What each kept shell is told at its start; shell text, filled in by nlsh/shell/kinds.py."""
