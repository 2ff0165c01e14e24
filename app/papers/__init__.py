"""The room of official papers: minutes, slips, lists and rules as PDF, DOCX and XLSX from one description."""
