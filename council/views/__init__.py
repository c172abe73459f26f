"""Pages of meetings: public pages, the agenda editor for staff, speakers' lists for delegations."""
