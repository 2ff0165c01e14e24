"""The sandbox server of a machine: `python -m app.pdf.sandbox_server SOCKET [NAME=MODULE:FUNCTION ...]`."""

import gc
import importlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from app.pdf import gate_examine, pages, seal
from app.pdf.sandbox_child import Operation, Operations
from app.pdf.sandbox_zygote import Zygote

OPERATIONS: Operations = {"gate": gate_examine.examine, "pages": pages.draw, "seal": seal.seal_document}


def serve(socket_path: Path, operations: Operations) -> None:
    """Serve `operations` at `socket_path` until SIGTERM or the parent's end, twice as many at once as cores.

    Load and warm up whatever the operations need before calling this: children inherit it.
    """
    gc.collect()
    gc.freeze()
    Zygote(socket_path, operations, slots=2 * (os.cpu_count() or 1)).serve()


def further_operation(order: str) -> tuple[str, Operation]:
    """Return the name and the operation of `NAME=MODULE:FUNCTION`.

    The module is loaded in the child that is asked for it: rooms above this one bring their operations,
    and what they load is no burden to the children that read PDFs.
    """
    name, _, place = order.partition("=")
    module, _, function = place.partition(":")

    def run(
        document: BinaryIO, arguments: Mapping[str, object], output: BinaryIO | None
    ) -> Mapping[str, object]:
        operation: Operation = getattr(importlib.import_module(module), function)
        return operation(document, arguments, output)

    return name, run


def main() -> None:
    """Load the parsers, then serve them and the operations that the arguments name."""
    gate_examine.preload()
    seal.preload()
    serve(Path(sys.argv[1]), {**OPERATIONS, **dict(map(further_operation, sys.argv[2:]))})


if __name__ == "__main__":
    main()
