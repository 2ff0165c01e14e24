"""The room of locks: what is closed to changes, by whose word, and until when."""
