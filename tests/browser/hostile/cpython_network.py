# What only CPython has: sockets, urllib, and Pyodide's own helpers.
sink = "SINK"


def attempt(name, work):
    try:
        work()
        print(name + ": REACHED")
    except BaseException as error:
        print(name + ": refused")


def urllib_open():
    import urllib.request

    urllib.request.urlopen(sink + "py-urllib", timeout=2).read()


def plain_socket():
    import socket

    host, port = sink.split("/")[2].split(":")
    socket.create_connection((host, int(port)), timeout=2).send(b"GET /py-socket HTTP/1.0\r\n\r\n")


def open_url():
    from pyodide.http import open_url

    open_url(sink + "py-open-url")


def run_js():
    from pyodide.code import run_js

    run_js("new XMLHttpRequest()")


def subprocess():
    import os

    if os.system("curl " + sink + "py-system") != 0:
        raise OSError


attempt("urllib", urllib_open)
attempt("socket", plain_socket)
attempt("open_url", open_url)
attempt("run_js", run_js)
attempt("os.system", subprocess)
