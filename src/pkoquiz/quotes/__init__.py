"""Quotes and the passages they come from: finding, citing, relinking, coverage."""
