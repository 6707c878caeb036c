"""What a project's configuration says, checked."""
