from django.db import migrations


class Migration(migrations.Migration):
    """A text of a hundred pages is changed with every keystroke; compressing it anew takes longer than all the rest."""

    dependencies = [("documents", "0002_review_clearance_symbols")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE documents_text ALTER COLUMN content SET STORAGE EXTERNAL",
            "ALTER TABLE documents_text ALTER COLUMN content SET STORAGE EXTENDED",
        ),
    ]
