"""The native side of the front: reads the client's Hello for its user, then only carries bytes."""
import asyncio

import child
from http_front import DENIED


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def string(text):
    return varint(len(text)) + text


async def read_varint(reader):
    number = shift = 0
    while True:
        byte = (await reader.readexactly(1))[0]
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number


async def read_string(reader):
    return await reader.readexactly(await read_varint(reader))


class Denied(Exception):
    pass


class NativeFront:
    def __init__(self, engine):
        self.engine, self.connections = engine, set()

    async def serve(self, reader, writer):
        task = asyncio.current_task()
        self.connections.add(task)
        try:
            await self.engine.ready.wait()
            hello = await self.hello(reader)
            from_engine, to_engine = await asyncio.open_connection("127.0.0.1", child.TCP_PORT)
            to_engine.write(hello)
            await asyncio.gather(carry(reader, to_engine), carry(from_engine, writer))
        except Denied:
            text = string(f"DB::Exception: {DENIED} (AUTHENTICATION_FAILED)".encode())
            writer.write(b"\x02" + (516).to_bytes(4, "little") + string(b"DB::Exception") + text + b"\0\0")
            await writer.drain()
        except (asyncio.CancelledError, asyncio.IncompleteReadError, OSError):
            pass  # the engine restarts, or one side has gone
        finally:
            self.connections.discard(task)
            writer.close()

    async def hello(self, reader):
        """The client's first packet, with the administrator in place of `default`."""
        access = self.engine.access
        kind = await read_varint(reader)
        if kind != 0:  # not a Hello: the engine knows what to say
            return varint(kind)
        out = varint(0) + string(await read_string(reader))
        for _ in ("major", "minor", "protocol"):
            out += varint(await read_varint(reader))
        out += string(await read_string(reader))  # database
        user, password = await read_string(reader), await read_string(reader)
        if user in (b"", b"default"):
            if password.decode("utf8", "replace") != access.password:
                raise Denied
            user = access.admin.encode()
        return out + string(user) + string(password)

    def drop_all(self):
        for task in list(self.connections):
            task.cancel()


async def carry(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, OSError):
        pass
    finally:
        writer.close()
