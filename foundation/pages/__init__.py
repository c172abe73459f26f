"""What pages have in common: access marks, cached public pages, components, the registries of the desks."""
