"""The room of tree: the folder tree of a school and the way into it."""
