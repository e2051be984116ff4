"""Concurrency limits: how many jobs of a kind run at once, by operators, the provider or the settings."""

import asyncio
import logging

from dbos import DBOS

from echoes.database import get_database
from echoes.errors import brief
from echoes.jobs.queues import CONTROL, EARLIER_RENDER, MAIL, PREPARE, RENDER, clips_queue, clips_queues
from echoes.operator_settings import Providers, read
from echoes.providers import active, get_provider, installed
from echoes.providers.base import AccountLimits, Model, NotConfigured, Provider, ProviderError
from echoes.settings import Settings, get_settings

DAY_SECONDS = 86_400.0
ANSWERING = 60.0
MAILS = 100
"""Under way at once: most of them wait for their next attempt, which costs nothing."""
QUICK, CALM = 0.5, 1.0
"""How often a queue is looked at, in seconds. What a machine elsewhere makes takes minutes anyway."""

logger = logging.getLogger(__name__)


def listen() -> None:
    """Before the engine is launched: to these queues and no others that may be in the database, such as those
    of a later release. A provider's queue is worked through even where it is not installed, so that its jobs
    end."""
    of_providers = clips_queues() | {clips_queue(provider.name) for provider in _providers()}
    DBOS.listen_queues([RENDER, *EARLIER_RENDER, CONTROL, PREPARE, MAIL, *sorted(of_providers)])


def register(settings: Settings) -> None:
    """When an engine starts. What a provider allows is asked afterwards, when nobody waits for it."""
    DBOS.register_queue(RENDER, worker_concurrency=_render_places(settings), polling_interval_sec=QUICK)
    for earlier in EARLIER_RENDER:
        DBOS.register_queue(earlier, worker_concurrency=1, polling_interval_sec=CALM)
    DBOS.register_queue(CONTROL, polling_interval_sec=QUICK)
    DBOS.register_queue(PREPARE, worker_concurrency=1, polling_interval_sec=CALM)
    DBOS.register_queue(MAIL, worker_concurrency=MAILS, polling_interval_sec=CALM)
    for provider in _providers():
        known = None if provider.repeatable else DBOS.retrieve_queue(clips_queue(provider.name))
        if known is None:
            _register(provider, None, settings)


def _render_places(settings: Settings) -> int:
    """What is made in Lambda is only waited for; what is made here after all takes turns
    (`LambdaCompiler`)."""
    return settings.lambda_concurrency if settings.renderer == "lambda" else settings.render_concurrency


def learn_limits() -> None:
    """Asked anew from time to time: a provider raises them, operators change them. Blocks."""
    for provider, limits in asyncio.run(_ask(_providers())):
        try:
            _register(provider, limits, get_settings())
        except Exception:
            logger.exception("what %s allows cannot be used", provider.name)


async def _ask(providers: list[Provider]) -> list[tuple[Provider, AccountLimits | None]]:
    """Of those that answer; the others stay as they are."""
    answered = []
    for provider in providers:
        try:
            model = await asyncio.to_thread(_model_of, provider)
            async with asyncio.timeout(ANSWERING):
                answered.append((provider, await provider.limits(model.name)))
        except NotConfigured:
            answered.append((provider, None))
        except ProviderError as error:
            logger.warning(
                "%s does not say what it allows: %s", provider.name, brief(error.cause or error.sentence)
            )
        except Exception:
            # What breaks in one of a third party keeps nobody from asking the others.
            logger.exception("%s does not say what it allows", provider.name)
    return answered


def _providers() -> list[Provider]:
    found = []
    for name in installed():
        try:
            found.append(get_provider(name))
        except Exception:
            # A provider of a third party that cannot be loaded keeps nobody from using the others.
            logger.exception("the clip provider %s cannot be loaded", name)
    return found


def _register(provider: Provider, limits: AccountLimits | None, settings: Settings) -> None:
    model = _model_of(provider)
    with get_database().reading() as session:
        configured = read(session, Providers)
    together = _chosen(configured.concurrency, provider, model) or (limits.concurrency if limits else None)
    daily = _chosen(configured.daily_limits, provider, model) or (limits.daily if limits else None)
    DBOS.register_queue(
        clips_queue(provider.name),
        global_concurrency=together,
        worker_concurrency=None if together else settings.clip_concurrency,
        limiter={"limit": daily, "period": DAY_SECONDS} if daily else None,
        polling_interval_sec=QUICK if provider.repeatable else CALM,
    )


def _chosen(configured: dict[str, int], provider: Provider, model: Model) -> int | None:
    return configured.get(f"{provider.name}/{model.name}", configured.get(provider.name))


def _model_of(provider: Provider) -> Model:
    """The limits of the model that new takes are made with count."""
    try:
        with get_database().reading() as session:
            chosen, model = active(session)
    except Exception:
        logger.exception("the clip provider that is chosen cannot be used")
        return provider.models[0]
    return model if chosen.name == provider.name else provider.models[0]
