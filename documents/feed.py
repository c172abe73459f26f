"""Atom feed of the latest public documents, in the language of the address."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.models import Document
from foundation.mail.services import absolute
from foundation.pages.access import public

ENTRIES = 50


def _public() -> QuerySet:
    return Document.objects.visible_to(None, timezone.now()).in_force()


class _Documents(Feed):
    """Lists public documents only, even for a signed-in person, because feed readers do not sign in."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("Documents of the International Dialogue on Migration")

    def link(self) -> str:
        return absolute(reverse("documents:list"))

    def feed_url(self) -> str:
        return absolute(reverse("documents:feed"))

    def items(self) -> list[Document]:
        return list(_public().order_by("-released_at", "-pk")[:ENTRIES])

    def item_title(self, item: Document) -> str:
        return f"{item.symbol} – {item.title}"

    def item_description(self, item: Document) -> str:
        return " – ".join(str(words) for words in (item.get_kind_display(), item.subtitle) if words)

    def item_link(self, item: Document) -> str:
        return absolute(item.overview_url)

    def item_guid(self, item: Document) -> str:
        return self.item_link(item)

    def item_updateddate(self, item: Document) -> Any:
        return item.released_at

    def item_pubdate(self, item: Document) -> Any:
        return item.released_at


def _revision(request: HttpRequest) -> Any:
    """Return the ids and revisions of the listed documents; they change with every release, edit or withdrawal."""
    return tuple(_public().order_by("-released_at", "-pk").values_list("pk", "revision")[:ENTRIES])


@public(revision=_revision)
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    return _Documents()(request)
