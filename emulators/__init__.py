"""Small stand-ins for Google Drive and Microsoft Graph, for tests, benchmarks and the demo."""
