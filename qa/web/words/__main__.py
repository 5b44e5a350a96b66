"""`python -m qa.web.words`: bring the catalogues up to date, and list what has no translation."""

import sys

from qa.web.words.catalogue import HERE
from qa.web.words.extract import write_catalogue

lacking = [f"{path.name}: {one.english}" for path in sorted(HERE.glob("*.po")) for one in write_catalogue(path)]
print("\n".join(lacking) or "Every message has its translations.")
sys.exit(1 if lacking else 0)
