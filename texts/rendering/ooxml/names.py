"""Names of bookmarks that carry the lasting ids of blocks through Word, and back."""

import re

LONGEST = 40  # of a bookmark in Word


def bookmark(kind: str, identity: str) -> str:
    """`_b_…` a block, `_i_` its list item, `_l_` its list, `_q_` its quotation, `_t_` its table, `_x1_` an exhibit,
    `_n_` a footnote, `_a_` an annex. Hidden in Word, since the name begins with `_`. Empty where the id is too long."""
    encoded = re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):02x}", identity)
    name = f"_{kind}_{encoded}"
    return name if identity and len(name) <= LONGEST else ""
