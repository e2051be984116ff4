"""Every handler that a page has, by its name on the wire, with arguments that a page would send.

Words that stand for ids are filled in by the tests.
"""

from typing import Any

VISIT = "echoes___pages___common___state____page_state"
PROJECT = f"{VISIT}.echoes___pages___project___state____project_state"
PHOTOS = f"{PROJECT}.echoes___pages___project___photos___state____photos_state"
FRAMING = f"{PROJECT}.echoes___pages___project___clips___framing___state____framing_state"
CLIPS = f"{PROJECT}.echoes___pages___project___clips___state____clips_state"
ARRANGE = f"{PROJECT}.echoes___pages___project___arrange___state____arrange_state"
MUSIC = f"{PROJECT}.echoes___pages___project___arrange___music___state____music_settings_state"
ORDER = f"{PROJECT}.echoes___pages___project___arrange___order___state____clip_order_state"
CLIP = f"{PROJECT}.echoes___pages___project___arrange___clip___state____clip_sheet_state"
JOINT = f"{PROJECT}.echoes___pages___project___arrange___joint___state____joint_state"
WORDS = f"{PROJECT}.echoes___pages___project___arrange___words___state____words_state"
FILM = f"{PROJECT}.echoes___pages___project___film___state____film_state"
FILMS = f"{VISIT}.echoes___pages___films___state____films_state"
NEW_FILM = f"{VISIT}.echoes___pages___films___state____new_film_state"
SIGN_IN = f"{VISIT}.echoes___pages___public___sign_in___state____sign_in_state"
PRICES = f"{VISIT}.echoes___pages___public___prices___state____prices_state"
JOIN = f"{VISIT}.echoes___pages___public___join___state____join_state"
INVITING = f"{VISIT}.echoes___pages___account___inviting___state____inviting_state"
ACCOUNT = f"{VISIT}.echoes___pages___account___state____account_state"
SHOP = f"{VISIT}.echoes___pages___credits___packs___state____credits_state"
THANKS = f"{VISIT}.echoes___pages___credits___after_payment___state____thanks_state"
UNPAID = f"{VISIT}.echoes___pages___credits___after_payment___state____cancelled_state"
PRACTICE = f"{VISIT}.echoes___pages___credits___practice_checkout___state____practice_checkout_state"

MAIL = f"{VISIT}.echoes___pages___account___mail___state____mail_state"
PASSKEYS = f"{VISIT}.echoes___pages___account___passkeys___state____passkeys_state"
STATEMENT = f"{VISIT}.echoes___pages___account___statement___state____statement_state"

SIZES = f"{PROJECT}.echoes___pages___project___film___sizes___state____sizes_state"
SHARE = f"{PROJECT}.echoes___pages___project___share___state____share_state"
REPLIES = f"{PROJECT}.echoes___pages___project___share___replies___state____replies_state"

GIFT = {
    "title": "Taken over", "note": "", "sender": "A stranger", "poster": "", "opens_at": "", "expires_at": "",
    "password": "",
}  # fmt: skip
FORM = {"title": "Taken over"}
ENDLESS = [
    f"{state}.watch"
    for state in (
        FILMS, ACCOUNT, PHOTOS, CLIPS, ARRANGE, FILM, SHOP, THANKS, STATEMENT, INVITING, PASSKEYS, MAIL,
    )
]  # fmt: skip
ARGUMENTS: dict[str, dict[str, Any]] = {
    f"{VISIT}.show_toast": {"sentence": "hello"},
    f"{VISIT}.dismiss_toast": {},
    f"{VISIT}.go_to_sign_in": {"problem": "ended"},
    f"{SIGN_IN}.enter": {},
    f"{PRICES}.read": {},
    f"{JOIN}.enter": {},
    f"{INVITING}.invite": {"form": {"invitee": "Aunt Rosa", "email": ""}},
    f"{INVITING}.take_back": {"invitation_id": "invitation"},
    f"{ACCOUNT}.ask_name": {},
    f"{ACCOUNT}.rename": {"form": {"person_name": "Taken over"}},
    f"{ACCOUNT}.sign_out_one": {"session_id": "session"},
    f"{ACCOUNT}.sign_out_others": {},
    f"{ACCOUNT}.ask_to_leave": {},
    f"{ACCOUNT}.leave": {"form": {"confirmation": "delete my account"}},
    f"{ACCOUNT}.stay": {},
    f"{ACCOUNT}.close": {},
    f"{MAIL}.set_wanted": {"kind": "film_ready", "is_wanted": False},
    f"{PASSKEYS}.look_again": {},
    f"{PASSKEYS}.ask_name": {"passkey_id": "passkey"},
    f"{PASSKEYS}.rename": {"form": {"passkey_name": "Taken over"}},
    f"{PASSKEYS}.ask_removal": {"passkey_id": "passkey"},
    f"{PASSKEYS}.remove": {},
    f"{PASSKEYS}.make_codes": {},
    f"{PASSKEYS}.close": {},
    f"{SHOP}.buy": {"pack_id": "pack"},
    f"{UNPAID}.enter": {},
    f"{PRACTICE}.enter": {},
    f"{PRACTICE}.act": {"name": "pay"},
    f"{NEW_FILM}.begin": {},
    f"{FILMS}.ask_name": {"project_id": "project", "title": "x"},
    f"{FILMS}.rename": {"form": FORM},
    f"{FILMS}.ask_delete": {"project_id": "project", "title": "x"},
    f"{FILMS}.delete": {},
    f"{FILMS}.close": {},
    f"{PROJECT}.ask_title": {},
    f"{PROJECT}.close_title": {},
    f"{PROJECT}.set_title": {"form": FORM},
    f"{PHOTOS}.remove": {"photo_id": "photo"},
    f"{PHOTOS}.rotate": {"photo_id": "photo"},
    f"{PHOTOS}.use_photo": {"photo_id": "photo", "is_used": True},
    f"{PHOTOS}.bring_back": {},
    f"{PHOTOS}.forget_removed": {},
    f"{PHOTOS}.select_several": {},
    f"{PHOTOS}.select_all": {},
    f"{PHOTOS}.select": {"photo_id": "photo", "is_on": True},
    f"{PHOTOS}.rotate_selected": {},
    f"{PHOTOS}.use_selected": {"is_used": False},
    f"{PHOTOS}.ask_place": {},
    f"{PHOTOS}.leave_places": {},
    f"{PHOTOS}.move_selected": {"form": {"place": "end"}},
    f"{PHOTOS}.remove_selected": {},
    f"{PHOTOS}.make_film": {},
    f"{PHOTOS}.go_on": {},
    f"{PHOTOS}.forget_cart": {},
    f"{PHOTOS}.close_shortage": {},
    f"{PHOTOS}.show_shortage": {},
    f"{PHOTOS}.animate_affordable": {},
    f"{PHOTOS}.buy": {"pack_id": "pack"},
    f"{CLIPS}.animate_all": {},
    f"{CLIPS}.animate": {"photo_id": "photo", "motion": "rise"},
    f"{CLIPS}.keep": {"take_id": "take"},
    f"{CLIPS}.keep_all": {},
    f"{CLIPS}.select_several": {},
    f"{CLIPS}.select": {"photo_id": "photo", "is_on": True},
    f"{CLIPS}.select_all": {},
    f"{CLIPS}.keep_selected": {},
    f"{CLIPS}.leave_out_selected": {},
    f"{CLIPS}.animate_selected": {},
    f"{CLIPS}.remove_selected": {},
    f"{CLIPS}.remove_from_film": {"clip_id": "clip"},
    f"{CLIPS}.remove": {"clip_id": "clip"},
    f"{CLIPS}.bring_back": {},
    f"{CLIPS}.forget_removed": {},
    f"{CLIPS}.animate_chosen": {"form": {"wish": "She waves"}},
    f"{CLIPS}.choose_motion": {"motion": "rise"},
    f"{CLIPS}.choose_variations": {"count": 2},
    f"{CLIPS}.go_on": {},
    f"{CLIPS}.forget_cart": {},
    f"{CLIPS}.close_shortage": {},
    f"{CLIPS}.show_shortage": {},
    f"{CLIPS}.animate_affordable": {},
    f"{CLIPS}.buy": {"pack_id": "pack"},
    f"{CLIPS}.stop": {"clip_id": "clip"},
    f"{CLIPS}.stop_all": {},
    f"{CLIPS}.set_shape": {"aspect": "1:1"},
    f"{STATEMENT}.more": {},
    f"{CLIPS}.open_clip": {"photo_id": "photo"},
    f"{CLIPS}.close_clip": {},
    f"{FRAMING}.set_focus": {"photo_id": "photo", "x": 0.25, "y": 0.75},
    f"{FRAMING}.clear_focus": {"photo_id": "photo"},
    f"{FRAMING}.set_mode": {"photo_id": "photo", "mode": "whole"},
    f"{FRAMING}.set_movement": {"photo_id": "photo", "strength": "strong"},
    f"{FRAMING}.make_again": {"photo_id": "photo"},
    f"{FRAMING}.find_subjects": {},
    f"{ARRANGE}.go_on": {},
    f"{ARRANGE}.forget_cart": {},
    f"{ARRANGE}.close_shortage": {},
    f"{ARRANGE}.show_shortage": {},
    f"{ARRANGE}.animate_affordable": {},
    f"{ARRANGE}.buy": {"pack_id": "pack"},
    f"{ORDER}.reorder": {"clip_ids": ["clip"]},
    f"{ORDER}.sort_by_date": {},
    f"{ORDER}.select_several": {},
    f"{ORDER}.select": {"clip_id": "clip"},
    f"{ORDER}.move_selected": {"form": {"place": "end"}},
    f"{CLIP}.open_clip": {"clip_id": "clip"},
    f"{CLIP}.trim": {"clip_id": "clip", "start": 12, "end": 60},
    f"{CLIP}.make_longer": {"clip_id": "clip"},
    f"{CLIP}.request_longer": {"clip_id": "clip", "seconds": 10},
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
    f"{WORDS}.set_mark": {"is_on": True},
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
    f"{MUSIC}.add_track": {"track_id": "track"},
    f"{MUSIC}.remove_track": {"place": 0},
    f"{MUSIC}.move_track": {"place": 0, "steps": 1},
    f"{MUSIC}.set_repeats": {"is_on": False},
    f"{MUSIC}.fit_film": {},
    f"{MUSIC}.fit_music": {},
    f"{ARRANGE}.remove_track": {"track_id": "track"},
    f"{ARRANGE}.bring_back_track": {},
    f"{ARRANGE}.forget_removed": {},
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
    f"{SHARE}.dress": {},
    f"{REPLIES}.arrive": {},
    f"{REPLIES}.open_replies": {"video_id": "video"},
    f"{REPLIES}.close_replies": {},
    f"{REPLIES}.hide": {"reply_id": "reply", "is_hidden": True},
    f"{REPLIES}.report": {"reply_id": "reply"},
    f"{REPLIES}.ask_delete": {"reply_id": "reply"},
    f"{REPLIES}.keep": {},
    f"{REPLIES}.delete": {},
}
