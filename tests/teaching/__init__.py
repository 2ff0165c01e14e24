"""Tests of the room of teaching."""
