"""The tokens of an expression, as the parser takes them one by one."""

from __future__ import annotations

from seedkit.core.generation.expressions.tokens import NotReadError, Token, tokens_of


class TokenStream:
    """The tokens of a text and the place that the parser has come to."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens_of(text)
        self._place = 0

    @property
    def next(self) -> Token:
        """The token that comes next; after the last one the end, again and again."""
        return self._tokens[self._place]

    def take(self) -> Token:
        """Take the next token."""
        token = self.next
        if token.kind != "end":
            self._place += 1
        return token

    def has(self, *texts: str) -> bool:
        """Whether words or marks come next, in this order."""
        coming = self._tokens[self._place : self._place + len(texts)]
        return [token.text for token in coming if token.kind not in ("text", "name")] == list(texts)

    def took(self, *texts: str) -> bool:
        """Take words or marks, if they come next."""
        found = self.has(*texts)
        if found:
            self._place += len(texts)
        return found

    def expect(self, *texts: str) -> None:
        """Take words or marks that must come next; raises NotReadError."""
        if not self.took(*texts):
            raise NotReadError(f"{self.next.text!r} instead of {' '.join(texts)!r}")

    def name(self) -> str:
        """Take a name, quoted or not; raises NotReadError for anything else."""
        if self.next.kind not in ("name", "word"):
            raise NotReadError(f"{self.next.text!r} instead of a name")
        return self.take().text
