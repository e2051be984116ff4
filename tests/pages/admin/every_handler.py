"""Every handler of the operators' pages, by its name on the wire, with arguments that a page would send."""

from typing import Any

from tests.pages.every_handler import VISIT

ADMIN = f"{VISIT}.echoes___pages___admin___common___state____admin_state"
ADMIN_TODAY = f"{ADMIN}.echoes___pages___admin___dashboard___state____dashboard_state"
ADMIN_JOBS = f"{ADMIN}.echoes___pages___admin___jobs___state____jobs_state"
ADMIN_JOB = f"{ADMIN}.echoes___pages___admin___job___state____job_state"
ADMIN_PEOPLE = f"{ADMIN}.echoes___pages___admin___people___state____people_state"
ADMIN_PERSON = f"{ADMIN}.echoes___pages___admin___person___state____person_state"
ADMIN_PROVIDERS = f"{ADMIN}.echoes___pages___admin___providers___state____providers_state"
ADMIN_PROMPT = f"{ADMIN}.echoes___pages___admin___prompt___state____prompt_state"
ADMIN_TERMS = f"{ADMIN}.echoes___pages___admin___pricing___state____pricing_state"
ADMIN_MUSIC = f"{ADMIN}.echoes___pages___admin___music___state____music_state"
ADMIN_BOOKS = f"{ADMIN}.echoes___pages___admin___ledger_health___state____ledger_health_state"
ADMIN_ORDERS = f"{ADMIN}.echoes___pages___admin___orders___state____orders_state"
ADMIN_REPLIES = f"{ADMIN}.echoes___pages___admin___replies___state____reported_replies_state"
ADMIN_INVITATIONS = f"{ADMIN}.echoes___pages___admin___invitations___state____invitations_state"
ADMIN_ALLOWANCES = f"{ADMIN}.echoes___pages___admin___allowances___state____allowances_state"
ADMIN_LOG = f"{ADMIN}.echoes___pages___admin___audit_log___state____audit_log_state"
REASON = {"reason": "because I can"}
PACK = {
    "title": "All for nothing", "credits": "9999", "price_cents": "50", "position": "0",
    "stripe_price_id": "", "is_offered": True,
}  # fmt: skip
REWARDS = dict.fromkeys(
    (
        "sign_up", "sign_up_locally", "referral_friend", "referral_referrer", "referral_cap", "share",
        "share_cap",
    ),
    "99",
) | {"note": ""}  # fmt: skip
RULES = {
    "policy": "open", "domains": "", "members_invite": True, "member_invitations": "9", "whom_to_ask": "Me",
    "note": "",
}  # fmt: skip
LIMITS = dict.fromkeys(
    (
        "photos", "film_minutes", "monthly_credits", "cents_per_day", "cents_per_month", "expected_cents",
    ),
    "99",
) | {"note": "", "paid_by_grant": True}  # fmt: skip
INVITATION = {"invitee": "Me", "most_uses": "1", "days": "30", "credits": "99", "operator": True}
NARROWED = dict.fromkeys(("kind", "status", "provider", "failure", "user", "age", "days", "cost"), "")
OPERATORS: dict[str, dict[str, Any]] = {
    f"{ADMIN_TODAY}.choose_period": {"days": 7},
    f"{ADMIN_JOBS}.narrow": {"form": NARROWED},
    f"{ADMIN_JOBS}.more": {},
    f"{ADMIN_JOB}.earlier": {},
    f"{ADMIN_JOB}.leave_it": {},
    f"{ADMIN_JOB}.ask": {"what": "again"},
    f"{ADMIN_JOB}.try_again": {},
    f"{ADMIN_JOB}.look_at_pictures": {},
    f"{ADMIN_JOB}.stop": {},
    f"{ADMIN_JOB}.refund": {"form": REASON},
    f"{ADMIN_PEOPLE}.search": {"form": {"text": "somebody"}},
    f"{ADMIN_PEOPLE}.more": {},
    f"{ADMIN_PERSON}.change_credits": {"form": {"amount": "5"} | REASON},
    f"{ADMIN_PERSON}.ask": {"what": "suspend"},
    f"{ADMIN_PERSON}.leave_it": {},
    f"{ADMIN_PERSON}.answer": {"form": REASON},
    f"{ADMIN_PERSON}.end_session": {"session_id": "session"},
    f"{ADMIN_PROVIDERS}.use": {"name": "runway", "model": "gen4.5"},
    f"{ADMIN_PROVIDERS}.set_renderer": {"name": "films", "in_lambda": True},
    f"{ADMIN_PROVIDERS}.set_terms": {"name": "runway", "form": {"concurrency": "9"}},
    f"{ADMIN_PROVIDERS}.leave_it": {},
    f"{ADMIN_PROVIDERS}.ask": {"name": "motion", "model": ""},
    f"{ADMIN_PROVIDERS}.try_out": {},
    f"{ADMIN_PROVIDERS}.ask_accounts": {},
    f"{ADMIN_PROMPT}.write": {"words": "Mine {motion}"},
    f"{ADMIN_PROMPT}.preview": {"form": {"motion": "gentle_smile", "wish": ""}},
    f"{ADMIN_PROMPT}.save": {"form": {"template": "Mine {motion}", "note": ""}},
    f"{ADMIN_PROMPT}.compare": {"number": 1},
    f"{ADMIN_PROMPT}.go_back": {"number": 1},
    f"{ADMIN_TERMS}.edit": {"pack_id": "new"},
    f"{ADMIN_TERMS}.leave_it": {},
    f"{ADMIN_TERMS}.save_pack": {"form": PACK},
    f"{ADMIN_TERMS}.save_rewards": {"form": REWARDS},
    f"{ADMIN_TERMS}.save_moderation": {"form": {"refunds_per_day": "100"}},
    f"{ADMIN_TERMS}.go_back": {"kind": "rewards", "number": 1},
    f"{ADMIN_PERSON}.more": {"part": "sessions"},
    f"{ADMIN_MUSIC}.edit": {"track_id": "track"},
    f"{ADMIN_MUSIC}.leave_it": {},
    f"{ADMIN_MUSIC}.save": {"form": {"title": "Mine", "mood": "", "licence": ""}},
    f"{ADMIN_MUSIC}.move": {"track_id": "library", "steps": 1},
    f"{ADMIN_BOOKS}.recompute": {},
    f"{ADMIN_BOOKS}.more": {"part": "debts"},
    f"{ADMIN_ORDERS}.narrow": {"state": "paid"},
    f"{ADMIN_ORDERS}.more": {},
    f"{ADMIN_LOG}.more": {},
    f"{ADMIN_REPLIES}.more": {},
    f"{ADMIN_REPLIES}.remove": {"reply_id": "reply"},
    f"{ADMIN_REPLIES}.dismiss": {"reply_id": "reply"},
    f"{ADMIN_ALLOWANCES}.save": {"form": LIMITS},
    f"{ADMIN_ALLOWANCES}.let_go_on": {},
    f"{ADMIN_PERSON}.grant_paid": {"is_granted": True},
    f"{ADMIN_INVITATIONS}.save_rules": {"form": RULES},
    f"{ADMIN_INVITATIONS}.invite": {"form": INVITATION},
    f"{ADMIN_INVITATIONS}.put_away": {},
    f"{ADMIN_INVITATIONS}.revoke": {"invitation_id": "invitation"},
    f"{ADMIN_INVITATIONS}.more": {},
}
"""What the operator's pages can be asked; for everybody else there is nothing."""
OPERATORS_PAGES = [
    f"{state}.watch"
    for state in (
        ADMIN_TODAY, ADMIN_JOBS, ADMIN_JOB, ADMIN_PEOPLE, ADMIN_PERSON, ADMIN_PROVIDERS, ADMIN_PROMPT,
        ADMIN_TERMS, ADMIN_MUSIC, ADMIN_BOOKS, ADMIN_ORDERS, ADMIN_LOG, ADMIN_REPLIES, ADMIN_INVITATIONS,
        ADMIN_ALLOWANCES,
    )
]  # fmt: skip
