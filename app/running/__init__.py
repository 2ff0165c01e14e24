"""What runs: the supervisor, the parts it keeps running, the worker, and how the web server is set up."""
