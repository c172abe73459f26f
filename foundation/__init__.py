"""Mechanisms that all apps use and that belong to no subject: jobs, email, pages, text, time."""
