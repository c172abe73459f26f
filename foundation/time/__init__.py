"""Times, zones and dates: stored in UTC, displayed in the meeting's time zone with its name."""
