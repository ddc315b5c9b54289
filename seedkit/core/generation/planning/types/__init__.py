"""What a type's values are, by what its column means and what CHECKs leave: a module a family of types."""
