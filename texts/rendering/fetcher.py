"""The only source of files for a rendering: the portal's assets, by id. Everything else is denied and reported."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from weasyprint.urls import URLFetcher, URLFetcherResponse

_FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
# The files that a rendering may load, by id. Documents cannot name paths.
ASSETS: dict[str, tuple[Path, str]] = {
    f"asset:font/{path.stem}": (path, "font/woff2") for path in sorted(_FONTS.glob("*.woff2"))
}


class AssetFetcher(URLFetcher):  # type: ignore[misc] # WeasyPrint has no types, so its classes are Any
    """Fetcher that serves `asset:…` ids and denies all other addresses. `denied` lists the denied addresses."""

    def __init__(self) -> None:
        # Not calling the parent's __init__ leaves out its handlers for http, ftp, file and data. A denial does not stop
        # the rendering.
        self._fail_on_errors = False
        self.denied: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return an asset. Raises ValueError for all other addresses and records them."""
        asset = ASSETS.get(url)
        if asset is None:
            self.denied.append(url[:200])
            raise ValueError(f"not an asset of the portal: {url[:200]}")
        path, media_type = asset
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        """Do the same for `urllib` requests, which WeasyPrint may pass."""
        return self.fetch(str(getattr(url, "full_url", url)))

    def messages(self) -> list[str]:
        """Return a sentence for the job's report for each denied address."""
        return [_("Not loaded: %(address)s") % {"address": address} for address in dict.fromkeys(self.denied)]
