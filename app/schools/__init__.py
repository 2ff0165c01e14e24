"""The room of schools: schools, departments and the offices that oversee them."""
