"""Tests of the room of schools."""
