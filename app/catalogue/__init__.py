"""The room of catalogue: which records a school keeps and how their periods are written."""
