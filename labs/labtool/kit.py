"""What an instructor hands out: the student's kit and Gradescope's autograder, with no solution.

Both carry ready workspaces. Where another lab's solution is needed to build, it is there compiled,
never as source.
"""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from . import marks, workspace
from .course import Lab, marked_files
from .errors import LabError

LABS_FOLDER = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(LABS_FOLDER.parent / "docs"))
from woven import quotes  # noqa: E402

SHORTEST_LINE = 12  # shorter lines ("}", "return 0;") give nothing away


def make(root: Path, labs: list[Lab], out: Path, build: Path) -> int:
    """Writes the kit; returns how many files are in it."""
    check_ending(out, ".tar.gz")
    with tempfile.TemporaryDirectory(prefix="minidock-kit-") as place:
        kit = Path(place) / "minidock-labs"
        copy_tool(root, kit)
        copy_source(root, kit)
        for lab in labs:
            workspace.start(lab, kit / "workspaces" / lab.number, build)
            copy_text(lab, kit)
        shutil.copy(LABS_FOLDER / "template" / "kit.md", kit / "README.md")
        shutil.copy(root / "LICENSE", kit / "LICENSE")
        workflows = kit / ".github" / "workflows"
        workflows.mkdir(parents=True)
        shutil.copy(LABS_FOLDER / "template" / "classroom.yml", workflows / "classroom.yml")
        refuse_leaks(root, kit)
        return pack(kit, out)


def make_autograder(lab: Lab, out: Path, build: Path) -> None:
    """Writes the zip that Gradescope takes as an autograder."""
    check_ending(out, ".zip")
    with tempfile.TemporaryDirectory(prefix="minidock-kit-") as place:
        folder = Path(place)
        copy_tool(lab.root, folder)
        workspace.start(lab, folder / "workspaces" / lab.number, build)
        for name in ("setup.sh", "run_autograder"):
            text = (LABS_FOLDER / "template" / name).read_text()
            workspace.write(folder / name, text.replace("@LAB@", lab.number))
            (folder / name).chmod(0o755)
        refuse_leaks(lab.root, folder)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files_in(folder):
                archive.write(path, path.relative_to(folder))


def check_ending(out: Path, ending: str) -> None:
    """An archive is what its name says."""
    if not out.name.endswith(ending):
        raise LabError(f"{out}: name it *{ending}")


def copy_tool(root: Path, kit: Path) -> None:
    """This tool, and the list of packages that a workspace builds with."""
    (kit / "labs").mkdir(parents=True)
    shutil.copy(LABS_FOLDER / "lab", kit / "labs" / "lab")
    shutil.copytree(LABS_FOLDER / "labtool", kit / "labs" / "labtool",
                    ignore=shutil.ignore_patterns("__pycache__"))
    # The tool makes no kits from a kit, but it reads regions with the same code.
    shutil.copytree(root / "docs" / "woven", kit / "docs" / "woven",
                    ignore=shutil.ignore_patterns("__pycache__"))
    (kit / "scripts").mkdir()
    shutil.copy(root / "scripts" / "packages", kit / "scripts" / "packages")


def copy_source(root: Path, kit: Path) -> None:
    """The engine's source, to be read beside the texts, with the holes of all labs."""
    shutil.copytree(root / "minidock", kit / "minidock")
    for path in marked_files(root):
        name = path.relative_to(root)
        if name.parts[0] == "minidock":
            (kit / name).write_text(shown_source(path.read_text(), str(name)))


def copy_text(lab: Lab, kit: Path) -> None:
    """The chapter's text and drawings. Where it quotes a solution, it shows the task."""
    chapter = lab.chapter.relative_to(lab.root)

    def read(file: str) -> str:
        return shown_source((lab.root / file).read_text(), file)

    for path in sorted(lab.chapter.glob("**/*.md")):
        name = path.relative_to(lab.root)
        if "lab" not in name.parts:
            workspace.write(kit / name, quotes.weave(path.read_text(), str(name.parent), read))
    workspace.write(kit / chapter / "lab" / "handout.md",
                    (lab.chapter / "lab" / "handout.md").read_text())
    if (lab.chapter / "figures").exists():
        shutil.copytree(lab.chapter / "figures", kit / chapter / "figures")


def shown_source(source: str, name: str) -> str:
    """A source file with each lab's task in the place of its code."""
    return marks.rewrite(source, name, shown_region)


def shown_region(region: marks.Region) -> list[str]:
    """A hole for readers. A region that a text quotes may begin or end inside it: its marks stay."""
    named = [line for line in region.body if quotes.REGION_MARK.match(line)]
    opening = [line for line in named if "[/" not in line]
    closing = [line for line in named if "[/" in line]
    task = f"{region.indent}// Your work in lab {region.task}: {region.text}"
    return [*opening, task, *closing]


def files_in(folder: Path) -> list[Path]:
    """All files below a folder, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def pack(kit: Path, out: Path) -> int:
    """Writes the archive. The same kit gives the same bytes but for gzip's time stamp."""
    files = files_in(kit)

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = info.mtime = 0
        info.uname = info.gname = ""
        return info

    with tarfile.open(out, "w:gz") as archive:
        for path in files:
            archive.add(path, os.path.relpath(path, kit.parent), filter=plain)
    return len(files)


def refuse_leaks(root: Path, kit: Path) -> None:
    """The last word on "no solution in it": searches the whole kit for lines of solutions."""
    found = leaks(secret_lines(root), kit)
    if found:
        raise LabError("a solution would be handed out:\n" + "\n".join(found))


def secret_lines(root: Path) -> set[str]:
    """The lines that only solutions have: nothing else in the source, bare of its marks, has them."""
    secret: set[str] = set()
    public: set[str] = set()
    for path in [*root.glob("minidock/**/*.[ch]pp"), *root.glob("chapters/**/*.[ch]pp"),
                 *root.glob("tests/**/*.[ch]pp")]:
        for piece in marks.split(path.read_text(), str(path.relative_to(root))):
            if isinstance(piece, marks.Region):
                secret |= {line.strip() for line in piece.body}
            else:
                public.add(piece.strip())
    return {line for line in secret - public if len(line) >= SHORTEST_LINE}


def leaks(secret: set[str], folder: Path) -> list[str]:
    """Where lines of solutions stand in a folder."""
    wanted = {line.encode() for line in secret}
    found: list[str] = []
    for path in files_in(folder):
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            if line.strip() in wanted:
                found.append(f"{path.relative_to(folder)}:{number}: {line.strip().decode()}")
    return found
