"""Where the project is, and the folders inside it that Jupyter may write to.

Importing this keeps Jupyter out of the user's home; it has to come before anything of Jupyter's.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".cache" / "jupyter"

os.environ["JUPYTER_PATH"] = os.pathsep.join(
    [str(ROOT / "jupyter"), *filter(None, [os.environ.get("JUPYTER_PATH")])]
)
for variable, folder in {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
}.items():
    os.environ.setdefault(variable, str(STATE / folder))
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
