"""Parts of components that Reflex keeps in packages of its own: elements, links of the router, props."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.vars.function import ArgsFunctionOperation
from reflex_components_core.base.error_boundary import ErrorBoundary
from reflex_components_core.el.element import Element
from reflex_components_core.react_router import link as router_link

__all__ = ["Element", "error_boundary", "field", "router_link"]


def error_boundary(instead: rx.Component) -> rx.Component:
    """Shows `instead` where a page fails to draw itself, without Reflex's own words."""
    fallback = ArgsFunctionOperation.create(("failure",), rx.Var.create(instead))
    boundary: rx.Component = ErrorBoundary.create(fallback_render=fallback)
    return boundary
