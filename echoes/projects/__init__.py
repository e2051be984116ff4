"""A project: the photographs, clips and choices that become one film."""
