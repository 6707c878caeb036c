"""Verification: findings are measured on the real models, on images with known truth."""
