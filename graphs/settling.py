"""Tell the garbage collector what stays, in a process that works for long."""

import gc

YOUNG = (5_000, 20, 50)
"""How many objects more than before, and then how many rounds, until each generation is collected."""


def settle() -> None:
    """Leave alone what is loaded by now, and look through what came later seldom; called once.

    Why: a full collection stopped one prep in a hundred for 0.2 to 0.4 s. What a run keeps lives long and is let go
    without the collector; a few hundred objects a run are cycles, and most of them die young.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*YOUNG)
