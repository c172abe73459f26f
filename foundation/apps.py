from importlib import import_module

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """App configuration."""

    name = "foundation"
    verbose_name = "Foundation"

    def ready(self) -> None:
        """Install the fallbacks of translated fields, and register the system checks."""
        # modeltranslation is the first app, so it has read every app's `translation.py`.
        from foundation.text import fallbacks  # noqa: PLC0415 - modeltranslation is complete only now

        import_module("foundation.anonymity.checks")
        fallbacks.install()
