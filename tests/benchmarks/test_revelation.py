"""The rows of a revelation: the picture is held to the rasteriser of the same run, and Twitch has none."""

from benchmarks.revelation import Taken, of_platform

FOUND = [Taken(20.0, 300.0, 250.0), Taken(30.0, 320.0, 250.0), Taken(90.0, 900.0, 300.0)]


def test_the_median_counts_and_the_rasterisers_time_is_taken_away() -> None:
    text, picture = of_platform("discord", FOUND)
    assert (text.value, text.met()) == (30.0, True)
    assert (picture.value, picture.met()) == (70.0, False)
    assert "the rasteriser alone 250.0 ms" in picture.figure


def test_twitch_shows_no_picture() -> None:
    assert [row.what for row in of_platform("twitch", FOUND)] == ["Twitch, from the answer to its revelation, ms"]
