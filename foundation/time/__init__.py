"""Moments, zones and dates: stored in UTC, shown in the meeting's own zone with the zone named."""
