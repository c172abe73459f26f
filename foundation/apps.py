from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "foundation"
    verbose_name = "Foundation"

    def ready(self) -> None:
        # modeltranslation stands first among the apps: by now it has read every room's `translation.py`.
        from foundation.text import fallbacks  # noqa: PLC0415 - modeltranslation is complete only now

        fallbacks.install()
