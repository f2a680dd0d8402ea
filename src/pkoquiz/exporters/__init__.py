"""From a bank to files: one room per format. None imports another, none writes a file."""
