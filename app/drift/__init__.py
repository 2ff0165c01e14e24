"""The room of drift: what others changed in a school's store, written down and repaired when asked for."""
