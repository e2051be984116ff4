"""The compiler in AWS Lambda as the settings want it."""

from collections.abc import Set

from echoes.database import get_database
from echoes.operator_settings import Rendering, read
from echoes.processes.aws_lambda.callback import CallbackSigner, woken
from echoes.processes.aws_lambda.compiler import Callbacks, LambdaCompiler
from echoes.processes.aws_lambda.function import LambdaFunction
from echoes.processes.aws_lambda.waiting import Pace
from echoes.processes.local_compiler import LocalCompiler
from echoes.settings import Settings, signing_key
from echoes.settings.urls import host_of, is_loopback
from echoes.storage.s3.storage import CACHED


def lambda_compiler(settings: Settings) -> LambdaCompiler:
    return LambdaCompiler(
        LambdaFunction.of(settings),
        LocalCompiler(makes_films=lambda: "render" not in commands_in_lambda(settings)),
        lambda: commands_in_lambda(settings),
        local_places=settings.render_concurrency,
        callbacks=_callbacks(settings) if _can_reach_us(settings) else None,
        pace=Pace(unclaimed=settings.lambda_patience_seconds),
        cache_control=CACHED,
    )


def commands_in_lambda(settings: Settings) -> Set[str]:
    """As operators want it at this moment. A still is made where what it shows is."""
    with get_database().reading() as session:
        configured = read(session, Rendering)
    films = {"render", "poster"} if is_in_lambda("films", configured, settings) else set()
    clips = {"conform", "poster"} if is_in_lambda("clips", configured, settings) else set()
    return films | clips


def is_in_lambda(work: str, configured: Rendering, settings: Settings) -> bool:
    """Films or clips."""
    chosen, usual = (
        (configured.films, settings.lambda_films)
        if work == "films"
        else (configured.clips, settings.lambda_clips)
    )
    return usual if not chosen else chosen == "lambda"


def _can_reach_us(settings: Settings) -> bool:
    """Not at an address of this computer alone, unless the function is a stand-in on it."""
    return not is_loopback(host_of(settings.public_url)) or is_loopback(host_of(settings.lambda_endpoint))


def _callbacks(settings: Settings) -> Callbacks:
    signer = CallbackSigner(signing_key(settings))
    return Callbacks(lambda invocation_id: signer.url(settings.public_url, invocation_id), woken)
