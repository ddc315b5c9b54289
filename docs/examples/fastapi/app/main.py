"""A blog: articles are listed, written, and imported with the ids that they had elsewhere."""

from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import select

from app.database import Session
from app.models import Article
from seedkit import aio

app = FastAPI()


class NewArticle(BaseModel):
    author_id: int
    title: str


class WrittenArticle(NewArticle):
    id: int


@app.get("/articles")
async def articles(session: Session) -> list[WrittenArticle]:
    found = await session.scalars(select(Article).order_by(Article.id))
    return [WrittenArticle.model_validate(article, from_attributes=True) for article in found]


@app.post("/articles", status_code=201)
async def write(new: NewArticle, session: Session) -> WrittenArticle:
    article = Article(**new.model_dump())
    session.add(article)
    await session.commit()
    return WrittenArticle.model_validate(article, from_attributes=True)


@app.post("/import", status_code=204)
async def bring(written: list[WrittenArticle], session: Session) -> None:
    session.add_all(Article(**article.model_dump()) for article in written)
    await aio.fix_sequence("articles", connection=session)  # flushes; what is written next draws a free id
    await session.commit()
