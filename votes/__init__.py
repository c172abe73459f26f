"""Consultations and ballots, positions of delegations, votes, the ledger, results."""
