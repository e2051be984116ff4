"""Settings of the function in AWS Lambda: its name, and the bucket that it shares with us."""

import re

from echoes.settings.fields import Settings
from echoes.settings.urls import is_address, is_https

_FUNCTION = re.compile(
    r"(arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:)?[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?"
)
_REGION = re.compile(r"[a-z0-9-]{1,40}|", re.ASCII)


def checks_of_lambda(settings: Settings) -> dict[str, bool]:
    """Sentences, and whether all is well with what they say."""
    is_used = settings.renderer == "lambda"
    return {
        "ECHOES_LAMBDA_FUNCTION must be set, because ECHOES_RENDERER is lambda.": (
            not is_used or bool(settings.lambda_function)
        ),
        "ECHOES_STORAGE must be s3, because ECHOES_RENDERER is lambda, which works on a bucket.": (
            not is_used or settings.storage == "s3"
        ),
        "ECHOES_LAMBDA_FUNCTION must be the name or the ARN of a function.": (
            not settings.lambda_function or _FUNCTION.fullmatch(settings.lambda_function) is not None
        ),
        "ECHOES_LAMBDA_REGION must be the name of a region, such as eu-central-1.": bool(
            _REGION.fullmatch(settings.lambda_region)
        ),
        "ECHOES_LAMBDA_ENDPOINT must be an address such as https://lambda.example.org.": (
            not settings.lambda_endpoint or is_address(settings.lambda_endpoint)
        ),
        "ECHOES_LAMBDA_ENDPOINT must begin with https://.": (
            settings.is_local or not settings.lambda_endpoint or is_https(settings.lambda_endpoint)
        ),
    }
