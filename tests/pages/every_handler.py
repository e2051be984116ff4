"""Every handler that a page has, by its name on the wire, with arguments that a page would send.

Words that stand for ids are filled in by the tests.
"""

from typing import Any

VISIT = "echoes___pages___common___state____page_state"
PROJECT = f"{VISIT}.echoes___pages___project___state____project_state"
PHOTOS = f"{PROJECT}.echoes___pages___project___photos___state____photos_state"
CLIPS = f"{PROJECT}.echoes___pages___project___clips___state____clips_state"
ARRANGE = f"{PROJECT}.echoes___pages___project___arrange___state____arrange_state"
MUSIC = f"{PROJECT}.echoes___pages___project___arrange___music___state____music_settings_state"
ORDER = f"{PROJECT}.echoes___pages___project___arrange___order___state____clip_order_state"
CLIP = f"{PROJECT}.echoes___pages___project___arrange___clip___state____clip_sheet_state"
JOINT = f"{PROJECT}.echoes___pages___project___arrange___joint___state____joint_state"
WORDS = f"{PROJECT}.echoes___pages___project___arrange___words___state____words_state"
FILM = f"{PROJECT}.echoes___pages___project___film___state____film_state"
FILMS = f"{VISIT}.echoes___pages___films___state____films_state"
SIGN_IN = f"{VISIT}.echoes___pages___public___sign_in___state____sign_in_state"
ACCOUNT = f"{VISIT}.echoes___pages___account___state____account_state"
SHOP = f"{VISIT}.echoes___pages___credits___packs___state____credits_state"
THANKS = f"{VISIT}.echoes___pages___credits___after_payment___state____thanks_state"
UNPAID = f"{VISIT}.echoes___pages___credits___after_payment___state____cancelled_state"
PRACTICE = f"{VISIT}.echoes___pages___credits___practice_checkout___state____local_checkout_state"

STATEMENT = f"{VISIT}.echoes___pages___account___statement___state____statement_state"

SIZES = f"{PROJECT}.echoes___pages___project___film___sizes___state____sizes_state"
SHARE = f"{PROJECT}.echoes___pages___project___share___state____share_state"
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
ADMIN_LOG = f"{ADMIN}.echoes___pages___admin___audit_log___state____audit_log_state"

GIFT = {"title": "Taken over", "note": "", "opens_at": "", "expires_at": "", "password": ""}
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
NARROWED = dict.fromkeys(("kind", "status", "provider", "failure", "user", "age", "days", "cost"), "")
FORM = {"title": "Taken over"}
ENDLESS = [
    f"{state}.watch" for state in (FILMS, ACCOUNT, PHOTOS, CLIPS, ARRANGE, FILM, SHOP, THANKS, STATEMENT)
]
ARGUMENTS: dict[str, dict[str, Any]] = {
    f"{VISIT}.show_toast": {"sentence": "hello"},
    f"{VISIT}.dismiss_toast": {},
    f"{VISIT}.go_to_sign_in": {"problem": "ended"},
    f"{SIGN_IN}.enter": {},
    f"{ACCOUNT}.ask_name": {},
    f"{ACCOUNT}.rename": {"form": {"person_name": "Taken over"}},
    f"{ACCOUNT}.sign_out_one": {"session_id": "session"},
    f"{ACCOUNT}.sign_out_others": {},
    f"{ACCOUNT}.ask_to_leave": {},
    f"{ACCOUNT}.leave": {"form": {"confirmation": "delete my account"}},
    f"{ACCOUNT}.stay": {},
    f"{ACCOUNT}.close": {},
    f"{SHOP}.buy": {"pack_id": "pack"},
    f"{UNPAID}.enter": {},
    f"{PRACTICE}.enter": {},
    f"{PRACTICE}.act": {"name": "pay"},
    f"{FILMS}.begin": {},
    f"{FILMS}.create": {"form": FORM},
    f"{FILMS}.ask_name": {"project_id": "project", "title": "x"},
    f"{FILMS}.rename": {"form": FORM},
    f"{FILMS}.ask_delete": {"project_id": "project", "title": "x"},
    f"{FILMS}.delete": {},
    f"{FILMS}.close": {},
    f"{PROJECT}.ask_title": {},
    f"{PROJECT}.close_title": {},
    f"{PROJECT}.set_title": {"form": FORM},
    f"{PHOTOS}.remove": {"photo_id": "photo"},
    f"{PHOTOS}.remove_with_clip": {},
    f"{PHOTOS}.keep": {},
    f"{PHOTOS}.rotate": {"photo_id": "photo"},
    f"{PHOTOS}.use_photo": {"photo_id": "photo", "is_used": True},
    f"{PHOTOS}.make_film": {},
    f"{PHOTOS}.go_on": {},
    f"{PHOTOS}.forget_cart": {},
    f"{PHOTOS}.close_shortage": {},
    f"{CLIPS}.animate_all": {},
    f"{CLIPS}.animate": {"photo_id": "photo", "motion": "rise"},
    f"{CLIPS}.keep": {"take_id": "take"},
    f"{CLIPS}.keep_all": {},
    f"{CLIPS}.remove_from_film": {"clip_id": "clip"},
    f"{CLIPS}.remove": {"clip_id": "clip"},
    f"{CLIPS}.animate_chosen": {"form": {"wish": "She waves"}},
    f"{CLIPS}.choose_motion": {"motion": "rise"},
    f"{CLIPS}.choose_variations": {"count": 2},
    f"{CLIPS}.go_on": {},
    f"{CLIPS}.forget_cart": {},
    f"{CLIPS}.close_shortage": {},
    f"{CLIPS}.stop": {"clip_id": "clip"},
    f"{CLIPS}.stop_all": {},
    f"{CLIPS}.set_shape": {"aspect": "1:1"},
    f"{STATEMENT}.more": {},
    f"{CLIPS}.open_clip": {"photo_id": "photo"},
    f"{CLIPS}.close_clip": {},
    f"{ORDER}.reorder": {"clip_ids": ["clip"]},
    f"{ORDER}.sort_by_date": {},
    f"{ORDER}.select_several": {},
    f"{ORDER}.select": {"clip_id": "clip"},
    f"{ORDER}.move_selected": {"form": {"place": "end"}},
    f"{CLIP}.open_clip": {"clip_id": "clip"},
    f"{CLIP}.trim": {"clip_id": "clip", "start": 12, "end": 60},
    f"{CLIP}.make_longer": {"clip_id": "clip"},
    f"{CLIP}.make_shorter": {"clip_id": "clip"},
    f"{CLIP}.set_caption": {"clip_id": "clip", "text": "Taken over"},
    f"{CLIP}.set_sound": {"clip_id": "clip", "is_on": False, "percent": 50},
    f"{CLIP}.show_again": {"clip_id": "clip"},
    f"{CLIP}.choose_take": {"clip_id": "clip", "take_id": "take"},
    f"{CLIP}.close_clip": {},
    f"{JOINT}.open_joint": {"clip_id": "clip"},
    f"{JOINT}.set_joint": {"clip_id": "clip", "kind": "wipe", "seconds": 1.0},
    f"{JOINT}.same_everywhere": {"kind": "wipe", "seconds": 1.0},
    f"{JOINT}.close_joint": {},
    f"{WORDS}.set_opening": {"text": "Taken over"},
    f"{WORDS}.set_subtitle": {"text": "Taken over"},
    f"{WORDS}.set_end": {"text": "Taken over"},
    f"{WORDS}.set_fades": {"is_on": True},
    f"{WORDS}.use_dates": {},
    f"{ORDER}.leave_out": {"clip_id": "clip"},
    f"{ORDER}.bring_back": {"clip_id": "clip"},
    f"{ARRANGE}.choose_look": {"name": "album"},
    f"{ARRANGE}.make_film": {},
    f"{ARRANGE}.undo": {},
    f"{ARRANGE}.forget_undo": {},
    f"{ARRANGE}.redo": {},
    f"{ARRANGE}.set_transition": {"kind": "cut"},
    f"{ARRANGE}.set_seconds": {"seconds": 1.5},
    f"{ARRANGE}.set_music": {"track_id": "track"},
    f"{ARRANGE}.set_volume": {"percent": 10},
    f"{MUSIC}.set_start": {"seconds": 1.5},
    f"{MUSIC}.set_fade_out": {"seconds": 5.0},
    f"{MUSIC}.set_beat_cuts": {"which": "bar"},
    f"{ARRANGE}.remove_track": {"track_id": "track"},
    f"{FILM}.make": {},
    f"{FILM}.stop": {},
    f"{FILM}.ask_delete": {"video_id": "video"},
    f"{FILM}.ask_delete_size": {"size_id": "video"},
    f"{FILM}.keep": {},
    f"{FILM}.delete": {},
    f"{SIZES}.enlarge": {"video_id": "video"},
    f"{SIZES}.stop_size": {"size_id": "video"},
    f"{SHARE}.arrive": {},
    f"{SHARE}.open_share": {"video_id": "video"},
    f"{SHARE}.close_share": {},
    f"{SHARE}.save_share": {"form": GIFT},
    f"{SHARE}.drop_password": {},
    f"{SHARE}.ask_closing": {},
    f"{SHARE}.keep_link": {},
    f"{SHARE}.close_link": {},
}
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
}
"""What the operator's pages can be asked; for everybody else there is nothing."""
OPERATORS_PAGES = [
    f"{state}.watch"
    for state in (
        ADMIN_TODAY, ADMIN_JOBS, ADMIN_JOB, ADMIN_PEOPLE, ADMIN_PERSON, ADMIN_PROVIDERS, ADMIN_PROMPT,
        ADMIN_TERMS, ADMIN_MUSIC, ADMIN_BOOKS, ADMIN_ORDERS, ADMIN_LOG,
    )
]  # fmt: skip
