"""The desk: the Textual app. Knows the words, not the machine."""
