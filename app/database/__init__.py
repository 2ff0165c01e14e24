"""PostgreSQL itself: the embedded server, its accounts, the roles' privileges, and migrations."""
