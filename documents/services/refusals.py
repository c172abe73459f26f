"""How a service says no."""


class Refused(Exception):
    """It cannot be done; `reasons` says why, each in a sentence."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(reasons))
