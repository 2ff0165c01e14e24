"""The room of api: the JSON API, version 1."""
