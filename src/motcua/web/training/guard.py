"""Pages that are only there in a training installation."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from motcua.training import world
from motcua.training.ports import Phones

View = Callable[..., HttpResponse]


def in_training(view: View) -> View:
    """Stands right under who may enter: elsewhere the page is not there for anybody."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        world.require()
        return view(request, *args, **kwargs)

    return inner


@lru_cache(maxsize=1)
def phones() -> Phones:
    """The simulated phones, as the settings name them."""
    return cast(Phones, import_string(settings.TRAINING_PHONES)())
