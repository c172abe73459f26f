"""What pages share: access marks, cached public pages, components, the registries of the dashboards."""
