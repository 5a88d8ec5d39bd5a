"""Full-text search in the words of both databases: FTS5 on SQLite, tsvector on PostgreSQL, behind one statement.

A query is `query(words)`: quoted words with OR between them, which both take, and of which no sign is ever the user's. In both,
`knowledge_words` gives each entry by `rowid`: on SQLite the FTS5 table, kept by triggers; on PostgreSQL a view of a column that the
database keeps.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

found = sa.table("knowledge_words", sa.column("rowid", sa.BigInteger))


def query(words: Iterable[str]) -> str:
    """For `matches` and `distance`: any of these words, which consist of letters and digits."""
    return " OR ".join(f'"{word}"' for word in words)


class matches(FunctionElement[Any]):  # noqa: N801  (it reads as what SQL has)
    """`matches(home, query)`: the entry is one of this server, and has one of the words."""

    inherit_cache = True


class distance(FunctionElement[Any]):  # noqa: N801
    """`distance(query)`: the smaller, the better the entry answers it. A word in the title counts four times."""

    inherit_cache = True


@compiles(matches, "sqlite")
def _matches_sqlite(element: matches, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    # The server is a phrase of the query too: what others keep is not looked at.
    home, words = (compiler.process(one, **more) for one in element.clauses)
    phrase = f"'home : \"' || replace({home}, '\"', ' ') || '\"'"
    return f"knowledge_words MATCH ({phrase} || ' AND {{title words}} : (' || {words} || ')')"


@compiles(matches, "postgresql")
def _matches_postgresql(element: matches, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    # The view is the table once more: it is narrowed too, or its rows of all servers are looked at.
    home, words = (compiler.process(one, **more) for one in element.clauses)
    asked = f"websearch_to_tsquery('english', {words})"
    return f"knowledge_words.home = {home} AND knowledge_words.found @@ {asked}"


@compiles(distance, "sqlite")
def _distance_sqlite(element: distance, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401, ARG001
    return "bm25(knowledge_words, 0.0, 4.0, 1.0)"


@compiles(distance, "postgresql")
def _distance_postgresql(element: distance, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    (words,) = element.clauses
    asked = f"websearch_to_tsquery('english', {compiler.process(words, **more)})"
    return f"-ts_rank('{{0.1, 0.1, 0.25, 1}}', knowledge_words.found, {asked})"
