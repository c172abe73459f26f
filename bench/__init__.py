"""Benchmarks, as ratios to bare Django or bare WeasyPrint measured in the same run on the same machine."""
