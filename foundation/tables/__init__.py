"""Import and export of tables: data files read with line numbers, exports in which no cell can be a formula."""
