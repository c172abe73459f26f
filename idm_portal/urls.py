"""Root addresses. English addresses have no prefix, French ones are under /fr/, Spanish ones under /es/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from documents.views.public import short_address
from idm_portal import operations, views
from idm_portal.setup import organization_files
from membership.admin import site as admin_site

handler403 = "foundation.pages.errors.forbidden"
handler404 = "foundation.pages.errors.not_found"
handler500 = "foundation.pages.errors.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("readyz/jobs", views.jobs_ready, name="jobs-ready"),
    path("metrics", views.metrics_page, name="metrics"),
    path("admin/", admin_site.urls),
    path("organization/<int:number>.css", organization_files.stylesheet, name="organization-stylesheet"),
    path("organization/logo/<slug:digest>", organization_files.logo, name="organization-logo"),
    path("go/<slug:alias>", short_address, name="short-address"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("search/", views.search, name="search"),
        path("operations/mail/", operations.undecided_mail, name="undecided-mail"),
        path("operations/jobs/", operations.undecided_job_list, name="undecided-jobs"),
        path("setup/", include("idm_portal.setup.urls")),
        path("accounts/", include("membership.sign_in_urls")),
        path("people/", include("membership.urls")),
        path("workshops/", include("workshops.urls")),
        path("council/", include("council.urls")),
        path("votes/", include("votes.urls")),
        path("surveys/", include("surveys.urls")),
        path("s/", include("surveys.personal_link_urls")),
        path("dialogue/", include("dialogue.urls")),
        path("documents/", include("documents.urls")),
        path("schedule/", include("schedule.urls")),
        prefix_default_language=False,
    ),
]

if settings.DEMO or settings.MODE == "test":
    urlpatterns += [path("demo/", include("idm_portal.demo_urls"))]
