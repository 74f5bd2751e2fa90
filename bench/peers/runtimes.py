"""The OCI runtimes."""
import itertools
import shutil

from .timing import Command


def all_of(programs, work, bundle):
    """Each with a state folder of its own; a container's name is used once."""
    number = itertools.count()

    def command(name, path):
        return Command(name, lambda: [path, "--root", str(work / f"{name}-state"), "run", "--bundle",
                                      str(bundle), f"bench-{next(number)}"])

    return [command("minirun", str(programs / "minirun")),
            *(command(name, shutil.which(name)) for name in ("runc", "crun") if shutil.which(name))]
