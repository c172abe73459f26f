"""Mechanisms that all apps use and that belong to no subject: jobs, email, pages, tables, uploads, text and time."""
