from django.urls import include, path, register_converter

from documents import (
    beginning_views,
    circulated_views,
    draft_views,
    feed,
    figure_views,
    reissue_views,
    review_views,
    source_views,
    symbol_views,
    views,
)
from documents.converters import FormatConverter, LanguageConverter, SymbolConverter

register_converter(SymbolConverter, "symbol")
register_converter(LanguageConverter, "doclanguage")
register_converter(FormatConverter, "docformat")

app_name = "documents"
urlpatterns = [
    path("", views.document_list, name="list"),
    path("drafts/begin/", beginning_views.beginnings, name="beginnings"),
    path("drafts/begin/<slug:blueprint>/", beginning_views.begin, name="begin"),
    path("drafts/new/", draft_views.draft_new, name="draft-new"),
    path("drafts/<int:pk>/", draft_views.draft, name="draft"),
    path("drafts/<int:pk>/masthead/", draft_views.draft_masthead, name="draft-masthead"),
    path("drafts/<int:pk>/languages/", draft_views.draft_language, name="draft-language"),
    path("drafts/<int:pk>/annexes/", draft_views.draft_annex, name="draft-annex"),
    path("drafts/<int:pk>/annexes/<slug:part>/remove/", draft_views.draft_annex_remove, name="draft-annex-remove"),
    path("drafts/<int:pk>/<doclanguage:language>/", review_views.draft_page, name="draft-page"),
    path("drafts/<int:pk>/<doclanguage:language>/issue/", draft_views.draft_issue, name="draft-issue"),
    path(
        "drafts/<int:pk>/<doclanguage:language>/render/<docformat:format>/",
        draft_views.draft_render,
        name="draft-render",
    ),
    path("drafts/<int:pk>/renditions/<int:rendition>/", draft_views.draft_rendition, name="draft-rendition"),
    path("drafts/<int:pk>/renditions/<int:rendition>/file/", draft_views.draft_file, name="draft-file"),
    path("drafts/<int:pk>/<doclanguage:language>/comments/new/", review_views.comment_new, name="comment-new"),
    path("drafts/<int:pk>/comments/<int:comment>/", review_views.comment_reply, name="comment-reply"),
    path("drafts/<int:pk>/life/", review_views.draft_life, name="draft-life"),
    path("drafts/<int:pk>/life/review/", review_views.draft_review, name="draft-review"),
    path("drafts/<int:pk>/life/clearers/", review_views.draft_clearers, name="draft-clearers"),
    path("drafts/<int:pk>/life/ask-again/", review_views.draft_ask_again, name="draft-ask-again"),
    path("drafts/<int:pk>/life/decide/", review_views.draft_decide, name="draft-decide"),
    path("drafts/<int:pk>/readers/", circulated_views.readers, name="readers"),
    path("drafts/<int:pk>/advance-copy/", circulated_views.advance_copy, name="advance-copy"),
    path("drafts/<int:pk>/symbol/", symbol_views.draft_symbol, name="draft-symbol"),
    path("drafts/", include("documents.editing.urls")),
    path("drafts/<int:pk>/<doclanguage:language>/sources/", source_views.sources, name="draft-sources"),
    path("drafts/<int:pk>/<doclanguage:language>/figures/", figure_views.draft_figures, name="draft-figures"),
    path(
        "drafts/<int:pk>/<doclanguage:language>/figures.<slug:kind>",
        figure_views.draft_figures_file,
        name="draft-figures-file",
    ),
    path("feed.atom", feed.feed, name="feed"),
    path("figures/", include("documents.figured.urls")),
    path("symbols/", symbol_views.patterns, name="symbols"),
    path("symbols/new/", symbol_views.pattern_add, name="symbol-add"),
    path("symbols/<int:pattern>/", symbol_views.pattern_edit, name="symbol-edit"),
    path("symbols/<int:pattern>/remove/", symbol_views.pattern_remove, name="symbol-remove"),
    path("circulated/<int:pk>/", circulated_views.circulated, name="circulated"),
    path("circulated/<int:pk>/acts/<slug:act>/", circulated_views.circulated_act, name="circulated-act"),
    path("circulated/<int:pk>/<doclanguage:language>/", circulated_views.circulated_page, name="circulated-page"),
    path(
        "circulated/<int:pk>/<doclanguage:language>.<docformat:format>",
        circulated_views.circulated_file,
        name="circulated-file",
    ),
    path(
        "circulated/<int:pk>/<doclanguage:language>/<docformat:format>/status/",
        circulated_views.circulated_status,
        name="circulated-status",
    ),
    path("", include("documents.comparing.urls")),
    path("<symbol:symbol>/", views.overview, name="overview"),
    path("<symbol:symbol>/acts/<slug:act>/", views.act, name="act"),
    path("<symbol:symbol>/<doclanguage:language>/", views.page, name="page"),
    path("<symbol:symbol>/<doclanguage:language>.<docformat:format>", views.download, name="download"),
    path("<symbol:symbol>/<doclanguage:language>/<docformat:format>/status/", views.status, name="status"),
    path("<symbol:symbol>/<doclanguage:language>/issues/<int:number>/", views.earlier, name="earlier"),
    path(
        "<symbol:symbol>/<doclanguage:language>/issues/<int:number>.<docformat:format>",
        views.earlier_file,
        name="earlier-file",
    ),
    path("<symbol:symbol>/<doclanguage:language>/figures/", figure_views.figures, name="figures"),
    path("<symbol:symbol>/<doclanguage:language>/figures.<slug:kind>", figure_views.figures_file, name="figures-file"),
    path("<symbol:symbol>/<doclanguage:language>/reissue/", reissue_views.reissue, name="reissue"),
    path(
        "<symbol:symbol>/<doclanguage:language>/reissue/preview/",
        reissue_views.reissue_preview,
        name="reissue-preview",
    ),
    path("<path:address>", views.unknown, name="unknown"),
]
