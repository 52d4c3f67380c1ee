"""The live panes beside the transcript."""
