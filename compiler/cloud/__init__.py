"""The compiler as a function elsewhere: invocations, claims and shared segments as objects of a bucket."""
