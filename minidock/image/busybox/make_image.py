#!/usr/bin/env python3
"""Makes busybox:latest, the image that comes with minidock, out of Debian's busybox-static.

    make_image.py BUSYBOX OUT.tar

The archive is what `docker save` writes: an OCI layout and a manifest.json in one tar. The same
busybox gives the same bytes, and so the same image ID, on every machine: times are those of the
busybox program in its package, owners are root, and the order is fixed.
"""

import hashlib
import io
import json
import os
import platform
import subprocess
import sys
import tarfile
import time

NAME = "docker.io/library/busybox:latest"
ENVIRONMENT = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}

FOLDERS = {
    "bin": 0o755, "dev": 0o755, "etc": 0o755, "home": 0o755, "proc": 0o755, "root": 0o700,
    "sbin": 0o755, "sys": 0o755, "tmp": 0o1777, "usr": 0o755, "usr/bin": 0o755,
    "usr/sbin": 0o755, "var": 0o755, "var/spool": 0o755, "var/spool/mail": 0o755,
}

FILES = {
    "etc/passwd": """\
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
""",
    "etc/group": """\
root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
mail:x:8:
wheel:x:10:root
cdrom:x:24:
floppy:x:25:
www-data:x:33:
operator:x:37:
shadow:x:42:
utmp:x:43:
audio:x:29:
video:x:44:
users:x:100:
nogroup:x:65534:
""",
    "etc/shadow": "root:*:10933:0:99999:7:::\nnobody:*:10933:0:99999:7:::\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
SECRET = {"etc/shadow"}


def applets(busybox):
    """The paths of all links to busybox, as it knows them itself."""
    listing = subprocess.run([busybox, "--list-full"], check=True, capture_output=True, text=True)
    paths = set(listing.stdout.split())
    paths.discard("bin/busybox")
    # Debian's build puts its init into a place that a container does not look at.
    return sorted(path for path in paths if os.path.dirname(path) in FOLDERS)


def entry(name, kind, mode, mtime, **more):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.mode = mode
    info.mtime = mtime
    for key, value in more.items():
        setattr(info, key, value)
    return info


def make_layer(busybox, mtime):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        def add_file(name, content, mode):
            info = entry(name, tarfile.REGTYPE, mode, mtime, size=len(content))
            tar.addfile(info, io.BytesIO(content))

        for name, mode in sorted(FOLDERS.items()):
            tar.addfile(entry(name, tarfile.DIRTYPE, mode, mtime))
        with open(busybox, "rb") as program:
            add_file("bin/busybox", program.read(), 0o755)
        for path in applets(busybox):
            tar.addfile(entry(path, tarfile.SYMTYPE, 0o777, mtime, linkname="/bin/busybox"))
        for name, text in sorted(FILES.items()):
            add_file(name, text.encode(), 0o600 if name in SECRET else 0o644)
    return out.getvalue()


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def document(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def make_archive(busybox):
    mtime = int(os.stat(busybox).st_mtime)
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(mtime))
    layer = make_layer(busybox, mtime)
    machine = platform.machine()
    architecture = ARCHITECTURES.get(machine, machine)

    config = document({
        "architecture": architecture,
        "os": "linux",
        "created": created,
        "config": {"Cmd": ["sh"], "Env": ENVIRONMENT},
        "rootfs": {"type": "layers", "diff_ids": [digest(layer)]},
        "history": [{"created": created, "created_by": "busybox-static of Debian, with its links",
                     "comment": "comes with minidock"}],
    })
    manifest = document({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                   "digest": digest(config), "size": len(config)},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar",
                    "digest": digest(layer), "size": len(layer)}],
    })
    index = document({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [{
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": digest(manifest), "size": len(manifest),
            "annotations": {"io.containerd.image.name": NAME,
                            "org.opencontainers.image.ref.name": "latest"},
        }],
    })

    def blob_path(content):
        return "blobs/sha256/" + hashlib.sha256(content).hexdigest()

    files = {blob_path(content): content for content in (config, layer, manifest)}
    files["index.json"] = index
    files["oci-layout"] = document({"imageLayoutVersion": "1.0.0"})
    files["manifest.json"] = document([{
        "Config": blob_path(config), "RepoTags": ["busybox:latest"], "Layers": [blob_path(layer)],
    }])

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for folder in ("blobs", "blobs/sha256"):
            tar.addfile(entry(folder, tarfile.DIRTYPE, 0o755, mtime))
        for name, content in sorted(files.items()):
            info = entry(name, tarfile.REGTYPE, 0o644, mtime, size=len(content))
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    busybox, out = sys.argv[1:]
    linkage = subprocess.run(["ldd", busybox], capture_output=True, text=True)
    if linkage.returncode == 0 and "=>" in linkage.stdout:
        sys.exit(f"{busybox} needs shared libraries; install Debian's busybox-static")
    archive = make_archive(busybox)
    with open(out + ".new", "wb") as file:
        file.write(archive)
    os.replace(out + ".new", out)


if __name__ == "__main__":
    main()
