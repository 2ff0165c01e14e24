"""The room of staging: bytes that are not filed yet."""
