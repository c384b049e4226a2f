"""Python websockets, without I/O."""
import websockets.version
from websockets.connection import Connection, Side, State
from websockets.frames import Close, Opcode

from rows import run

END = {"client": bytes.fromhex("818800000000776972652d656e64"), "server": bytes.fromhex("8108776972652d656e64")}


def ask(question, data):
    sender = question["from"]
    connection = Connection(Side.SERVER if sender == "client" else Side.CLIENT, state=State.OPEN, max_size=64 * 1024 * 1024)
    connection.receive_data(data + END[sender])
    got, pieces, kind, ended = [], [], None, False
    for frame in connection.events_received():
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            kind = frame.opcode if frame.opcode is not Opcode.CONT else kind
            pieces.append(bytes(frame.data))
            if frame.fin:
                message, pieces = b"".join(pieces), []
                if kind is Opcode.TEXT and message == b"wire-end":
                    ended = True
                else:
                    got.append("text " + message.decode() if kind is Opcode.TEXT else "binary " + message.hex())
        elif frame.opcode is Opcode.CLOSE and connection.parser_exc is None:
            got.append(f"close {Close.parse(frame.data).code}")
            ended = True
    if connection.parser_exc is not None and not (ended and got and got[-1].startswith("close")):
        return False, got, str(connection.parser_exc)
    return ended, got, "" if ended else "it waits"


run("Python websockets", websockets.version.version, ["frames"], ask)
