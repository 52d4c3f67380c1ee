"""The prompt: where a line is typed, and what can be done about it before it is sent."""
