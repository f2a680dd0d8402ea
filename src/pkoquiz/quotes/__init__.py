"""Quotes and the passages they come from: searching, citing, proving, relinking, coverage."""
