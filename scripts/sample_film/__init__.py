"""The sample film of the landing page, made by the compiler from pictures that are drawn here."""
