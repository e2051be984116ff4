"""Patches of the front end that Reflex generates, as text."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Unpack

from reflex.plugins import Plugin, PreCompileContext
from reflex_base import constants
from reflex_base.config import get_config
from reflex_base.environment import environment

from echoes.reflex_adapter.assets import importable_script

STATE, ROOT, DOCUMENT = "utils/state.js", "app/root.jsx", "app/_document.js"
VITE = constants.ReactRouter.VITE_CONFIG_FILE
REPLACED = {
    r"^@emotion\/react$": "inline_styles.js",
    r"^\.\/(transports\/)?(polling-xhr(\.node)?|webtransport)\.js$": "no_transport.js",
    r"^(mergician|universal-cookie|\$\/utils\/helpers\/upload)$": "unused_parts.js",
}
"""By what modules are imported as, the few lines of ours that pages need of them."""
REFLEX_ROUTES = {"_event", "_upload", "_health", "ping"}

LINE = "$/public/external/echoes/components/connection_status/connection_status.js"
EVAL, EVALS = "eval(", 5
"""Called by its name, what is evaluated might use any name of the script around it, so none of a sixth of
each page's first load could be shortened. No page of ours sends code: their policy forbids it."""
KEPT = {
    'import throttle from "$/utils/helpers/throttle";': 'import throttle from "$/utils/helpers/throttle";\n'
    f'import {{ connected, lost, send, take }} from "{LINE}";',
    "const normalized = normalizeEvents(events);\n  if (prepend)": """\
const normalized = normalizeEvents(events).map((event) => {
    if (typeof event.name !== "string" || event.name.startsWith("_")) return event;
    const routed = withRouterData({ ...event }, params);
    take(routed);
    return routed;
  });
  if (prepend)""",
    'socket.emit("event", encodeFormDataArgs': "send(socket, encodeFormDataArgs",
    "window.__reflex_otel?.onSocketConnect?.();": "connected(socket.current);",
    "failed_attempts = Math.min(failed_attempts + 1, 10);": "lost(socket.current);\n"
    "    failed_attempts = Math.min(failed_attempts + 1, 10);",
    "// Attempt to reconnect transient non-intentional disconnects.": "lost(socket.current);",
}
"""What stands in Reflex's script, and what in ours."""


PACKAGES = r"react|react-dom|react-error-boundary|react-router|scheduler|[^/]*(socket|engine)\.io[^/]*"
ICON_BASE, ICONS = r"lucide-react\/dist\/esm\/(?!icons)", r"lucide-react\/dist\/esm\/icons"
FRAME = r"\/utils\/(context|helpers\/|state\.js)|(env|reflex)\.json|reflex_adapter\/front_end"
COMPONENTS = r"components\/(connection_status|dialog\/modal_stack|isolation|scroll_place|skip_link)"
LANDING = r"routes\/_index\.|components\/sample_film"
CHUNKS = {
    "libraries": (rf"node_modules\/(({PACKAGES})\/|{ICON_BASE})", 1),
    "shared": (rf"{FRAME}|{COMPONENTS}|{ICONS}", 1),
    "icons": (ICONS, 3),
}
"""By name, what their modules match, and how many pages import one at least. An earlier one goes first."""
CHUNK_NAMES = {
    "shared": f"(id, build) => !/{ICONS}/.test(id)"
    f' || build.getModuleInfo(id).importers.some((each) => /{LANDING}/.test(each)) ? "shared" : null'
}
"""Of icons, those of the landing page go with what every page needs: a first visit waits for no others."""


class FrontEndPatches(Plugin):
    """Pages talk to where they came from, so one build serves every address, port and proxy.

    Reflex bakes the address in. In development its pages and its routes live on two ports: there Vite
    passes on what is not a page, and cookies and relative addresses work as they do in production.
    """

    def __init__(self, our_routes: Callable[[], set[str]]) -> None:
        """`our_routes`: the first segment of each address that the backend answers; asked when the app is
        complete. Scripts are linked now, because a compilation has copied the assets when it asks plugins."""
        self._our_routes = our_routes
        self._scripts = {
            find: importable_script(__name__, Path(__file__).with_name(name))
            for find, name in REPLACED.items()
        }

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        pristine = (constants.Templates.Dirs.WEB_TEMPLATE / STATE).read_text()
        changed = without_direct_eval(keep_what_is_tapped(connect_to_own_origin(pristine)))
        context["add_modify_task"](STATE, lambda _: changed)
        context["add_modify_task"](VITE, lambda config: in_few_chunks(with_aliases(config, self._scripts)))
        context["add_modify_task"](ROOT, without_globals)
        context["add_modify_task"](DOCUMENT, with_sheet_of_every_page_first)
        if environment.REFLEX_ENV_MODE.get() == constants.Env.DEV:
            context["add_modify_task"](VITE, lambda config: pass_on_to_backend(config, self._our_routes()))


def connect_to_own_origin(script: str) -> str:
    """Take host and port of the page, whatever was configured when it was built."""
    own_host = "endpoint.hostname = frontend_hostname;"
    script = _replaced(script, own_host, f"{own_host}\n    endpoint.port = window.location.port;")
    return _replaced(script, 'endpoint.port = ""; // Assume websocket is on https port', "// The port too")


def keep_what_is_tapped(script: str) -> str:
    """Tell connection_status.js of every event and of the socket's fortune.

    Reflex queues events while it knows that its socket is down. It says nothing of them, sends them as from
    the page that is open by then, and forgets those that a dying socket swallowed.
    """
    for old, new in KEPT.items():
        script = _replaced(script, old, new)
    return script


def without_direct_eval(script: str) -> str:
    if script.count(EVAL) != EVALS:
        raise ValueError(
            f"Reflex's front end no longer evaluates code {EVALS} times: see to it in {__name__}."
        )
    return script.replace(EVAL, f"window.{EVAL}")


def with_aliases(config: str, ours: Mapping[str, str]) -> str:
    """Put scripts of ours in place of what would otherwise be a sixth of every first load."""
    aliases = "".join(f"\n      {_alias(find, script)}," for find, script in ours.items())
    return _replaced(config, "alias: [", f"alias: [{aliases}")


def _alias(find: str, script: str) -> str:
    file = json.dumps(script.replace("$/", "./", 1))
    return f"{{ find: /{find}/, replacement: fileURLToPath(new URL({file}, import.meta.url)) }}"


def in_few_chunks(config: str) -> str:
    """The libraries of every page in one file, what else all need in another, icons of several pages in a
    third: a request costs half a kilobyte of headers, and on a far line more time than an icon."""
    groups = "".join(
        f"\n            {{ test: /{test}/, name: {CHUNK_NAMES.get(name, json.dumps(name))},"
        f" priority: {len(CHUNKS) - place}, minShareCount: {pages} }},"
        for place, (name, (test, pages)) in enumerate(CHUNKS.items())
    )
    return _replaced(config, "groups: [", f"groups: [{groups}")


def without_globals(root: str) -> str:
    """Reflex hands whole libraries to components that are evaluated at run time; there are none, and nothing
    that is not used can be left out of the build with it."""
    start, end = root.index("    window.__reflex = {"), root.index("  }, []);")
    return root[:start] + root[end:]


def with_sheet_of_every_page_first(document: str) -> str:
    """React puts sheets with a precedence before all without one: those of single pages would lose to it."""
    return _replaced(document, 'rel:"stylesheet",type:"text/css"', 'rel:"stylesheet",precedence:"of all"')


def pass_on_to_backend(config: str, our_routes: set[str]) -> str:
    backend = {"target": f"http://127.0.0.1:{get_config().backend_port}", "ws": True}
    proxy = json.dumps({f"^/({'|'.join(sorted(REFLEX_ROUTES | our_routes))})(/|\\?|$)": backend})
    port = "port: process.env.PORT,"
    return _replaced(config, port, f"{port}\n    proxy: {proxy},")


def serve_development_on_loopback() -> None:
    """Without this the development server answers the whole network."""
    constants.PackageJson.Commands.DEV = "react-router dev --host localhost"


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"Reflex's front end no longer holds {old!r} once: see to it in {__name__}.")
    return text.replace(old, new)
