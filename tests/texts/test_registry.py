from texts import registry


def test_rows_are_read_once_within_shared_reads_and_not_cached_after_it() -> None:
    read = []

    def rows(ids: list[str]) -> dict[str, str]:
        read.append(ids)
        return {identity: identity.upper() for identity in ids if identity != "unknown"}

    with registry.shared_reads():
        assert registry.read_once("letters", ["a", "unknown"], rows) == {"a": "A"}
        assert registry.read_once("letters", ["b", "a", "unknown"], rows) == {"b": "B", "a": "A"}
        assert registry.read_once("others", ["a"], rows) == {"a": "A"}
    assert read == [["a", "unknown"], ["b"], ["a"]]
    for _ in range(2):
        assert registry.read_once("letters", ["a"], rows) == {"a": "A"}
    assert read[3:] == [["a"], ["a"]]
