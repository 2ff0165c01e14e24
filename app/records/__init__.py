"""The room of records: what: records, versions, intake and search."""
