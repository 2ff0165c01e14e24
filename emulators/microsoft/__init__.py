"""Microsoft Graph and its sign-in service in memory."""
