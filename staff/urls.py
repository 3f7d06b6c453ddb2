from django.urls import include, path

from staff import companies, pages, profile, shift_page

urlpatterns = [
    path("", include("staff.signin.urls")),
    path("", include("staff.counter.urls")),
    path("", include("staff.exports.urls")),
    path("", include("staff.journal.urls")),
    path("account/profile/", profile.profile, name="profile"),
    path("account/profile/pin/", profile.pin, name="pin"),
    path("company/", companies.company, name="company"),
    path("shift/", shift_page.shift, name="shift"),
    path("", include("staff.people.urls")),
    path("staff/", pages.staff, name="staff"),
]
