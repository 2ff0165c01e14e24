"""The room of storage: where filed bytes live."""
