"""The sandbox server of a machine: `python -m app.pdf.sandbox_server SOCKET [NAME=MODULE:FUNCTION ...]`."""

import argparse
import gc
import importlib
import mimetypes
import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from app.logs import configure_logging
from app.pdf import checking, gate_examine, pages, sandbox_fence, seal
from app.pdf.sandbox_child import Operation, Operations
from app.pdf.sandbox_fence import Fence
from app.pdf.sandbox_zygote import Zygote

# What the libraries import only for some documents: names in ZIP archives, fonts with PostScript outlines.
_LOADED_LATE = ("encodings.cp437", "fontTools.ttLib.tables.C_F_F_")

OPERATIONS: Operations = {
    "gate": gate_examine.examine,
    "pages": pages.draw,
    "seal": seal.seal_document,
    "check": checking.check,
}


def serve(socket_path: Path, operations: Operations, fence: Fence) -> None:
    """Serve `operations` at `socket_path` until SIGTERM or the parent's end, twice as many at once as cores.

    Load and warm up whatever the operations need before calling this: children inherit it. Each child
    enters `fence` before it works.
    """
    gc.collect()
    gc.freeze()
    Zygote(socket_path, operations, 2 * (os.cpu_count() or 1), fence).serve()


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
    configure_logging()
    asked = _arguments()
    fence = sandbox_fence.fence_of_this_machine()
    sandbox_fence.report(fence)
    fence.demand(tuple(asked.demand))
    serve_all(asked.socket, asked.order, fence)


def serve_all(socket_path: Path, orders: list[str], fence: Fence) -> None:
    """Load the parsers, then serve our operations and those of `orders` behind `fence`."""
    gate_examine.preload()
    checking.preload(seal.preload())
    mimetypes.init()  # openpyxl asks, and a child may not read the system's list
    if fence.landlock is None:
        _load_all(orders)
    serve(socket_path, {**OPERATIONS, **dict(map(further_operation, orders))}, fence)


def _load_all(orders: list[str]) -> None:
    """Load what children would load when they need it, which they cannot where no file may be opened."""
    for order in orders:
        importlib.import_module(order.partition("=")[2].partition(":")[0])
    for module in _LOADED_LATE:
        importlib.import_module(module)
    Image.init()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("socket", type=Path)
    parser.add_argument("order", nargs="*", help="NAME=MODULE:FUNCTION")
    parser.add_argument("--demand", action="append", default=[], choices=sandbox_fence.PARTS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
