"""The room of libcst: parsing, thin nodes, positions, comments, and edits from old and new nodes."""
