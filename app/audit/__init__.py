"""The room of audit: the hash chain of all that happened."""
