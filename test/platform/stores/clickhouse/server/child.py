"""The engine as a child process that can be restarted with another users.xml."""
import asyncio
import base64
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
HTTP_PORT, TCP_PORT = 18123, 19000


class Engine:
    def __init__(self, folder, access):
        self.folder, self.access = folder, access
        self.process = None
        self.ready = asyncio.Event()

    async def start(self):
        self.access.render()
        arguments = [self.folder, self.access.users_xml, str(HTTP_PORT), str(TCP_PORT)]
        self.process = await asyncio.create_subprocess_exec(sys.executable, HERE + "/engine.py", *arguments)
        for _ in range(1200):
            if self.process.returncode is not None:
                raise RuntimeError(f"the engine ended with {self.process.returncode} before it answered")
            try:
                if (await self.ask("GET", "/ping"))[0] == 200:
                    self.ready.set()
                    return
            except OSError:
                pass  # does not listen yet
            await asyncio.sleep(0.05)
        raise RuntimeError("the engine does not answer")

    async def stop(self):
        self.ready.clear()
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), 20)
        except asyncio.TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def ask(self, method, target, body=b""):
        """One request as the administrator: status and body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", HTTP_PORT)
        credentials = base64.b64encode(f"{self.access.admin}:{self.access.password}".encode()).decode()
        head = f"{method} {target} HTTP/1.0\r\nHost: engine\r\nAuthorization: Basic {credentials}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.read()
        writer.close()
        head, _, rest = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]), rest
