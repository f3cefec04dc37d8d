"""An engine in a child process: asked, failing, ended in the middle of its work."""

import os
import sys
from threading import Timer
from time import monotonic, sleep

import pytest

from metricdsl.adapters.child import Child, ChildEnded, ChildError, Children

SERVER = """
import time
from metricdsl.adapters.child import serve

def fail(message):
    raise ValueError(f"no {message['what']}")

def work(message):
    while True:
        time.sleep(0.01)

def main():
    serve({
        "double": lambda message: ({"is": 2 * message["n"]}, b"\\0" * message["n"]),
        "loud": lambda message: (print("not an answer"), ({}, b""))[1],
        "fail": fail,
        "work": work,
    })
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "server_of_a_test.py").write_text(SERVER)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return "server_of_a_test"


@pytest.fixture
def child(module):
    made = Child(module)
    yield made
    made.end()


def gone(pid):
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        sleep(0.01)
    return False


def test_it_answers_and_goes_on_after_an_error(child):
    assert child.ask({"do": "double", "n": 3}) == ({"is": 6}, b"\0\0\0")
    with pytest.raises(ChildError, match="no luck") as raised:
        child.ask({"do": "fail", "what": "luck"})
    assert raised.value.kind == "ValueError"
    assert child.ask({"do": "loud"}) == ({}, b"")
    assert child.ask({"do": "double", "n": 0}) == ({"is": 0}, b"")


def test_it_ends_in_the_middle_of_its_work(child):
    begun = monotonic()
    Timer(0.3, child.end).start()
    with pytest.raises(ChildEnded):
        child.ask({"do": "work"})
    assert monotonic() - begun < 2
    assert gone(child.pid)
    with pytest.raises(ChildEnded):
        child.ask({"do": "double", "n": 1})


def test_it_ends_with_whoever_has_it(module):
    child = Child(module)
    assert child.ask({"do": "double", "n": 1})[0] == {"is": 2}
    pid = child.pid
    del child
    assert gone(pid)


def test_those_that_wait_are_few_and_are_taken_again(module):
    children = Children(module)
    taken = [children.take() for _ in range(3)]
    for child in taken:
        children.give_back(child)
    assert gone(taken[2].pid)
    assert children.take() is taken[1]
    assert children.take() is taken[0]
    for child in taken:
        child.end()
