"""A school's tree in Google Drive."""
