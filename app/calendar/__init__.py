"""The room of the calendar: terms, months, weeks and holidays of a school year, and what is due when."""
