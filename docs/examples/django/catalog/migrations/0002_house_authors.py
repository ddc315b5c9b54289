"""A data migration with keys of its own: what it leaves behind, `fix_sequence` puts right in the same transaction."""

from django.db import migrations

from seedkit import fix_sequence


def add_house_authors(apps, schema_editor):
    Author = apps.get_model("catalog", "Author")
    database = schema_editor.connection
    Author.objects.using(database.alias).create(id=1, name="Anonymous")
    fix_sequence(Author, connection=database)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(add_house_authors, migrations.RunPython.noop)]
