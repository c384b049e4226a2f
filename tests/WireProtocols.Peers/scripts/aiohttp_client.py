# aiohttp as an echo that comes again and again. usage: aiohttp_client.py ws://host:port/
import asyncio
import sys

import aiohttp


async def play(url):
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url, protocols=("chat", "superchat"), max_msg_size=2**25, compress=15) as socket:
            async for message in socket:
                if message.type == aiohttp.WSMsgType.TEXT:
                    await socket.send_str(message.data)
                elif message.type == aiohttp.WSMsgType.BINARY:
                    await socket.send_bytes(message.data)


async def main(url):
    refusals = 0
    while refusals < 3:
        try:
            await asyncio.wait_for(play(url), 15)
            refusals = 0
        except aiohttp.ClientConnectorError:
            refusals += 1
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError, RuntimeError, UnicodeError, ValueError):
            refusals = 0


asyncio.run(main(sys.argv[1]))
