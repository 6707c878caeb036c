"""CLP101-116: what prompts and label sets ask of the model, and how they are written."""
