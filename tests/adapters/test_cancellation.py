"""The switch of a query, from several threads."""

from threading import Event, Thread

from metricdsl.spi.cancellation import AGAIN, Cancellation


def test_what_is_being_stopped_is_watched_until_it_is_stopped():
    switch, stopping, go_on = Cancellation(), Event(), Event()
    order = []

    def stop():
        stopping.set()
        go_on.wait(5)
        order.append("stopped")

    switch.watch(order, stop)
    canceller = Thread(target=switch.cancel)
    canceller.start()
    assert stopping.wait(5)
    closer = Thread(target=lambda: (switch.unwatch(order), order.append("closed")))
    closer.start()
    closer.join(0.05)
    assert order == []
    go_on.set()
    canceller.join(5)
    closer.join(5)
    assert order == ["stopped", "closed"]
    assert switch.reason == "cancelled"


def test_what_has_ended_is_not_stopped():
    class Cursor:
        """As of engines whose methods are made anew each time they are named."""

        stopped = False

        @property
        def interrupt(self):
            return lambda: setattr(self, "stopped", True)

    switch, ended, running = Cancellation(), Cursor(), Cursor()
    for one in (ended, running):
        switch.watch(one, one.interrupt)
    switch.unwatch(ended)
    switch.cancel()
    assert (ended.stopped, running.stopped) == (False, True)


def test_what_was_not_reached_is_stopped_again():
    """The first time the statement was under way to the engine, which had nothing to stop yet."""
    switch, told, ended = Cancellation(), [], Event()

    def stop():
        told.append("told")
        if len(told) == 3:
            ended.set()

    switch.watch(told, stop)
    switch.cancel()
    assert told == ["told"]
    assert ended.wait(5)
    switch.unwatch(told)
    said = len(told)
    assert not Event().wait(3 * AGAIN)
    assert len(told) == said
