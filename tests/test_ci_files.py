"""What CI services are told, by ``action.yml`` and by the pages, is valid, and its commands work.

The services themselves can't be had here: their files are checked against the schemas that
``check-jsonschema`` brings, the action's steps are run by bash as a runner does, and each command of a
snippet is run in the example.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
import yaml
from checkout import copy_project, package_index_problem
from doc_pages import ROOT, Block, all_pages, blocks_of
from test_doc_commands import copy_of, run_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.same_again

ACTION: Final = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS: Final = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}
SNIPPETS: Final = [block for page in all_pages() for block in blocks_of(page) if block.language == "yaml"]
BEFORE: Final = "examples/chat_backend/before"
PROGRAMS: Final = Path(sys.executable).parent


def check_schema(name: str, *files: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        f"vendor.{name}",
        *map(str, files),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# -- the action


class Step(NamedTuple):
    """What a step of the action left."""

    status: int
    printed: str
    outputs: dict[str, str]


class Runner:
    """Runs steps of the action as GitHub's runner would, as far as they use it."""

    def __init__(self, folder: Path, **inputs: str) -> None:
        self.folder = folder
        unknown = inputs.keys() - ACTION["inputs"].keys()
        assert not unknown, unknown
        defaults = {name: given["default"] for name, given in ACTION["inputs"].items()}
        self.values = {f"inputs.{name}": value for name, value in {**defaults, **inputs}.items()}

    def filled_in(self, text: str) -> str:
        return re.sub(r"\$\{\{ *(\S+) *\}\}", lambda found: self.values[found[1]], text)

    def run(self, name: str, *, workspace: Path, **environment: str) -> Step:
        (step,) = (step for step in ACTION["runs"]["steps"] if step["id"] == name)
        script, outputs = self.folder / f"{name}.sh", self.folder / f"{name}.outputs"
        script.write_text(step["run"], encoding="utf-8")
        outputs.touch()
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=workspace / self.filled_in(step.get("working-directory", ".")),
            env={
                **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
                "CI": "true",
                "GITHUB_ACTION_PATH": str(self.folder / "action"),
                "GITHUB_OUTPUT": str(outputs),
                "GITHUB_WORKSPACE": str(workspace),
                "RUNNER_TEMP": str(self.folder),
                **{name: self.filled_in(value) for name, value in step["env"].items()},
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = (line.partition("=") for line in outputs.read_text("utf-8").splitlines())
        made = {key: value for key, _, value in lines}
        self.values.update({f"steps.{name}.outputs.{key}": value for key, value in made.items()})
        return Step(done.returncode, done.stdout, made)

    def check(self, workspace: Path) -> Step:
        """Run the second step, with the linter that is tested here."""
        self.values["steps.install.outputs.program"] = str(PROGRAMS / "ssot-lint")
        return self.run("check", workspace=workspace)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace whose project is in a folder below it."""
    folder = tmp_path / "workspace"
    copy_of(BEFORE, folder / "chat backend")
    return folder


def test_the_action_is_a_valid_one() -> None:
    check_schema("github-actions", ROOT / "action.yml")


def test_the_action_puts_no_input_into_a_script() -> None:
    """What stands in an input would be run; it has to come by the environment."""
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"], step["name"]
        assert step["shell"] == "bash"


def test_the_action_installs_itself_into_an_environment_of_its_own(tmp_path: Path) -> None:
    if problem := package_index_problem():
        pytest.skip(problem)
    copy_project(tmp_path / "action")
    step = Runner(tmp_path, python=sys.executable).run("install", workspace=tmp_path, PIP_NO_DEPS="1")
    assert step.status == 0, step.printed
    program = Path(step.outputs["program"])
    assert program.is_relative_to(tmp_path)
    assert program.is_file()
    assert list(tmp_path.glob("ssot-lint/lib/python*/site-packages/ssot_lint/cli/app.py"))


def test_the_action_installs_the_version_that_is_asked_for(tmp_path: Path) -> None:
    """Our environment's Python stands in, and writes down what it is to install."""
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nmkdir -p "$3/bin"\ncp "$0.pip" "$3/bin/python"\n', encoding="utf-8")
    python.with_name("python.pip").write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    for script in (python, python.with_name("python.pip")):
        script.chmod(0o755)
    step = Runner(tmp_path, python=str(python), version="0.1.0").run("install", workspace=tmp_path)
    assert step.printed.split()[:3] == ["-m", "pip", "install"]
    assert step.printed.split()[-1] == "ssot-lint==0.1.0"


def test_the_action_shows_findings_and_fails(tmp_path: Path, workspace: Path) -> None:
    step = Runner(tmp_path, **{"working-directory": "chat backend"}).check(workspace)
    assert (step.status, step.outputs) == (1, {"status": "1"})
    assert (
        len(re.findall(r"^::error title=ssot-lint \(SST\d{3}\),file=chat/", step.printed, re.MULTILINE)) == 50
    )


def test_the_action_passes_paths_and_options_on(tmp_path: Path, workspace: Path) -> None:
    """Words are taken apart as a shell would, and nothing in them is run."""
    inputs = {
        "working-directory": "chat backend",
        "paths": "chat/agents 'chat/ws/factory.py'\nchat/limits.py",
        "args": "--select SST2,SST4 --per-file-ignores 'chat/ws/factory.py:SST402' --exit-zero",
    }
    step = Runner(tmp_path, **inputs).check(workspace)
    assert (step.status, step.outputs) == (0, {"status": "0"})
    codes = re.findall(r"\((SST\d{3})\),file=(chat/\w+)", step.printed)
    assert codes == [
        ("SST201", "chat/agents"),
        ("SST405", "chat/agents"),
        ("SST204", "chat/agents"),
        ("SST205", "chat/agents"),
        ("SST404", "chat/agents"),
        ("SST401", "chat/limits"),
    ]
    hostile = Runner(tmp_path, paths="$(touch hacked) `touch hacked` ; touch hacked").check(workspace)
    assert hostile.status == 2
    assert not list(workspace.rglob("hacked"))


def test_the_action_writes_a_sarif_log_beside(tmp_path: Path, workspace: Path) -> None:
    inputs = {"working-directory": "chat backend", "sarif": "found.sarif", "paths": "chat/metrics.py"}
    step = Runner(tmp_path, **inputs).check(workspace)
    assert step.status == 1
    assert step.outputs == {"status": "1", "sarif": "chat backend/found.sarif"}
    log = json.loads((workspace / step.outputs["sarif"]).read_text("utf-8"))
    assert log["version"] == "2.1.0"
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["SST407"]
    assert step.printed.count("SST407") == 2  # the code is in the annotation's title and in its text


def test_the_action_tells_when_the_work_could_not_be_done(tmp_path: Path, workspace: Path) -> None:
    step = Runner(tmp_path, args="--baseline nowhere.json", sarif="found.sarif").check(workspace)
    assert (step.status, step.outputs) == (2, {"status": "2"})  # no log, so none to be uploaded
    assert "nowhere.json: there is no such baseline" in step.printed


def test_the_outputs_of_the_action_are_those_of_its_steps() -> None:
    steps = {step["id"]: step["run"] for step in ACTION["runs"]["steps"]}
    for output in ACTION["outputs"].values():
        (found,) = re.findall(r"^\$\{\{ steps\.(\w+)\.outputs\.(\w+) \}\}$", output["value"])
        assert f'echo "{found[1]}=' in steps[found[0]]


# -- the snippets of the pages


def as_workflow(block: Block) -> str:
    """Return the snippet as a whole workflow: many show steps alone."""
    if not block.text.startswith("- "):
        return block.text
    return f"on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n{indent(block.text, ' ' * 6)}"


def kind(block: Block) -> str:
    """Return the name of the schema for a snippet; ``pre-commit`` for pre-commit's own."""
    if block.title == ".gitlab-ci.yml":
        return "gitlab-ci"
    if re.search(r"^repos:", block.text, re.MULTILINE):
        return "pre-commit"
    return "github-workflows"


def written(folder: Path, wanted: str) -> list[Path]:
    """Write all snippets of a kind into files."""
    files = []
    for number, block in enumerate(block for block in SNIPPETS if kind(block) == wanted):
        text = as_workflow(block) if wanted == "github-workflows" else block.text
        files.append(folder / f"{number}.yaml")
        files[-1].write_text(text, encoding="utf-8")
    return files


@pytest.mark.parametrize("schema", ["github-workflows", "gitlab-ci"])
def test_the_snippets_follow_the_schema_of_their_service(schema: str, tmp_path: Path) -> None:
    files = written(tmp_path, schema)
    assert files
    check_schema(schema, *files)


def test_the_snippets_for_pre_commit_are_valid_and_name_our_hooks(tmp_path: Path) -> None:
    files = written(tmp_path, "pre-commit")
    for command, paths in (
        ("validate-config", files),
        ("validate-manifest", [ROOT / ".pre-commit-hooks.yaml"]),
    ):
        subprocess.run([sys.executable, "-m", "pre_commit", command, *map(str, paths)], check=True)
    named = {hook["id"] for file in files for hook in hooks_of(yaml.safe_load(file.read_text("utf-8")))}
    assert named <= HOOKS.keys()


def test_what_the_snippets_take_of_the_action_is_there() -> None:
    uses = [step for block in SNIPPETS for step in steps_of(yaml.safe_load(as_workflow(block)))]
    ours = [step for step in uses if step.get("uses", "").startswith("ssot-lint/ssot-lint@")]
    assert ours
    for step in ours:
        assert step.get("with", {}).keys() <= ACTION["inputs"].keys()
    for block in SNIPPETS:
        for name in re.findall(r"steps\.ssot-lint\.outputs\.(\w+)", block.text):
            assert name in ACTION["outputs"]


def test_the_commands_of_the_snippets_work(tmp_path: Path) -> None:
    """In the example, which has findings, and a baseline that is asked for; what mends comes last."""
    found = dict.fromkeys(line for block in SNIPPETS for line in commands_of(block))
    commands = sorted(found, key=lambda command: "--fix" in command)
    assert len(commands) > 5
    folder = copy_of(BEFORE, tmp_path / "before")
    ran = run_commands(["ssot-lint baseline", *commands], folder, tmp_path)
    assert ran[0].status == 0
    for command, result in zip(commands, ran[1:], strict=True):
        assert result.status == (0 if re.search("--baseline|--exit-zero", command) else 1), (command, result)


def test_the_report_for_gitlab_is_where_its_job_says(tmp_path: Path) -> None:
    (job,) = (yaml.safe_load(block.text)["ssot-lint"] for block in SNIPPETS if kind(block) == "gitlab-ci")
    (command,) = (line for line in job["script"] if line.startswith("ssot-lint"))
    folder = copy_of(BEFORE, tmp_path / "before")
    run_commands([command], folder, tmp_path)
    report = json.loads((folder / job["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
    assert len(report) == 50
    assert (folder / job["cache"]["paths"][0]).is_dir()


def steps_of(workflow: Any) -> Iterator[dict[str, Any]]:
    jobs = workflow.get("jobs", {}) if isinstance(workflow, dict) else {}
    for job in jobs.values():
        yield from job["steps"]


def hooks_of(configuration: Any) -> Iterator[dict[str, Any]]:
    for repository in configuration["repos"]:
        yield from repository["hooks"]


def commands_of(block: Block) -> Iterator[str]:
    """Yield our commands of a snippet, those that its hooks and the action are to run among them."""
    match kind(block):
        case "gitlab-ci":
            for job in yaml.safe_load(block.text).values():
                yield from (line for line in job["script"] if line.startswith("ssot-lint"))
        case "pre-commit":
            for hook in hooks_of(yaml.safe_load(block.text)):
                yield shlex.join([*HOOKS[hook["id"]]["entry"].split(), *hook.get("args", ())])
        case _:
            for step in steps_of(yaml.safe_load(as_workflow(block))):
                if step.get("uses", "").startswith("ssot-lint/"):
                    yield f"ssot-lint check {step.get('with', {}).get('args', '')}".rstrip()
                lines = step.get("run", "").splitlines()
                yield from (line for line in lines if line.startswith("ssot-lint"))
