"""A student's workspace: the lab's files with holes, and everything else finished.

A workspace is a small checkout, with the engine's own folders and CMake lists. The modules'
headers are there to be read; their code is in .lab/finished/, as libraries, less what the lab
asks for. So it builds in seconds, and can be carried to another machine.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

from . import course, marks
from .course import Lab, LabTest
from .errors import LabError

MODULE = re.compile(r"minidock_module\((?P<name>\w+)(?P<rest>[^)]*)\)")
USES = re.compile(r"USES\s+((?:[a-z_]+\s*)+)")
TARGET = re.compile(r"\bminidock_(\w+)")
WORDS = re.compile(r"chapter\d\d_words")
PACKAGE = re.compile(r"^find_package\((\w+).*$", re.MULTILINE)
TEMPLATE = Path(__file__).resolve().parent.parent / "template"


class Workspace:
    """A folder that `lab start` made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        sheet = self.folder / ".lab" / "lab.json"
        if not sheet.exists():
            raise LabError(f"{folder} is no workspace: make one with: labs/lab start NN DIR")
        data = json.loads(sheet.read_text())
        self.number = str(data["number"])
        self.title = str(data["title"])
        self.files = [str(name) for name in data["files"]]
        self.tasks = {str(task): str(text) for task, text in data["tasks"].items()}
        self.tests = [LabTest(**test) for test in data["tests"]]
        self.hints = course.read_hints(self.folder / ".lab" / "hints.md")

    def fill(self, solutions: dict[str, list[str]]) -> None:
        """Puts the reference into the student's files, for these tasks."""
        for name in self.files:
            path = self.folder / name
            path.write_text(marks.fill(path.read_text(), name, solutions))


def check_empty(folder: Path) -> None:
    """Refuses to write over somebody's work."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LabError(f"{folder} is there already: choose another folder, or remove it")


def start(lab: Lab, folder: Path, build: Path) -> None:
    """Makes the workspace of a lab. `build` is a finished build of the checkout."""
    check_empty(folder)
    modules = modules_used(lab)
    copy_modules(lab, modules, folder)
    copy_chapter(lab, folder)
    for earlier in earlier_chapters(lab):
        copy_words(lab, earlier, folder, build)
    for name in lab.files:
        write(folder / name, lab.cut_file(name))
    for module in modules:
        archive = folder / ".lab" / "finished" / f"libminidock_{module}.a"
        make_archive(lab, build, module, archive)
    copy_objects(lab, folder, build)
    write_sheet(lab, folder)


def modules_used(lab: Lab) -> list[str]:
    """The modules that the chapter stands on, with those they stand on, lowest first."""
    listed = re.findall(r"^add_subdirectory\((\w+)\)",
                        (lab.root / "minidock" / "CMakeLists.txt").read_text(), re.MULTILINE)
    uses: dict[str, list[str]] = {}
    for name in listed:
        text = (lab.root / "minidock" / name / "CMakeLists.txt").read_text()
        if module := MODULE.search(text):
            uses[name] = names_used(module["rest"])
    wanted = ["base"]
    for file in lab.lists():
        wanted += names_used(file.read_text())
    for chapter in [*earlier_chapters(lab), lab.chapter]:
        wanted += [name.removeprefix("minidock_") for name in words_of(chapter)]
    wanted += [Path(name).parts[1] for name in lab.files if name.startswith("minidock/")]
    closed: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in uses and name not in closed:
            closed.add(name)
            wanted += uses[name]
    return [name for name in listed if name in closed]


def names_used(text: str) -> list[str]:
    """The modules named in a CMake list: after USES, and as targets. (What else begins with
    minidock_ is no module, and not looked up.)"""
    return [*(name for names in USES.findall(text) for name in names.split()),
            *TARGET.findall(text)]


def words_of(chapter: Path) -> list[str]:
    """What the library of a chapter's words is linked with; nothing when it has none."""
    lists = chapter / "CMakeLists.txt"
    if not lists.exists():  # the chapter's program is one of the engine's own
        return []
    links = re.search(rf"target_link_libraries\({WORDS.pattern} PUBLIC ([^)]*)\)", lists.read_text())
    return links[1].split() if links else []


def earlier_chapters(lab: Lab) -> list[Path]:
    """The chapters whose words this one's program knows too, the first one first."""
    found: list[Path] = []
    chapter = lab.chapter
    while earlier := [name for name in words_of(chapter) if WORDS.fullmatch(name)]:
        number = earlier[0].removeprefix("chapter").removesuffix("_words")
        chapter = next(lab.root.glob(f"chapters/{number}-*"))
        found.insert(0, chapter)
    return found


def copy_words(lab: Lab, chapter: Path, folder: Path, build: Path) -> None:
    """An earlier chapter's words: the header, and the finished library."""
    own = chapter.relative_to(lab.root)
    name = f"chapter{chapter.name[:2]}_words"
    archive = build / own / f"lib{name}.a"
    if not archive.exists():
        raise LabError(f"{archive} is not built: cmake --build {build}")
    for header in chapter.glob("*.hpp"):
        write(folder / own / header.name, header.read_text())
    finished = folder / ".lab" / "finished" / archive.name
    finished.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(archive, finished)
    run(["strip", "--strip-debug", str(finished)], "cannot make a library")
    write(folder / own / "CMakeLists.txt",
          f"add_library({name} STATIC IMPORTED GLOBAL)\n"
          f"set_target_properties({name} PROPERTIES\n"
          f"  IMPORTED_LOCATION ${{CMAKE_SOURCE_DIR}}/.lab/finished/{archive.name}\n"
          f"  INTERFACE_LINK_LIBRARIES \"{';'.join(words_of(chapter))}\")\n")


def run(command: list[str], complaint: str) -> None:
    """Runs a tool; its output is shown only when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError as problem:
        raise LabError(f"{command[0]} is not installed: sudo apt install {command[0]}") from problem
    if done.returncode != 0:
        raise LabError(f"{complaint}: {' '.join(command)}\n{(done.stdout + done.stderr).rstrip()}")


def copy_modules(lab: Lab, modules: list[str], folder: Path) -> None:
    """The modules' headers and CMake lists; none of their code."""
    for module in modules:
        source = lab.root / "minidock" / module
        shutil.copytree(source, folder / "minidock" / module,
                        ignore=shutil.ignore_patterns("*.cpp"))
    lists = "".join((file.read_text() for file in [
        lab.root / "tests" / "support" / "CMakeLists.txt",
        *(lab.root / "minidock" / module / "CMakeLists.txt" for module in modules),
        *(chapter / "CMakeLists.txt" for chapter in earlier_chapters(lab)),
        *lab.lists()]))
    packages = [found[0] for found in PACKAGE.finditer(
        (lab.root / "minidock" / "CMakeLists.txt").read_text()) if f"{found[1]}::" in lists]
    apps = [name for name in lab.sheet.folders if name.startswith("minidock/")]
    add = [*modules, *(str(Path(name).relative_to("minidock")) for name in apps)]
    write(folder / "minidock" / "CMakeLists.txt", "\n".join(
        [*packages, "", *(f"add_subdirectory({name})" for name in add), ""]))


def copy_chapter(lab: Lab, folder: Path) -> None:
    """The chapter's program and tests, what tests share, and the workspace's own CMake list. No
    text: it quotes solutions, of earlier labs too."""
    for name in [str(lab.chapter.relative_to(lab.root)), *lab.sheet.folders]:
        shutil.copytree(lab.root / name, folder / name,
                        ignore=shutil.ignore_patterns("*.md", "figures", "lab", "__pycache__"))
    for header in lab.root.glob("chapters/*.hpp"):  # what chapter programs share
        shutil.copy(header, folder / "chapters" / header.name)
    shutil.copytree(lab.root / "tests" / "support", folder / "tests" / "support")
    shutil.copytree(lab.root / "scripts" / "cmake", folder / "scripts" / "cmake")
    shutil.copy(lab.chapter / "lab" / "handout.md", folder / "handout.md")
    shutil.copy(TEMPLATE / "lab.hpp", folder / "lab.hpp")
    shutil.copy(TEMPLATE / "gitignore", folder / ".gitignore")
    shutil.copy(TEMPLATE / "CMakeLists.txt", folder / "CMakeLists.txt")
    tests = [name for name in lab.sheet.folders if name.startswith("tests/")]
    write(folder / "tests" / "CMakeLists.txt", "".join(
        f"add_subdirectory({Path(name).relative_to('tests')})\n"
        for name in ["tests/support", *tests]))
    packages = PACKAGE.finditer((lab.chapter.parent / "CMakeLists.txt").read_text())
    chapters = [chapter.name for chapter in [*earlier_chapters(lab), lab.chapter]
                if (chapter / "CMakeLists.txt").exists()]
    write(folder / "chapters" / "CMakeLists.txt", "\n".join(
        [*(found[0] for found in packages), "",
         *(f"add_subdirectory({name})" for name in chapters), ""]))


def make_archive(lab: Lab, build: Path, module: str, archive: Path) -> None:
    """A module's library, less the files that the student writes."""
    objects_folder = build / "minidock" / module / "CMakeFiles" / f"minidock_{module}.dir"
    own = {str(Path(name).relative_to(f"minidock/{module}")) + ".o"
           for name in lab.files if name.startswith(f"minidock/{module}/")}
    sources = lab.root / "minidock" / module
    paths = [path.relative_to(sources) for path in sorted(sources.glob("**/*.cpp"))]
    # What a module brings to the client is a library of its own (scripts/cmake/modules.cmake).
    names = [f"{path}.o" for path in paths if path.parts[0] != "client"]
    objects = [objects_folder / name for name in names if name not in own]
    missing = [path for path in objects if not path.exists()]
    if missing:
        raise LabError(f"{missing[0]} is not built: cmake --build {build}")
    archive.parent.mkdir(parents=True, exist_ok=True)
    # "q" and not "r": two files of one name in two folders are two members.
    run(["ar", "qcs", str(archive), *map(str, objects)], "cannot make a library")
    run(["strip", "--strip-debug", str(archive)], "cannot make a library")


def copy_objects(lab: Lab, folder: Path, build: Path) -> None:
    """What is built of the chapter's tests and program, to be linked as long as nobody edits them.

    Most of a workspace's first build would be GoogleTest's headers, read by each test anew.
    """
    for lists in [lab.root / "tests/support/CMakeLists.txt", *lab.lists()]:
        place = lists.parent.relative_to(lab.root)
        for built in sorted((build / place / "CMakeFiles").glob("*.dir/**/*.o")):
            target, *inside = built.relative_to(build / place / "CMakeFiles").parts
            source = lists.parent / Path(*inside).with_suffix("")
            if may_be_finished(lab, source):
                name = Path(target).stem
                copy = folder / ".lab" / "finished" / "objects" / name / Path(*inside)
                copy.parent.mkdir(parents=True, exist_ok=True)
                run(["strip", "--strip-debug", "-o", str(copy), str(built)], "cannot copy")
                digest = hashlib.sha256(source.read_bytes()).hexdigest()
                write(copy.with_suffix(".sha256"), digest)


def may_be_finished(lab: Lab, source: Path) -> bool:
    """Whether a source's object is as good elsewhere: the student's own files and those that know
    the build's folder by its path are compiled in the workspace."""
    if not source.exists() or str(source.relative_to(lab.root)) in lab.files:
        return False
    return not re.search(r"MINIDOCK_(BIN|SOURCE)_DIR", source.read_text())


def write_sheet(lab: Lab, folder: Path) -> None:
    """What `lab check` needs to know."""
    shutil.copy(TEMPLATE / "finished.cmake", folder / ".lab" / "finished.cmake")
    shutil.copy(lab.chapter / "lab" / "hints.md", folder / ".lab" / "hints.md")
    sheet = {"number": lab.number, "title": lab.sheet.title, "files": sorted(lab.files),
             "tasks": lab.tasks, "tests": [vars(test) for test in lab.sheet.tests]}
    write(folder / ".lab" / "lab.json", json.dumps(sheet, indent=2, ensure_ascii=False) + "\n")


def write(path: Path, text: str) -> None:
    """Writes a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
