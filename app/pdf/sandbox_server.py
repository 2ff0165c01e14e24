"""The sandbox server of a machine: `python -m app.pdf.sandbox_server SOCKET`."""

import gc
import os
import sys
from pathlib import Path

from app.pdf import gate_examine, pages, seal
from app.pdf.sandbox_child import Operations
from app.pdf.sandbox_zygote import Zygote

OPERATIONS: Operations = {"gate": gate_examine.examine, "pages": pages.draw, "seal": seal.seal_document}


def serve(socket_path: Path, operations: Operations) -> None:
    """Serve `operations` at `socket_path` until SIGTERM or the parent's end, twice as many at once as cores.

    Load and warm up whatever the operations need before calling this: children inherit it.
    """
    gc.collect()
    gc.freeze()
    Zygote(socket_path, operations, slots=2 * (os.cpu_count() or 1)).serve()


def main() -> None:
    """Load the parsers, then serve."""
    gate_examine.preload()
    seal.preload()
    serve(Path(sys.argv[1]), OPERATIONS)


if __name__ == "__main__":
    main()
