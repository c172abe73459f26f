from django.db import migrations

# Persons were told when the release was entered, even one of a later moment; delegations found it on their desks.
TOLD = """
UPDATE documents_namedreader AS reader SET told_at = least(document.released_at, now())
FROM documents_document AS document
WHERE document.id = reader.document_id AND document.released_at IS NOT NULL
  AND (reader.person_id IS NOT NULL OR document.released_at <= now())
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0010_readers_told")]

    operations = [migrations.RunSQL(TOLD, migrations.RunSQL.noop)]
