"""Ký Duyệt: read, approve, sign off and file the professional records of schools."""
