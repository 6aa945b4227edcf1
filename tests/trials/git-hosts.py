#!/usr/bin/env python3
"""Git hosts on the loopback interface, for trials: tags by `git http-backend` (smart HTTP), archives of tags by `git archive`.

git-hosts.py PORT DIRECTORY: DIRECTORY has bare repositories as HOST/OWNER/NAME.git. Asked as a source mirror is: by host and path.
The archives are those that GitHub makes: the prefix is NAME-VERSION, gzip has no name and no time.
"""
import os, re, subprocess, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = os.path.abspath(sys.argv[2])
ARCHIVE = re.compile(r"^/(?P<repo>[^/]+/[^/]+/[^/]+)/archive/refs/tags/(?P<tag>.+)\.tar\.gz$")


class Host(BaseHTTPRequestHandler):
    def log_message(self, *_):
        print(self.command, self.path, flush=True)

    def do_GET(self):
        match = ARCHIVE.match(self.path)
        if match:
            self.archive(match["repo"], match["tag"])
        else:
            self.backend(b"")

    def do_POST(self):
        self.backend(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def archive(self, repo, tag):
        directory = os.path.join(ROOT, repo + ".git")
        prefix = repo.split("/")[-1] + "-" + re.sub(r"^v(?=\d)", "", tag.replace("/", "-")) + "/"
        made = subprocess.run(["git", "-C", directory, "archive", "--format=tar", "--prefix=" + prefix, "refs/tags/" + tag], capture_output=True)
        if made.returncode:
            return self.answer(404, [], b"")
        self.answer(200, [("Content-Type", "application/x-gzip")], subprocess.run(["gzip", "-n"], input=made.stdout, capture_output=True).stdout)

    def backend(self, body):
        path, _, query = self.path.partition("?")
        environment = dict(os.environ, GIT_PROJECT_ROOT=ROOT, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command,
                           REMOTE_ADDR="127.0.0.1", CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)),
                           GIT_PROTOCOL=self.headers.get("Git-Protocol", ""), GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="safe.directory", GIT_CONFIG_VALUE_0="*")
        made = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True).stdout
        head, _, content = made.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n") if ": " in line]
        status = next((int(value.split()[0]) for name, value in headers if name == "Status"), 200)
        self.answer(status, [header for header in headers if header[0] != "Status"], content)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Host).serve_forever()
