"""The json module of Python."""
import json
import platform

from rows import run


def ask(question, data):
    json.loads(data)
    return True, [], ""


run("Python json", platform.python_version(), ["texts"], ask)
