"""XLSX lists of others read by the meaning of their headings, faults named by cell, and XLSX written."""
