"""The projects over real data: their definitions lie here, the data where the `real_data` fixture says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from metricdsl.engine.project import Project, open_project

HERE = Path(__file__).parent


@pytest.fixture
def real_project(real_data: Path, tmp_path: Path) -> Callable[..., Project]:
    """Opens a project of this folder on its data; `edit` may change the definitions first."""

    def opened(name: str, edit: Callable[[str], str] = lambda text: text) -> Project:
        folder = tmp_path / name
        (folder / "definitions").mkdir(parents=True)
        data = (real_data / name).as_posix()
        text = (HERE / name / "metricdsl.toml").read_text(encoding="utf-8").replace("DATA", data)
        (folder / "metricdsl.toml").write_text(text, encoding="utf-8")
        for path in (HERE / name / "definitions").glob("*.metric"):
            edited = edit(path.read_text(encoding="utf-8"))
            (folder / "definitions" / path.name).write_text(edited, encoding="utf-8")
        return open_project(folder)

    return opened
