"""Weights of the face detector: YuNet of libfacedetection.train, Apache License 2.0."""
