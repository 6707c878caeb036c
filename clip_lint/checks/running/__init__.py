"""CLP401-405: how the model is run."""
