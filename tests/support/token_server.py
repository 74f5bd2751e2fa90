#!/usr/bin/env python3
"""A token server for docker-registry's "token" authentication, for tests.

    token_server.py PORT CERTIFICATE KEY USER PASSWORD

Gives USER a token for whatever scope is asked for, and anybody else one to pull only. See the
distribution project's "Token Authentication Specification". OpenSSL signs; Python has no RSA.
"""
import base64
import http.server
import json
import subprocess
import sys
import time
import urllib.parse

PORT, CERTIFICATE, KEY, USER, PASSWORD = sys.argv[1:]


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def certificate_in_base64():
    with open(CERTIFICATE) as file:
        lines = file.read().split("-----")[2]
    return "".join(lines.split())


def sign(text):
    return subprocess.run(["openssl", "dgst", "-sha256", "-sign", KEY], input=text.encode(),
                          capture_output=True, check=True).stdout


def access(scopes, known):
    for scope in scopes:
        kind, rest = scope.split(":", 1)
        name, actions = rest.rsplit(":", 1)
        allowed = [a for a in actions.split(",") if known or a == "pull"]
        yield {"type": kind, "name": name, "actions": allowed}


def token(service, scopes, user):
    now = int(time.time())
    header = {"typ": "JWT", "alg": "RS256", "x5c": [certificate_in_base64()]}
    claims = {"iss": "tests", "sub": user, "aud": service, "exp": now + 300, "nbf": now - 10,
              "iat": now, "jti": str(time.time_ns()), "access": list(access(scopes, user != ""))}
    text = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    return text + "." + encode(sign(text))


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        user = ""
        proof = self.headers.get("Authorization", "")
        if proof:
            name, _, password = base64.b64decode(proof.split()[1]).decode().partition(":")
            if (name, password) != (USER, PASSWORD):
                self.send_response(401)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            user = name
        body = json.dumps({"token": token(query["service"][0], query.get("scope", []),
                                          user)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(PORT)), Handler).serve_forever()
