"""What people do in a real browser, against the running product."""
