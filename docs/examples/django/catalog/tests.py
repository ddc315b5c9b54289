from django.db import connection
from django.test import TestCase

from catalog.models import Author, Book
from seedkit import seed


class BookTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        seed(["catalog_book"], connection=connection)

    def test_books_have_their_authors(self):
        self.assertEqual(Book.objects.get(title="Solaris").author.name, "Stanisław Lem")

    def test_the_next_author_gets_a_free_key(self):
        taken = set(Author.objects.values_list("id", flat=True))

        self.assertNotIn(Author.objects.create(name="Octavia E. Butler").id, taken)
