"""The stage of a soak: a town on a server of one's own, its queue, and a model that takes its time."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import create_engine

from evals.faults import FaultServer
from evals.scale.crew import crew
from evals.scale.jobs import Jobs
from evals.scale.town import database_on, folder, settings_of, settle
from evals.soak.cluster import own_cluster
from evals.soak.holding import watch
from evals.soak.running import Asked, Soak
from graphs.bootstrap import bootstrap

MODEL_SECONDS = 0.5


@contextmanager
def soaked(asked: Asked, server: str) -> Generator[Soak, None, None]:
    """Prepare everything; it is gone afterwards."""
    with (
        own_cluster() as cluster,
        folder() as place,
        database_on(cluster.url if cluster else server) as database,
    ):
        home = place / "home"
        settle(home, database, asked.accounts)
        engine = create_engine(database, pool_pre_ping=True)
        watch(engine)
        house, jobs = bootstrap(settings_of(home, database)), Jobs(home, database)
        try:
            with (
                FaultServer(["slow"], slow_seconds=MODEL_SECONDS) as model,
                crew(home, database, MODEL_URL=model.url, MODEL_KEY=model.key) as workers,
            ):
                yield Soak(asked, house, workers, jobs, engine, cluster)
        finally:
            jobs.close()
            house.close()
            engine.dispose()
