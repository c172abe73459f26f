"""Benchmarks: ratios measured in one run, on this machine, against what bare Django or bare WeasyPrint needs."""
