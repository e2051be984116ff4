"""Transition “push”: the new shot pushes the old one out to the left."""

import numpy as np

from compiler.picture.planes import PlanarFrame, Plane, eased


def blend(before: PlanarFrame, after: PlanarFrame, progress: float) -> PlanarFrame:
    """The new shot comes from the right and pushes the old one out to the left."""
    shown = round(eased(progress) * before.blue.shape[1])
    planes = [_pushed(before.luma, after.luma, 2 * shown)]
    planes += [_pushed(old, new, shown) for old, new in zip(before[1:], after[1:], strict=True)]
    return PlanarFrame(*planes)


def _pushed(before: Plane, after: Plane, shown: int) -> Plane:
    return np.concatenate([before[:, shown:], after[:, :shown]], axis=1)
