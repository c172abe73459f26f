"""Shared parts of pages: access marks, the cache of public pages, components, and registries for dashboards."""
