"""Mail: a row says that it is wished and to whom; its words are made when it is sent, and not kept."""
