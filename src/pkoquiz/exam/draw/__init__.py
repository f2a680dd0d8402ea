"""Draw papers from the bank: questions that together meet every number of a blueprint."""
