"""The room of teaching: classes, subjects, who teaches what, and lesson plans on a laptop."""
