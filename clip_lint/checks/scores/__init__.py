"""CLP201-211: how features are compared and what is made of the scores."""
