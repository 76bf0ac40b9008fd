"""ClickHouse with SQL access management, from an engine that has none.

usage: front.py DIR
  CLICKHOUSE_PASSWORD           of the user `default`, by which every client knows the administrator
  CLICKHOUSE_ACCESS_MANAGEMENT  1 (default) or 0: whether CREATE USER, GRANT ... are allowed

Every request goes to the real engine. Only when the engine has parsed, validated and privilege-checked an access
statement and then cannot store it does the front act: it writes the effect into users.xml, restarts the engine
(about a second, other HTTP requests wait) and answers 200. Enforcement stays the engine's. Over the native protocol
access statements fail with 514.

The engine's own session needs a `default` without a password, on loopback. Clients that log in as `default` with the
platform's password are passed on as the administrator `clickhouse_admin`; currentUser() says so.
"""
import asyncio
import os
import signal
import sys
import urllib.parse

from access import Access, CannotExpress
from child import Engine
from http_front import HttpFront
from native_front import NativeFront

ADMIN = "clickhouse_admin"


class Server:
    def __init__(self, folder, password, managed):
        self.access = Access(folder, ADMIN, password, managed)
        self.engine = Engine(folder, self.access)
        self.native = NativeFront(self.engine)
        self.http = HttpFront(self.engine, self.change)
        self.lock = asyncio.Lock()

    async def change(self, sql):
        async with self.lock:
            statement = await self.formatted(sql)
            before = self.access.snapshot()
            try:
                self.access.apply(statement)
            except BaseException:
                self.access.restore(before)
                raise
            if self.access.snapshot() == before:
                return
            await self.restart(before)
            self.access.save()

    async def formatted(self, sql):
        escaped = sql.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
        query = b"SELECT formatQuerySingleLine({q:String}) FORMAT RawBLOB"
        status, answer = await self.engine.ask("POST", "/?param_q=" + urllib.parse.quote(escaped), query)
        if status != 200:
            raise CannotExpress("what the engine does not parse")
        return answer.decode().strip()

    async def restart(self, before):
        self.engine.ready.clear()  # from here on new requests wait
        for _ in range(100):
            if self.http.active == 0:
                break
            await asyncio.sleep(0.05)
        self.native.drop_all()
        await self.engine.stop()
        try:
            await self.engine.start()
        except RuntimeError as error:
            self.access.restore(before)
            await self.engine.start()
            raise CannotExpress("what the engine does not accept") from error

    async def run(self):
        await self.engine.start()
        await asyncio.start_server(self.http.serve, "0.0.0.0", 8123, limit=2**20)
        await asyncio.start_server(self.native.serve, "0.0.0.0", 9000)
        print("ready", flush=True)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        died = asyncio.create_task(self.watch())
        await asyncio.wait([asyncio.create_task(stop.wait()), died], return_when=asyncio.FIRST_COMPLETED)
        if died.done():
            os._exit(1)
        await self.engine.stop()
        os._exit(0)

    async def watch(self):
        while not self.engine.ready.is_set() or self.engine.process.returncode is None:
            await asyncio.sleep(0.5)
        print("the engine ended with", self.engine.process.returncode, file=sys.stderr, flush=True)


def main():
    managed = os.environ.get("CLICKHOUSE_ACCESS_MANAGEMENT", "1") == "1"
    server = Server(os.path.abspath(sys.argv[1]), os.environ["CLICKHOUSE_PASSWORD"], managed)
    asyncio.run(server.run())


main()
