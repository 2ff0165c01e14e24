"""The demo: two schools in the middle of their year, with people, records and, on request, a cloud."""
