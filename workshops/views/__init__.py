"""Pages of the IDM's years and workshops: what the public reads, registration, participants for staff, planning."""
