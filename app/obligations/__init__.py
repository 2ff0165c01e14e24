"""The room of obligations: who owes which record by when, and what is missing."""
