"""The room of encodings: Vietnamese of before Unicode, told from other text and turned into it."""
