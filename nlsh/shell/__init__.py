"""The user's shell: running lines, whose state it is, what a line can be proven to do. The only door to tree-sitter."""
