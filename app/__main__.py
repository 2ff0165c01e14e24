"""`python -m app` is the command line."""

from app.commands.main import main

main()
