"""A daemon of the test's own, and requests to it."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def message(self):
        try:
            return self.json().get("message", "")
        except (ValueError, AttributeError):
            return ""


class Daemon:
    def __init__(self, bin_folder):
        self.folder = tempfile.mkdtemp(prefix="minidock-api-spec-")
        self.socket = os.path.join(self.folder, "minidock.sock")
        self.group = "/" + os.path.basename(self.folder)
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            [os.path.join(bin_folder, "minidockd"), "--bridge", "none", "--host", "unix://" + self.socket,
             "--data-root", self.folder + "/data", "--exec-root", self.folder + "/run",
             "--cgroup-parent", self.group],
            stdout=self.log, stderr=self.log)
        self.wait_for_socket()
        image = os.path.join(bin_folder, "../share/minidock/busybox.tar")
        with open(image, "rb") as file:
            self.ask("POST", "/images/load", file.read(), content_type="application/x-tar")

    def wait_for_socket(self):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                self.ask("GET", "/_ping")
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the daemon does not answer; its log: " + self.log.name)

    def ask(self, method, target, body=None, content_type="application/json", timeout=20):
        connection = UnixConnection(self.socket, timeout)
        try:
            data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
            connection.request(method, target, data, {"Content-Type": content_type})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def close(self):
        for container in self.ask("GET", "/containers/json?all=1").json():
            self.ask("DELETE", f"/containers/{container['Id']}?force=1&v=1")
        for network in self.ask_list("/networks"):
            self.ask("DELETE", "/networks/" + network["Id"])
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.log.close()
        for tree in ["/sys/fs/cgroup"] + ["/sys/fs/cgroup/" + name
                                          for name in os.listdir("/sys/fs/cgroup")]:
            if os.path.isdir(tree + self.group):
                os.rmdir(tree + self.group)
        shutil.rmtree(self.folder)

    def ask_list(self, target):
        answer = self.ask("GET", target)
        return answer.json() if answer.status == 200 else []
