"""Check pictures: the size is read from the first bytes, so that no oversized picture is decoded."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from foundation.uploads.kinds import FileKind
from foundation.uploads.refusals import FileRefused
from foundation.uploads.zipped import is_also_zip

LONGEST_SIDE = 8000
MOST_PIXELS = 40_000_000
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}


def check_picture(content: bytes, kind: FileKind) -> None:
    """Raise FileRefused if the picture has another format or too many pixels, is damaged, or is also something else."""
    if is_also_zip(content):
        raise FileRefused(
            _("The file can be read both as a picture and as another type of file. Save the picture again.")
        )
    try:
        with warnings.catch_warnings():
            # The size is checked below, so the warning is not needed.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[_FORMATS[kind.media_type]]) as picture:
                width, height = picture.size
                if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
                    raise FileRefused(
                        _("The picture has %(width)s × %(height)s pixels. Reduce it to at most %(limit)s on each side.")
                        % {"width": width, "height": height, "limit": LONGEST_SIDE}
                    )
                picture.verify()
    except Image.DecompressionBombError as error:
        raise FileRefused(_("The picture has too many pixels. Reduce it and upload it again.")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise FileRefused(
            _("The file is not a %(kind)s picture. Save it in that format.") % {"kind": kind.name}
        ) from error
