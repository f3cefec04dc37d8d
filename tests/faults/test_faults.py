"""Faults: mistakes of the kinds that systems like this one make, as changes of one place. `make faults` sees each one found."""

from collections import Counter

from tools.faults import FAULTS, read_faults


def test_every_fault_still_applies():
    """One that no longer does says nothing: its place has moved, and the fault has to follow."""
    for fault in read_faults():
        assert fault.text.count(fault.was) == 1, f"{fault.file}: {fault.kind}: {fault.was!r}"
        assert fault.was != fault.now
        compile(fault.changed, fault.file, "exec")


def test_there_are_many_kinds_each_in_several_places():
    kinds = Counter(fault.kind for fault in read_faults())
    assert len(kinds) >= 40
    assert {kind: number for kind, number in kinds.items() if number < 2} == {}


def test_every_file_of_faults_is_read():
    assert {path.stem for path in FAULTS.glob("*.toml")} == {fault.topic for fault in read_faults()}
