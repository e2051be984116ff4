"""POST /callbacks/lambda: a function in AWS Lambda says that it has ended."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from echoes.processes.aws_lambda.callback import CALLBACK, CallbackSigner, wake
from echoes.settings import get_settings, signing_key


async def ended(request: Request) -> Response:
    """Its signature is the proof; it changes nothing, so that it may come twice."""
    invocation_id = CallbackSigner(signing_key(get_settings())).check(dict(request.query_params))
    await asyncio.to_thread(wake, invocation_id)
    return Response(status_code=204)


routes = [Route(CALLBACK, ended, methods=["POST"])]
