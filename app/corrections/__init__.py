"""The room of corrections: changing what was filed, asked for, consented to and witnessed."""
