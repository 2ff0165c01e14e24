"""How a record gets from upload to filing: states, transitions, guards as data, and two pure functions."""
