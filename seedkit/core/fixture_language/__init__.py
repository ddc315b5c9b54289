"""What a fixture may say beside plain values: tags, labels, references, templates. Plain values come out."""
