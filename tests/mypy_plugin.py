"""Tell mypy what middleware adds to requests, and the columns that django-modeltranslation adds to models."""

from collections.abc import Callable
from functools import partial

from mypy.plugin import ClassDefContext, Plugin
from mypy.plugins.common import add_attribute_to_class
from mypy.types import AnyType, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
OF_MIDDLEWARE = ("delegation", "htmx", "revision", "rights", "viewer")


class PortalPlugin(Plugin):
    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        names = OF_MIDDLEWARE if fullname == REQUEST else translated_columns().get(fullname)
        return partial(add_names, names=names) if names else None


def translated_columns() -> dict[str, list[str]]:
    """Return the translated columns of each model by its name; empty until django-stubs has loaded Django."""
    from django.apps import apps

    if not apps.ready:
        return {}
    from modeltranslation.translator import translator

    registered = {
        model: translator.get_options_for_model(model).all_fields for model in translator.get_registered_models()
    }
    return {
        f"{model.__module__}.{model.__qualname__}": [column.name for columns in fields.values() for column in columns]
        for model, fields in registered.items()
    }


def add_names(context: ClassDefContext, names: list[str]) -> None:
    for name in names:
        add_attribute_to_class(context.api, context.cls, name, AnyType(TypeOfAny.explicit))


def plugin(version: str) -> type[Plugin]:
    return PortalPlugin
