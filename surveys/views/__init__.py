"""Pages, in the order of `urls.py`: `public`, `delegation`, `personal` (links), `staff`, `analysis`."""
