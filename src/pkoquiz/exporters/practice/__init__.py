"""The practice page: read the transcript, be asked while you read, remember it."""
