from django.urls import path

from staff.people import invite_views, join_views, member_views, role_views, second_step_views

urlpatterns = [
    path("invite/<str:secret>/", join_views.join, name="join"),
    path("staff/invite/", invite_views.invite, name="invite"),
    path("staff/invitations/<uuid:public_id>/renew/", invite_views.renew, name="invitation_renew"),
    path("staff/invitations/<uuid:public_id>/revoke/", invite_views.revoke, name="invitation_revoke"),
    path("staff/members/<uuid:public_id>/", member_views.member, name="member"),
    path("staff/members/<uuid:public_id>/activate/", member_views.activate, name="member_activate"),
    path("staff/members/<uuid:public_id>/deactivate/", member_views.deactivate, name="member_deactivate"),
    path("staff/members/<uuid:public_id>/password/", member_views.give_password, name="member_password"),
    path("staff/members/<uuid:public_id>/second-step/", member_views.reset_second_step, name="member_second_step"),
    path("staff/remind/", second_step_views.remind, name="remind"),
    path("staff/roles/new/", role_views.add, name="role_new"),
    path("staff/roles/<slug:code>/", role_views.role, name="role"),
    path("staff/roles/<slug:code>/remove/", role_views.remove, name="role_remove"),
    path("staff/roles/<slug:code>/reset/", role_views.reset, name="role_reset"),
    path("staff/second-step/", second_step_views.demand, name="second_step"),
]
