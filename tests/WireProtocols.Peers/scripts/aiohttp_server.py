# aiohttp as an echo: WebSockets at /ws, GET, HEAD, POST and OPTIONS at /; it ends with its input.
import asyncio
import logging
import sys

from aiohttp import WSMsgType, web

logging.disable(logging.CRITICAL)


async def echo(request):
    socket = web.WebSocketResponse(max_msg_size=2**25)
    await socket.prepare(request)
    async for message in socket:
        if message.type == WSMsgType.TEXT:
            await socket.send_str(message.data)
        elif message.type == WSMsgType.BINARY:
            await socket.send_bytes(message.data)
    return socket


async def answer(request):
    if request.method == "POST":
        return web.Response(body=await request.read(), content_type="text/plain")
    if request.method in ("GET", "HEAD"):
        return web.Response(text="hello\n")
    return web.Response(status=204 if request.method == "OPTIONS" else 405, headers={"Allow": "GET, HEAD, POST, OPTIONS"})


async def main(scheme, path):
    application = web.Application(client_max_size=2**25)
    application.add_routes([web.get("/ws", echo), web.route("*", "/{tail:.*}", answer)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"{scheme}://127.0.0.1:{runner.addresses[0][1]}{path}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main(*sys.argv[1:]))
