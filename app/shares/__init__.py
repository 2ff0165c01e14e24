"""The room of shares: who outside a school may read which of its folders until when, and who decided so."""
