"""The sandbox server of a kernel without Landlock: `python -m tests.pdf.without_landlock SOCKET [ORDER]`."""

import sys
from dataclasses import replace
from pathlib import Path

from app.pdf.sandbox_fence import fence_of_this_machine
from app.pdf.sandbox_filter import filter_of_this_machine
from app.pdf.sandbox_server import serve_all

if __name__ == "__main__":
    fence = replace(fence_of_this_machine(), landlock=None, calls=filter_of_this_machine(opens=False))
    serve_all(Path(sys.argv[1]), sys.argv[2:], fence)
