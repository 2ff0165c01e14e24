"""`python -m bench [NAME …]`: run the benchmarks and print one JSON object a line."""

import sys
import tempfile
from pathlib import Path

from bench.clouds import clouds
from bench.decisions import decisions, queue
from bench.filing import filing
from bench.footprint import footprint
from bench.obligations import obligations
from bench.product import free_port, running_product
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


def main(names: list[str]) -> None:
    """Run the suites named, or all, on one demo."""
    unknown = set(names) - set(SUITES)
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    with (
        tempfile.TemporaryDirectory(prefix="kd-bench") as folder,
        running_product(Path(folder) / "data", free_port()) as product,
    ):
        for name in names or SUITES:
            for measurement in SUITES[name](product):
                print(measurement.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
