"""What tests and benchmarks share; no test itself."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""the folder of the project"""
