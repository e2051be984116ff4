"""Camera moves over a photograph: paths, saliency, sub-pixel resampling."""
