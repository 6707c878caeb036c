"""How the bundled models were trained, so that anyone can train them again."""
