from django.urls import path, re_path

from votes.views import ballots, delegations, proof, secretariat, statements

app_name = "votes"
urlpatterns = [
    path("", ballots.ballot_list, name="list"),
    path("new/", secretariat.ballot_create, name="create"),
    path("key.pem", proof.key, name="key"),
    path("receipts/", proof.receipts, name="receipts"),
    path("casting-rule/", delegations.casting_rule, name="casting_rule"),
    path("<slug:slug>/", ballots.ballot, name="ballot"),
    path("<slug:slug>/brief/", ballots.brief, name="brief"),
    path("<slug:slug>/results/", ballots.results, name="results"),
    re_path(r"^(?P<slug>[-\w]+)/results\.(?P<kind>csv|xlsx)$", ballots.results_export, name="results_export"),
    path("<slug:slug>/ledger.json", proof.ledger_export, name="ledger"),
    # Delegations
    path("<slug:slug>/answer/", delegations.answer, name="answer"),
    path("<slug:slug>/answer/send/", delegations.answer_send, name="answer_send"),
    path("<slug:slug>/receipts/<int:number>/", delegations.receipt, name="receipt"),
    path("<slug:slug>/position/", delegations.position, name="position"),
    re_path(
        r"^(?P<slug>[-\w]+)/position/(?P<act>capital|clear|delete)/$", delegations.position_act, name="position_act"
    ),
    path("<slug:slug>/statement/", statements.statement, name="statement"),
    path("<slug:slug>/statement/send/", statements.statement_send, name="statement_send"),
    re_path(
        r"^(?P<slug>[-\w]+)/statement/(?P<said>objection|reservation|explanation)/withdraw/$",
        statements.statement_withdraw,
        name="statement_withdraw",
    ),
    path("<slug:slug>/propose/", delegations.propose, name="propose"),
    # Secretariat
    path("<slug:slug>/edit/", secretariat.ballot_edit, name="edit"),
    path("<slug:slug>/options/", secretariat.options, name="options"),
    path("<slug:slug>/options/new/", secretariat.option_add, name="option_add"),
    path("<slug:slug>/options/<int:option_id>/", secretariat.option_edit, name="option_edit"),
    path("<slug:slug>/options/<int:option_id>/remove/", secretariat.option_remove, name="option_remove"),
    path("<slug:slug>/preview/", secretariat.preview, name="preview"),
    path("<slug:slug>/check/", secretariat.check, name="check"),
    path("<slug:slug>/take-back/", secretariat.take_back, name="take_back"),
    path("<slug:slug>/extend/", secretariat.extend, name="extend"),
    path("<slug:slug>/participation/", secretariat.participation, name="participation"),
    re_path(
        r"^(?P<slug>[-\w]+)/participation\.(?P<kind>csv|xlsx)$",
        secretariat.participation_export,
        name="participation_export",
    ),
    path("<slug:slug>/publish/", secretariat.publish, name="publish"),
    path("<slug:slug>/certify/", secretariat.certify, name="certify"),
    path("<slug:slug>/statement/record/", statements.statement_record, name="statement_record"),
    path("<slug:slug>/apply/", secretariat.apply, name="apply"),
    path("<slug:slug>/proposals/", secretariat.proposals, name="proposals"),
    re_path(
        r"^(?P<slug>[-\w]+)/proposals/(?P<proposal_id>[0-9]+)/(?P<act>admit|decline)/$",
        secretariat.proposal_decide,
        name="proposal_decide",
    ),
]
