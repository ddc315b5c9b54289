"""Models of many kinds, for what Django's fixtures say of them."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import User
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models


class AuthorManager(models.Manager):
    def get_by_natural_key(self, first, last):
        return self.get(first_name=first, last_name=last)


class Author(models.Model):
    first_name = models.CharField(max_length=50)
    last_name = models.CharField(max_length=50)
    born = models.DateField(null=True)
    account = models.OneToOneField(User, null=True, on_delete=models.SET_NULL)
    friends = models.ManyToManyField("self")

    objects = AuthorManager()

    class Meta:
        unique_together = (("first_name", "last_name"),)

    def natural_key(self):
        return (self.first_name, self.last_name)


class TagManager(models.Manager):
    def get_by_natural_key(self, name):
        return self.get(name=name)


class Tag(models.Model):
    name = models.SlugField(unique=True)
    objects = TagManager()

    def natural_key(self):
        return (self.name,)


class Category(models.Model):
    code = models.CharField(max_length=5, primary_key=True)
    title = models.CharField(max_length=50)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE)
    rank = models.IntegerField(default=7)
    note = models.TextField()
    shape = models.JSONField(default=dict)
    state = models.CharField(max_length=5, default="new")
    seen = models.BooleanField(default=False)
    price = models.DecimalField(max_digits=5, decimal_places=2, default="1.5")
    hidden = models.CharField(max_length=5, null=True)


class Post(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=200)
    body = models.TextField()
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)
    price = models.DecimalField(max_digits=12, decimal_places=3)
    rating = models.FloatField()
    published = models.BooleanField()
    created = models.DateTimeField()
    opens = models.TimeField(null=True)
    took = models.DurationField(null=True)
    blob = models.BinaryField()
    settings = models.JSONField(null=True)
    words = ArrayField(models.CharField(max_length=20))
    grid = ArrayField(ArrayField(models.IntegerField()), null=True)
    shown = DateRangeField(null=True)
    address = models.GenericIPAddressField(null=True)


class Comment(models.Model):
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.TextField()
    target = GenericForeignKey()
    text = models.TextField()


class Place(models.Model):
    name = models.CharField(max_length=50)


class Restaurant(Place):
    serves_pizza = models.BooleanField()


class Odd(models.Model):
    number = models.BigIntegerField(db_column="nr")
    order = models.IntegerField()
    helpers = models.ManyToManyField(Author, db_table="helping")

    class Meta:
        db_table = "Odd Ones"
