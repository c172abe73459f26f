"""House styles, for administrators: the style of each body and language, and the form to change it."""

from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from documents.models import Body, HouseStyle
from documents.permissions import require_role
from foundation.editing import save_versioned
from foundation.editing.history import recorded
from foundation.editing.locking import Clash
from foundation.editing.merging import MergingForm
from foundation.editing.pages import saved_form
from foundation.pages.languages import OWN_NAMES
from foundation.refusals import check_row
from membership.permissions import role_required
from texts.house_style import CHOICES, DEFAULTS, WORDS, style_for
from texts.masthead import WORDS as USUAL
from texts.numbering import reference_words

ADMINISTRATORS = ("administrator",)
# Stands for the whole house in addresses, where `body` is empty in the database.
HOUSE = "house"
WORD_LABELS = {
    "organization": gettext_lazy("name of the Organization"),
    "distribution": gettext_lazy("“Distr.”"),
    "original": gettext_lazy("“Original”"),
    "annex": gettext_lazy("“Annex”"),
    "annex-reference": gettext_lazy("a reference to an annex, {} for its number"),
    "annexes": gettext_lazy("“Annexes”"),
    "page": gettext_lazy("“page”"),
    "draft": gettext_lazy("“Draft”"),
    "source": gettext_lazy("“Source”"),
    "note": gettext_lazy("“Note”"),
    "contents": gettext_lazy("“Contents”"),
}


class HouseStyleForm(MergingForm, forms.ModelForm):
    """The style of a body, or of the whole house, in one language.

    An empty field falls back to the style of the house, and that to the default of the language.
    """

    class Meta:
        model = HouseStyle
        fields = CHOICES

    def __init__(self, *args: Any, usual: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carry_version(self.instance.edit_version if self.instance.pk else 0)
        for name in CHOICES:
            label = dict(self.fields[name].choices).get(usual[name], "")
            choices = [choice for choice in self.fields[name].choices if choice[0]]
            self.fields[name].choices = [("", _("Default: %(choice)s") % {"choice": label}), *choices]
        words = usual["words"]
        for name in WORDS:
            placeholder = words.get(name) or USUAL[self.instance.language].get(name, "")
            if name == "annex-reference" and not words.get(name):
                placeholder = reference_words(self.instance.language)["annex-reference"]
            box = forms.TextInput(attrs={"placeholder": placeholder, "lang": self.instance.language})
            initial = self.instance.words.get(name, "")
            self.fields[f"word-{name}"] = forms.CharField(
                label=capfirst(str(WORD_LABELS[name])), initial=initial, required=False, max_length=80, widget=box
            )

    def _post_clean(self) -> None:
        """Leave the instance unchanged: the service writes the row."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        reference = cleaned.get("word-annex-reference", "")
        if reference and reference.count("{}") != 1:
            self.add_error("word-annex-reference", _("Include {} once, where the annex number goes."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        words = {name: self.cleaned_data[f"word-{name}"].strip() for name in WORDS}
        return {
            **{name: self.cleaned_data[name] for name in CHOICES},
            "words": {name: text for name, text in words.items() if text},
        }


def save_house_style(*, body: str, language: str, expected: int, actor: Any, **values: Any) -> HouseStyle:
    """Save the style of a body (empty for the whole house) in a language.

    Raises `Clash` if somebody else has changed it since version `expected`.
    """
    require_role(actor, *ADMINISTRATORS)
    wanted = HouseStyle(body=body, language=language, **values)
    check_row(wanted, constraints=False)
    with recorded(actor):
        row = HouseStyle.objects.filter(body=body, language=language).first()
        if row is not None:
            save_versioned(row, expected=expected, **values)
            return row
        try:
            with transaction.atomic():
                wanted.save()
        except IntegrityError as error:
            raise Clash(HouseStyle.objects.get(body=body, language=language), values) from error
        return wanted


@role_required(*ADMINISTRATORS)
@require_safe
def house_styles(request: HttpRequest) -> HttpResponse:
    """Show the style of each body and language, and whether it differs from the default."""
    rows = {(row.body, row.language): row for row in HouseStyle.objects.all()}
    bodies = []
    for body, name in [("", _("all bodies")), *Body.choices]:
        entries = []
        for language in DEFAULTS:
            applying = [row for row in (rows.get(("", language)), rows.get((body, language))) if row]
            style = style_for(language, *applying)
            shown = {field: dict(HouseStyle._meta.get_field(field).choices)[style[field]] for field in CHOICES}
            entries.append((language, OWN_NAMES[language], shown, (body, language) in rows, len(style["words"])))
        bodies.append((body or HOUSE, name, entries))
    return render(request, "documents/house_styles.html", {"bodies": bodies})


@role_required(*ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def house_style_edit(request: HttpRequest, body: str, language: str) -> HttpResponse:
    if body != HOUSE and body not in Body.values:
        raise Http404
    body = "" if body == HOUSE else body
    row = HouseStyle.objects.filter(body=body, language=language).first() or HouseStyle(body=body, language=language)
    house = HouseStyle.objects.filter(body="", language=language).first() if body else None
    usual = style_for(language, *([house] if house else []))
    form = HouseStyleForm(request.POST or None, instance=row, usual=usual)

    def save() -> None:
        expected = form.cleaned_data.get("edit_version") or 0
        save_house_style(body=body, language=language, expected=expected, actor=request.viewer, **form.values)

    name = dict(Body.choices)[body] if body else _("all bodies")
    return saved_form(
        request,
        form,
        save,
        title=_("House style: %(body)s, %(language)s") % {"body": name, "language": OWN_NAMES[language]},
        crumbs=[(_("Documents"), reverse("documents:list")), (_("House style"), reverse("documents:house-styles"))],
        done_url=reverse("documents:house-styles"),
        lead=_("Issued documents keep their style. Drafts change immediately."),
    )


__all__ = ["house_style_edit", "house_styles", "save_house_style"]
