"""Runway model parameters: it refuses a request with a field that the model does not have."""

from typing import Any

from echoes.providers.base import ClipRequest, Model, Size
from echoes.providers.prompts import fit_prompt

GEN4_SIZES = ((1280, 720), (720, 1280), (960, 960), (1104, 832), (832, 1104), (1584, 672))
VEO_SIZES = ((1280, 720), (720, 1280), (1080, 1920), (1920, 1080))
GEN4_SECONDS = tuple(float(seconds) for seconds in range(2, 11))
VEO_SECONDS = (4.0, 6.0, 8.0)
PLAINEST_PROMPT = "The photograph comes gently to life."
HIGHEST_SEED = 2**32 - 1


def _model(
    name: str, title: str, sizes: tuple[Size, ...], durations: tuple[float, ...], price: int, **others: Any
) -> Model:
    """All of them count prompts alike and take a seed, as far as we offer them."""
    common: dict[str, Any] = {"prompt_limit": 1000, "prompt_unit": "utf16", "takes_seed": True}
    return Model(name=name, title=title, sizes=sizes, durations=durations, price=price, **common | others)


MODELS = (
    _model("gen4_turbo", "Runway Gen-4 Turbo", GEN4_SIZES, GEN4_SECONDS, 1),
    _model("gen4.5", "Runway Gen-4.5", GEN4_SIZES, GEN4_SECONDS, 2, prompt_required=True),
    _model("veo3.1_fast", "Veo 3.1 Fast", VEO_SIZES, VEO_SECONDS, 2),
)
ALWAYS: dict[str, dict[str, Any]] = {"veo3.1_fast": {"audio": False}}
"""Fields of one model alone. Sound would cost more, and a film brings its own."""


def fields_of(request: ClipRequest, picture: str) -> dict[str, Any]:
    """The arguments of `image_to_video.create`; `picture` is an address that Runway understands."""
    model = next(model for model in MODELS if model.name == request.model)
    width, height = model.nearest_size(request.size)
    fields: dict[str, Any] = {
        "model": model.name,
        "prompt_image": picture,
        "ratio": f"{width}:{height}",
        "duration": round(model.nearest_duration(request.seconds)),
        **ALWAYS.get(model.name, {}),
    }
    prompt = fit_prompt(model, request.prompt or (PLAINEST_PROMPT if model.prompt_required else ""))
    if prompt:
        fields["prompt_text"] = prompt
    if request.seed is not None and model.takes_seed:
        fields["seed"] = request.seed & HIGHEST_SEED
    return fields
