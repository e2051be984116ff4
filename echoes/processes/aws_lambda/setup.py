"""The compiler in AWS Lambda as settings and operators want it."""

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
from echoes.storage.s3 import CACHED


def lambda_compiler(settings: Settings) -> LambdaCompiler:
    return LambdaCompiler(
        LambdaFunction.of(settings),
        LocalCompiler(),
        _commands,
        local_places=settings.render_concurrency,
        callbacks=_callbacks(settings) if _can_reach_us(settings) else None,
        pace=Pace(unclaimed=settings.lambda_patience_seconds),
        cache_control=CACHED,
    )


def _commands() -> Set[str]:
    """As operators say now."""
    with get_database().reading() as session:
        rendering = read(session, Rendering)
    films = {"render", "poster"} if rendering.films_in_lambda else set()
    clips = {"conform", "poster"} if rendering.clips_in_lambda else set()
    return films | clips


def _can_reach_us(settings: Settings) -> bool:
    """Not at an address of this computer alone, unless the function is a stand-in on it."""
    return not is_loopback(host_of(settings.public_url)) or is_loopback(host_of(settings.lambda_endpoint))


def _callbacks(settings: Settings) -> Callbacks:
    signer = CallbackSigner(signing_key(settings))
    return Callbacks(lambda invocation_id: signer.url(settings.public_url, invocation_id), woken)
