from foundation.text.words import Token, compare_words, is_word, split_words


def line(text: str) -> list[Token]:
    return [Token(piece.strip(), piece, is_word(piece)) for piece in split_words(text)]


def compared(before: str, after: str) -> str:
    signs = {"same": "{}", "deleted": "[-{}-]", "added": "[+{}+]"}
    return "".join(signs[run.operation].format(run.written) for run in compare_words(line(before), line(after)))


def test_only_the_replaced_word_is_marked() -> None:
    assert (
        compared("The Council met in Geneva.", "The Council sat in Geneva.") == "The Council [-met -][+sat +]in Geneva."
    )


def test_a_comma_does_not_tear_two_changes_apart() -> None:
    before, after = "He said that one, two and more words stand.", "He said that three, four and more words stand."
    assert compared(before, after) == "He said that [-one, two -][+three, four +]and more words stand."


def test_change_of_only_white_space_is_no_change() -> None:
    assert compared("two  words", "two words") == "two words"


def test_lines_with_next_to_nothing_in_common_stand_one_after_the_other() -> None:
    before, after = "The session was opened at ten by its Chair.", "Delegations thanked Australia for the funds."
    assert compared(before, after) == f"[-{before}-][+{after}+]"


def test_words_that_both_have_keep_the_spaces_of_each_line() -> None:
    old = [Token(word.strip(), word) for word in split_words("One\ntwo three")]
    new = [Token(word.strip(), word) for word in split_words("One two four")]
    runs = compare_words(old, new)
    assert [(run.operation, run.written, "".join(token.written for token in run.was)) for run in runs] == [
        ("same", "One two ", "One\ntwo "),
        ("deleted", "three", ""),
        ("added", "four", ""),
    ]
