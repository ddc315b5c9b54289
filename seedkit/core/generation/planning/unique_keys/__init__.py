"""What no two rows may share: what unique keys and exclusions compare, what they are combined of, what holds them."""
