"""A home with its database, copied for each schedule: a folder for SQLite, a template for a server's database."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

DATABASE = "revloop.db"


@dataclass(frozen=True, slots=True)
class Place:
    """One home and the database it works in."""

    home: Path
    database: str
    """Empty: SQLite in the home."""


@dataclass
class Places:
    """Makes places under one folder, and on one server where a URL names it."""

    folder: Path
    url: str = ""
    _numbers: Iterator[int] = field(default_factory=partial(count, 1))

    def fresh(self) -> Place:
        """Give a place where nothing is yet."""
        home = self.folder / f"home-{next(self._numbers)}"
        return Place(home, self._made(home.name, None))

    def copied(self, place: Place) -> Place:
        """Copy a home and its database; nobody works in it now."""
        home = self.folder / f"home-{next(self._numbers)}"
        shutil.copytree(place.home, home)
        return Place(home, self._made(home.name, place.database))

    def with_older(self, place: Place, older: Place) -> Place:
        """Put an older database into a home, as a restore does; the older place is used up."""
        for file in place.home.glob(f"{DATABASE}*"):
            file.unlink()
        for file in older.home.glob(f"{DATABASE}*"):
            shutil.copy(file, place.home / file.name)
        shutil.rmtree(older.home)
        self._dropped(place.database)
        return Place(place.home, older.database)

    def settled(self, place: Place) -> Place:
        """Put what SQLite keeps beside its files into them, so that a copy is small."""
        for file in place.home.glob("*.db"):
            with closing(sqlite3.connect(file)) as raw:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return place

    def gone(self, place: Place) -> None:
        """Remove it."""
        shutil.rmtree(place.home)
        self._dropped(place.database)

    def _dropped(self, database: str) -> None:
        if database:
            self._told(f'DROP DATABASE "{make_url(database).database}" WITH (FORCE)')

    def _made(self, name: str, source: str | None) -> str:
        if not self.url:
            return ""
        database = f"{self.folder.name}-{name}"
        template = f' TEMPLATE "{make_url(source).database}"' if source else ""
        self._told(f'CREATE DATABASE "{database}"{template}')
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)

    def _told(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()
