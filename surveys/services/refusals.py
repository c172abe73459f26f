from foundation.refusals import Refused


class SurveyClosed(Refused):
    """The survey is not open."""
