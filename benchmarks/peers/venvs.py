"""The environment of a peer: made when there is none, and anew when its pins or our Python have changed."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
VENVS = HERE.parents[1] / ".venvs"
QUIET = ("--quiet", "--disable-pip-version-check")


class VenvError(Exception):
    """An environment that cannot be made; says why in one line."""


def python_of(peer: str) -> Path:
    """The interpreter of the peer's environment, with all of requirements/<peer>.txt and nothing else.

    Raises:
        VenvError: It cannot be made.
    """
    requirements, venv = HERE / "requirements" / f"{peer}.txt", VENVS / peer
    python, ready = venv / "bin" / "python", venv / "ready"
    wanted = f"# Python {sys.version}\n{requirements.read_text(encoding='utf-8')}"
    if not ready.is_file() or ready.read_text(encoding="utf-8") != wanted:
        print(f"making the environment of {peer}", file=sys.stderr, flush=True)
        _run(peer, sys.executable, "-m", "venv", "--clear", str(venv))
        _run(peer, str(python), "-m", "pip", "install", *QUIET, "--no-deps", "-r", str(requirements))
        ready.write_text(wanted, encoding="utf-8")
    return python


def _run(peer: str, *command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
        raise VenvError(f"{peer}: its environment cannot be made: {said[-1]}")
