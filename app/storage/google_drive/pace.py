"""How fast one Google account is called."""

from app.storage.pacing import Rate

READ, WRITE, SHARE, SHARE_OF_THE_DAY = "read", "write", "share", "share_of_the_day"

RATES = {
    READ: Rate(per_second=8, burst=40),
    # Large numbers of small writes are held back above three a second, whatever the quota page says.
    WRITE: Rate(per_second=3, burst=10),
    # Google publishes no number for sharing; tens a day are known to have been refused.
    SHARE: Rate(per_second=0.1, burst=5),
    SHARE_OF_THE_DAY: Rate(per_second=40 / 86_400, burst=40),
}

LANES = 1
"""Files sent at the same time: Google's client serves one thread, and one keeps up three writes a second."""

HELD_BACK = 15.0
"""Seconds without a call after Drive has said "too fast" without saying for how long."""
