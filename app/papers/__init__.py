"""The room of official papers: minutes, slips, lists and rules as PDF and DOCX from one description."""
