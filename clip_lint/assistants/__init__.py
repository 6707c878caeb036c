"""What coding assistants get: tools and pages over the Model Context Protocol, and a skill to read."""
