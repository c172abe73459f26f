"""What workshops and meetings share: dates, zone, place, slots, appearances, releases."""
