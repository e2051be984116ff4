"""AWS Lambda handler of the compiler: `{"invocation": ID}` in, everything else by objects of a bucket.

The bucket is named by the function's environment (ECHOES_S3_BUCKET, ECHOES_S3_PREFIX), never by an event. How
it is deployed: deploy/lambda/README.md.
"""

from functools import cache
from typing import Any, Protocol

from compiler.cloud.bucket import Bucket
from compiler.cloud.invocation import InvocationKeys
from compiler.cloud.work import perform


class Context(Protocol):
    """What Lambda tells a function about this call of it."""

    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: dict[str, Any], context: Context) -> dict[str, str]:
    """Answers in words what it did, which nobody hears of asynchronous calls. ValueError for other events."""
    keys = InvocationKeys(str(event.get("invocation")))
    said = perform(_bucket(), keys, context.get_remaining_time_in_millis() / 1000)
    print(f"invocation {keys.id}: {said}")
    return {"invocation": keys.id, "said": said}


@cache
def _bucket() -> Bucket:
    return Bucket.from_environment()
