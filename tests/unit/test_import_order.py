"""New imports stand where isort and ruff would put them, as far as the others follow an order."""

from __future__ import annotations

import libcst as cst
import pytest

from ssot_lint.fixes._import_order import room_for


def placed(imports: str, statement: str) -> str:
    """Return the imports with a new one, ``|`` for a blank line between them."""
    lines = [cst.ensure_type(line, cst.SimpleStatementLine) for line in cst.parse_module(imports).body]
    room = room_for(lines, statement, ["app", "lib"])
    if room is None:
        return "no order"
    texts = [cst.Module([line]).code.strip() for line in lines]
    at = lines.index(room.line) + (not room.is_before)
    gap = ["|"] if room.is_apart else []
    new = [statement, *gap] if room.is_before else [*gap, statement]
    return "; ".join([*texts[:at], *new, *texts[at:]])


@pytest.mark.parametrize(
    ("imports", "statement", "wanted"),
    [
        (
            "import os\nimport app\n",
            "from copy import copy",
            "import os; from copy import copy; import app",
        ),
        (
            "from abc import ABC\nfrom typing import Any\n",
            "from copy import copy",
            "from abc import ABC; from copy import copy; from typing import Any",
        ),
        (
            "from typing import Any\n",
            "from copy import copy",
            "from copy import copy; from typing import Any",
        ),
        (
            "from __future__ import annotations\nimport app\n",
            "from copy import copy",
            "from __future__ import annotations; |; from copy import copy; import app",
        ),
        ("import app\n", "from copy import copy", "from copy import copy; |; import app"),
        ("import os\n", "from app.ws import get", "import os; |; from app.ws import get"),
        (
            "import os\nimport requests\nfrom . import x\n",
            "from lib.ws import get",
            "import os; import requests; |; from lib.ws import get; from . import x",
        ),
        (
            "import app\nfrom .ws import a\n",
            "from ..x import b",
            "import app; from ..x import b; from .ws import a",
        ),
        (
            "from abc import ABC\nimport os\nfrom typing import Any\n",
            "from copy import copy",
            "from abc import ABC; from copy import copy; import os; from typing import Any",
        ),
        (
            "import os\nimport sys\nfrom typing import Any\n",
            "import copy",
            "import copy; import os; import sys; from typing import Any",
        ),
        (
            "from Zoo import a\nfrom ant import b\n",
            "from bee import c",
            "from Zoo import a; from ant import b; from bee import c",
        ),
        ("import app\nimport os\n", "from copy import copy", "no order"),
        ("import app; import os\n", "from copy import copy", "no order"),
        ("x = 1\n", "from copy import copy", "no order"),
    ],
)
def test_an_import_stands_in_its_section_by_the_name_of_its_module(
    imports: str, statement: str, wanted: str
) -> None:
    assert placed(imports, statement) == wanted
