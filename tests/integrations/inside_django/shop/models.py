from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Customer(AbstractUser):
    """What auth.User is swapped for."""


class Category(models.Model):
    name = models.CharField(max_length=50, unique=True)


class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)


class Product(models.Model):
    name = models.CharField(max_length=50, unique=True)
    category = models.ForeignKey(Category, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)
    details = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True)


class Featured(Product):
    class Meta:
        proxy = True


class Place(models.Model):
    name = models.CharField(max_length=50)


class Restaurant(Place):
    """Its key is its Place's."""

    stars = models.IntegerField(default=0)


class Voucher(models.Model):
    """No sequence feeds its key."""

    code = models.CharField(primary_key=True, max_length=10)


class Legacy(models.Model):
    name = models.CharField(max_length=50)

    class Meta:
        managed = False
        db_table = '"other"."legacy"'
