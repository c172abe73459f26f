import datetime as dt

import pytest

from documents import services
from documents.assembly import assemble
from documents.models import Act, Part, ReviewComment
from documents.permissions import NotAllowed
from documents.progress import timeline_of
from documents.quotes import Anchor, anchor_of, words_by_block
from foundation.mail.models import Mail
from foundation.refusals import Refused
from tests.factories.documents import make_draft, make_issued
from tests.factories.membership import make_delegate, make_staff
from texts.compact import content_from_compact

pytestmark = pytest.mark.django_db
BLOCKS = [{"n": "It was attended by {t:people} people.", "id": "first"}, {"n": "A second paragraph.", "id": "second"}]


def anchored(comment: ReviewComment) -> Anchor:
    return anchor_of(comment, words_by_block(assemble(comment.document, comment.language)))


def write(document, blocks) -> None:
    keys = {"t": "docs_tests.facts:one"}
    part = document.parts.get(kind=Part.Kind.MAIN)
    services.set_text(part=part, language="en", content=content_from_compact(blocks, keys=keys), actor=None)


def make_comment(document, **more) -> ReviewComment:
    values = {"language": "en", "block": "first", "quote": "attended by 178", "words": "Is that so?"} | more
    return services.comment_on(document=document, **({"actor": make_staff("editor")} | values))


def test_a_comment_holds_on_to_words_with_the_figure_as_it_reads(app) -> None:
    comment = make_comment(make_draft(BLOCKS))
    assert (comment.block, comment.quote, anchored(comment)) == ("first", "attended by 178", Anchor("first", "there"))


def test_a_comment_without_a_selection_keeps_the_words_of_its_block(app) -> None:
    assert make_comment(make_draft(BLOCKS), quote="").quote == "It was attended by 178 people."


@pytest.mark.parametrize(
    ("blocks", "anchor"),
    [
        ([{"n": "New.", "id": "third"}, *BLOCKS], Anchor("first", "there")),
        ([{"n": "Nobody came.", "id": "first"}], Anchor("first", "changed")),
        ([{"n": "Indeed, it was attended by {t:people} people.", "id": "third"}], Anchor("third", "moved")),
        ([BLOCKS[1]], Anchor("", "gone")),
    ],
)
def test_the_anchor_survives_edits_or_says_that_the_text_is_gone(app, blocks, anchor) -> None:
    document = make_draft(BLOCKS)
    comment = make_comment(document)
    write(document, blocks)
    assert anchored(comment) == anchor


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"quote": "never written"}, "The paragraph does not contain “"),
        ({"block": "nowhere"}, "This paragraph no longer exists. Reload the page."),
        ({"words": "  "}, "Enter your comment."),
        ({"words": "x" * 5001}, "Shorten the comment to 5,000 characters or fewer."),
    ],
)
def test_a_comment_is_refused_with_the_reason(app, values, reason) -> None:
    document = make_draft(BLOCKS)
    with pytest.raises(Refused, match=reason):
        make_comment(document, **values)
    assert document.review_comments.count() == 0


def test_what_has_been_issued_is_not_commented_on(app) -> None:
    with pytest.raises(Refused, match=r"Only drafts can be reviewed and cleared\."):
        make_comment(make_issued(BLOCKS))


def test_a_thread_is_resolved_whole_and_a_reply_opens_it_again(app) -> None:
    comment = make_comment(make_draft(BLOCKS))
    editor = make_staff("editor")
    services.resolve_comment(comment=comment, actor=editor)
    comment.refresh_from_db()
    assert (comment.is_resolved, comment.resolved_by) == (True, editor)
    reply = services.reply_to(comment=comment, words="No, it was 177.", actor=editor)
    comment.refresh_from_db()
    assert (comment.is_resolved, reply.thread, list(comment.replies.all())) == (False, comment, [reply])


@pytest.mark.parametrize("who", [make_delegate, lambda: make_staff("moderator")])
def test_only_editors_and_clearers_comment(app, who) -> None:
    with pytest.raises(NotAllowed):
        make_comment(make_draft(BLOCKS), actor=who())


def test_whoever_clears_the_draft_may_comment_on_it(app) -> None:
    document, clearer = make_draft(BLOCKS), make_staff("translator")
    services.name_clearers(document=document, people=[clearer], actor=None)
    assert make_comment(document, actor=clearer).author == clearer


def test_a_review_is_opened_once_tells_those_named_and_is_in_the_timeline(app) -> None:
    document, editor, reader = make_draft(BLOCKS), make_staff("editor"), make_staff("publisher")
    at = dt.datetime(2010, 9, 1, 8, 0, tzinfo=dt.UTC)
    services.open_review(document=document, actor=editor, people=[reader], note="By Friday, please.", now=at)
    with pytest.raises(Refused, match=r"This draft is already in review\."):
        services.open_review(document=document, actor=editor)
    comment = make_comment(document, actor=reader, now=at + dt.timedelta(hours=1))
    services.resolve_comment(comment=comment, actor=editor, now=at + dt.timedelta(hours=2))
    services.close_review(document=document, actor=editor, now=at + dt.timedelta(hours=3))
    events = [(e.who, e.what, e.words) for e in timeline_of(document) if e.what != Act.Kind.CREATED.label]
    assert events == [
        (editor, "review opened", "By Friday, please."),
        (reader, "review comment", "Is that so?"),
        (editor, "review comment resolved", "Is that so?"),
        (editor, "review closed", ""),
    ]
    assert list(Mail.objects.values_list("kind", "recipient")) == [("documents.review", reader.email)]
