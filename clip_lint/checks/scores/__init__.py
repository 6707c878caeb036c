"""CLP201-216: how features are compared and what is made of the scores."""
