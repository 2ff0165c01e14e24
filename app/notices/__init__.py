"""The room of notices: what people are told outside the pages."""
