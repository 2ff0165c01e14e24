"""`python -m bench [NAME …]`: run the benchmarks and print one JSON object a line."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.clouds import clouds
from bench.decisions import decisions, queue
from bench.filing import filing
from bench.footprint import footprint
from bench.obligations import obligations
from bench.product import free_port, running_product
from bench.scale import scale
from bench.scale_planting import Size
from bench.uploads import uploads

SUITES = {
    "footprint": footprint,
    "uploads": uploads,
    "decisions": decisions,
    "filing": filing,
    "queue": queue,
    "clouds": clouds,
    "obligations": obligations,
}


ALONE = "scale"
"""Takes minutes and much room, so it runs only where it is asked for by name."""


def main() -> None:
    """Run the suites named, or all but that of size, on one demo."""
    asked = _asked()
    suites = SUITES | {ALONE: partial(scale, size=Size(asked.records, asked.schools))}
    with _folder(asked.data) as folder, running_product(folder / "data", free_port()) as product:
        for name in asked.names or SUITES:
            for measurement in suites[name](product):
                print(measurement.line(), flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*SUITES, ALONE], metavar="NAME")
    parser.add_argument("--records", type=int, default=Size.records, help="how many scale plants")
    parser.add_argument("--schools", type=int, default=Size.schools, help="among how many schools")
    parser.add_argument("--data", type=Path, help="a folder to keep and to use again, not a temporary one")
    return parser.parse_args()


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
    else:
        with tempfile.TemporaryDirectory(prefix="kd-bench") as folder:
            yield Path(folder)


if __name__ == "__main__":
    main()
