"""What those who work on metricdsl run: engines, mistakes, generated files."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "metricdsl"
