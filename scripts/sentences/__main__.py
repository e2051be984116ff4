"""`python -m scripts.sentences`: every sentence that people may read: its place, kind and text."""

from scripts.sentences.collect import collect
from scripts.toolchain import ROOT


def main() -> None:
    for sentence in collect(ROOT):
        print(sentence)


if __name__ == "__main__":
    main()
