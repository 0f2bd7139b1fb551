from contrast_engine.cli.text import table


def test_tables_line_up() -> None:
    assert table([("a", "1", "x"), ("bbb", "22", "long one")]) == [
        "  a    1   x",
        "  bbb  22  long one",
    ]
    assert table([]) == []
