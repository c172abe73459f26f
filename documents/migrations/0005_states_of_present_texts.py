from django.db import migrations


class Migration(migrations.Migration):
    """Texts from before states were kept can be read from this moment on."""

    dependencies = [("documents", "0004_comparing_translating_house_style")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO documents_textstate (text_id, step_number, content, kept_at)
            SELECT id, step_number, content, clock_timestamp() FROM documents_text
            ON CONFLICT (text_id, step_number) DO NOTHING
            """,
            "DELETE FROM documents_textstate",
        ),
    ]
