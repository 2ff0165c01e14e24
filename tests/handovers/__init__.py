"""Tests of the room of handovers."""
