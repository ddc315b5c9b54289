from seedkit import SeedContext, seeder


@seeder(depends_on=["articles"])
def comments(db: SeedContext) -> None:
    """Three comments on each article, the same ones at each run."""
    titles = ("engines", "compilers")
    db.insert(
        "comments",
        (
            {"id": 3 * place + number, "article_id": db.ref(f"articles.{title}"), "text": db.fake.sentence()}
            for place, title in enumerate(titles)
            for number in (1, 2, 3)
        ),
    )
