"""Pages of IDM years and workshops: public pages, registration, participants for staff, planning."""
