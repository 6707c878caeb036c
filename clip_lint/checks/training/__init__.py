"""CLP501-505: how the model is trained, and run on several devices."""
