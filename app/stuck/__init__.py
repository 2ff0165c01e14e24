"""What fails in the background: why, since when, shown to whoever can act, and tried again at a click."""
