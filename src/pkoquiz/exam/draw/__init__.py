"""Blueprint → papers: which questions, and how evenly."""
