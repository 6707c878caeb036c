"""CLP301-309: how the model is fed."""
