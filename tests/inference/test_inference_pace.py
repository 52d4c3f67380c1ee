from __future__ import annotations

from nlsh.inference.pace import Pace


class Clocks:
    """Time that passes when it is told to: on the wall, and on the processors."""

    def __init__(self) -> None:
        self.wall_s = 100.0
        self.cpu_s = 5.0

    def pass_by(self, wall_s: float, cpu_s: float) -> None:
        self.wall_s += wall_s
        self.cpu_s += cpu_s


def _pace(clocks: Clocks, most: int = 2) -> Pace:
    return Pace(most, wall=lambda: clocks.wall_s, cpu=lambda: clocks.cpu_s)


def _step(pace: Pace, clocks: Clocks, wall_s: float, cpu_s: float) -> int:
    with pace.step() as threads:
        clocks.pass_by(wall_s, cpu_s)
    return threads


def test_stays_at_two_threads_while_both_get_their_time() -> None:
    clocks = Clocks()
    pace = _pace(clocks)
    assert [_step(pace, clocks, 0.01, 0.02) for _ in range(3)] == [2, 2, 2]


def test_goes_down_to_one_when_they_wait_for_each_other_and_tries_again() -> None:
    clocks = Clocks()
    pace = _pace(clocks)
    assert _step(pace, clocks, 0.02, 0.025) == 2
    assert _step(pace, clocks, 0.01, 0.01) == 1
    clocks.pass_by(1.0, 0.0)
    assert _step(pace, clocks, 0.01, 0.02) == 2


def test_each_failure_doubles_the_pause() -> None:
    clocks = Clocks()
    pace = _pace(clocks)
    _step(pace, clocks, 0.02, 0.02)
    clocks.pass_by(1.1, 0.0)
    assert _step(pace, clocks, 0.02, 0.02) == 2
    clocks.pass_by(1.1, 0.0)
    assert _step(pace, clocks, 0.01, 0.01) == 1
    clocks.pass_by(1.1, 0.0)
    assert _step(pace, clocks, 0.01, 0.01) == 2


def test_one_thread_that_is_short_of_time_does_not_try_for_two() -> None:
    clocks = Clocks()
    pace = _pace(clocks)
    _step(pace, clocks, 0.02, 0.02)
    clocks.pass_by(0.97, 0.0)
    assert _step(pace, clocks, 0.02, 0.01) == 1
    clocks.pass_by(0.5, 0.0)
    assert _step(pace, clocks, 0.01, 0.01) == 1


def test_a_long_starved_step_is_given_up_only_on_two_threads() -> None:
    clocks = Clocks()
    pace = _pace(clocks)
    with pace.step():
        clocks.pass_by(0.02, 0.0)
        assert not pace.is_starved()
        clocks.pass_by(0.02, 0.0)
        assert pace.is_starved()
    with pace.step() as threads:
        clocks.pass_by(5.0, 0.0)
        assert threads == 1
        assert not pace.is_starved()


def test_one_at_most_is_one() -> None:
    clocks = Clocks()
    assert _step(_pace(clocks, most=0), clocks, 0.01, 0.001) == 1
