"""factwire: news articles in, entities and numeric facts with their evidence out."""

from typing import Final

__version__: Final = "0.1.0"
