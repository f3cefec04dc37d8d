"""What the benchmark is told: how much, how often, and where its files lie."""

from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent


@frozen
class Options:
    """How large the data, how many pairs and rounds, and the folder for what is made on the way."""

    rows: int = 10_000_000
    pairs: int = 15
    repeats: int = 7
    folder: Path = ROOT / "build" / "bench"
