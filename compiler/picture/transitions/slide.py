"""Transition “slide”: the new shot slides in over the old one."""

from compiler.picture.planes import PlanarFrame, Plane, eased


def blend(before: PlanarFrame, after: PlanarFrame, progress: float) -> PlanarFrame:
    """The new shot slides in from the right, over the old one."""
    shown = round(eased(progress) * before.blue.shape[1])
    planes = [_covered(before.luma, after.luma, 2 * shown)]
    planes += [_covered(old, new, shown) for old, new in zip(before[1:], after[1:], strict=True)]
    return PlanarFrame(*planes)


def _covered(before: Plane, after: Plane, shown: int) -> Plane:
    covered = before.copy()
    covered[:, before.shape[1] - shown :] = after[:, :shown]
    return covered
