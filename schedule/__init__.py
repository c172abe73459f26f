"""What workshops and meetings have in common: dates, zone, place, slots, appearances, releases."""
