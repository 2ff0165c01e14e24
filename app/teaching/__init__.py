"""The room of teaching: classes, subjects, and who teaches what."""
