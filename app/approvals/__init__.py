"""The room of approvals: decisions on records and their history."""
