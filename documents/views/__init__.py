"""Views in the order of the addresses, by what they show."""
