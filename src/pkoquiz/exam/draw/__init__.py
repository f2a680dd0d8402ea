"""Draw papers from the bank that meet every requirement of a blueprint."""
