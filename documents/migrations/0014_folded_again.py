"""Blocks of issues as they are searched, by the fold that knows one apostrophe and one dash."""

from importlib import import_module

from django.db import migrations

kept = import_module("foundation.migrations._fold_of_2026_11")


def fold_again(cursor):
    cursor.execute("SELECT id, text, folded FROM documents_issuedblock")
    for pk, text, former in cursor.fetchall():
        folded = kept.fold(text)
        if folded != former:
            cursor.execute("UPDATE documents_issuedblock SET folded = %s WHERE id = %s", [folded, pk])


class Migration(migrations.Migration):
    dependencies = [("documents", "0013_plain_field_texts")]
    operations = [kept.WriteAgain(fold_again)]
