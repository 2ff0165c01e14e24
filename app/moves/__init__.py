"""The room of moves: which store keeps a school's tree, connecting it, and moving to another one."""
