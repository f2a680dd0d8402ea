"""Shared parts of pages: rendering, media, the base style, building nodes, keyboard shortcuts."""
