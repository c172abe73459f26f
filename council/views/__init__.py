"""Pages of meetings: what everybody reads, the agenda editor of staff, the speakers' lists of delegations."""
