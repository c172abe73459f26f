"""The one way by which anything reaches a rendering: the portal's own assets, by id. All else is denied and told."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from weasyprint.urls import URLFetcher, URLFetcherResponse

_FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
# What a rendering may ask for, by id. A path never comes from a document.
ASSETS: dict[str, tuple[Path, str]] = {
    f"asset:font/{path.stem}": (path, "font/woff2") for path in sorted(_FONTS.glob("*.woff2"))
}


class AssetFetcher(URLFetcher):
    """Serves `asset:…` ids and denies every other address without looking at it. `denied` says what was asked for."""

    def __init__(self) -> None:
        # The parent's handlers for http, ftp, file and data are never set up; a denial does not stop the rendering.
        self._fail_on_errors = False
        self.denied: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        asset = ASSETS.get(url)
        if asset is None:
            self.denied.append(url[:200])
            raise ValueError(f"not an asset of the portal: {url[:200]}")
        path, media_type = asset
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        return self.fetch(getattr(url, "full_url", url))

    def told(self) -> list[str]:
        """What was denied, in sentences for the report of the job."""
        return [_("Not loaded: %(address)s") % {"address": address} for address in dict.fromkeys(self.denied)]
