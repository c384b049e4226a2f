"""h11: its server as a reader of requests, its client as a reader of responses."""
import h11

from rows import run

BODY_OF_REQUEST = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


def read(connection, data, ends):
    connection.receive_data(data)
    if ends:
        connection.receive_data(b"")
    body, status = b"", None
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            return False, [], "it waits"
        if isinstance(event, (h11.Request, h11.Response)):
            status = getattr(event, "status_code", None)
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            text = body.decode("latin-1")
            return True, [text] if status is None else [str(status), text], ""
        elif isinstance(event, h11.ConnectionClosed):
            return False, [], "the end came too early"
        elif event is h11.PAUSED:
            return False, [], "it pauses"


def ask(question, data):
    if question["kind"] != "responses":
        return read(h11.Connection(h11.SERVER), data if question["kind"] == "requests" else BODY_OF_REQUEST + data, False)
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    client.send(h11.EndOfMessage())
    return read(client, data, True)


run("h11", h11.__version__, ["requests", "responses", "bodies"], ask)
