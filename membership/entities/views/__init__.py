"""Pages of the register for protocol officers."""
