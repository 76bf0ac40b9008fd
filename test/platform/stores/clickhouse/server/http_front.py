"""The HTTP side of the front: passes requests to the engine, and acts where the engine cannot store."""
import asyncio
import base64
import re
import urllib.parse
import zlib

import access as statements
import child

DENIED = "default: Authentication failed: password is incorrect, or there is no user with such name."
CREDENTIAL_HEADERS = ("authorization", "x-clickhouse-user", "x-clickhouse-key")
# Long enough for every access statement, short enough to hold in memory.
LOOKED_AT = 65536
SUMMARY = (
    b'X-ClickHouse-Summary: {"read_rows":"0","read_bytes":"0","written_rows":"0","written_bytes":"0",'
    b'"total_rows_to_read":"0","result_rows":"0","result_bytes":"0","elapsed_ns":"0"}\r\n'
)


def failure(code, name, message, status):
    body = f"Code: {code}. DB::Exception: {message} ({name})\n".encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=UTF-8\r\nX-ClickHouse-Exception-Code: {code}\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n".encode() + body


def connection(head, value):
    return re.sub(rb"(?mi)^Connection: [^\r]*", b"Connection: " + value, head, count=1)


class Request:
    def __init__(self, head):
        line, *self.lines = head.decode("latin1").rstrip("\r\n").split("\r\n")
        self.method, self.target, self.version = line.split(" ", 2)
        pairs = (one.split(":", 1) for one in self.lines)
        self.headers = {name.strip().lower(): value.strip() for name, value in pairs}
        query = urllib.parse.urlsplit(self.target).query
        self.query = {k: v[0] for k, v in urllib.parse.parse_qs(query, keep_blank_values=True).items()}

    def credentials(self):
        authorization = self.headers.get("authorization", "")
        if authorization.lower().startswith("basic "):
            try:
                user, _, password = base64.b64decode(authorization[6:]).decode().partition(":")
                return user, password
            except ValueError:
                return "", ""
        user = self.headers.get("x-clickhouse-user", self.query.get("user", ""))
        return user, self.headers.get("x-clickhouse-key", self.query.get("password", ""))

    def runs_a_query(self):
        return self.method == "POST" or "query" in self.query

    def log_in_as(self, user, password):
        self.lines = [line for line in self.lines if line.split(":", 1)[0].lower() not in CREDENTIAL_HEADERS]
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.lines.append(f"Authorization: Basic {encoded}")
        path, mark, query = self.target.partition("?")
        kept = [part for part in query.split("&") if part.split("=", 1)[0] not in ("user", "password")]
        self.target = path + mark + "&".join(kept)

    def head_for_engine(self):
        kept = [line for line in self.lines if line.split(":", 1)[0].lower() not in ("connection", "expect")]
        lines = [f"{self.method} {self.target} {self.version}", *kept, "Connection: close"]
        return "\r\n".join(lines).encode("latin1") + b"\r\n\r\n"

    async def body(self, reader):
        """Pairs of bytes as they came and the payload in them."""
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while True:
                line = await reader.readuntil(b"\r\n")
                size = int(line.split(b";")[0], 16)
                data = await reader.readexactly(size + 2)
                yield line + data, data[:-2]
                if size == 0:
                    return
        left = int(self.headers.get("content-length") or 0)
        while left:
            data = await reader.read(min(left, 65536))
            if not data:
                raise ConnectionError
            left -= len(data)
            yield data, data


class HttpFront:
    def __init__(self, engine, change):
        """`change(sql)` stores an access statement; see front.py."""
        self.engine, self.change = engine, change
        self.access = engine.access
        self.active = 0

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await self.engine.ready.wait()
                self.active += 1
                try:
                    again, refused = await self.pass_on(Request(head), reader, writer)
                finally:
                    self.active -= 1
                if refused:  # outside of `active`: the change waits for requests to end
                    writer.write(await self.answer_to_change(*refused))
                    await writer.drain()
                if not again:
                    return
        except (ConnectionError, asyncio.IncompleteReadError, OSError):
            pass  # the client has gone, or the engine has
        finally:
            writer.close()

    async def pass_on(self, request, reader, writer):
        """Whether the connection may be used again, and the access statement that the engine could not store."""
        if request.headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        user, password = request.credentials()
        if user in ("", "default") and (request.runs_a_query() or user):
            if password != self.access.password:
                async for _ in request.body(reader):
                    pass
                writer.write(failure(516, "AUTHENTICATION_FAILED", DENIED, "403 Forbidden"))
                await writer.drain()
                return True, None
            request.log_in_as(self.access.admin, self.access.password)
        from_engine, to_engine = await asyncio.open_connection("127.0.0.1", child.HTTP_PORT)
        try:
            to_engine.write(request.head_for_engine())
            seen, whole = b"", True
            async for raw, payload in request.body(reader):
                to_engine.write(raw)
                await to_engine.drain()
                if len(seen) < LOOKED_AT:
                    seen += payload
                else:
                    whole = False
            if whole and request.headers.get("content-encoding") == "gzip":
                seen = unzipped(seen)
            sql = (request.query.get("query", "").encode() + b"\n" + seen).strip()
            if whole and self.access.managed and statements.STATEMENT.match(sql):
                answer = await from_engine.read()
                head = answer.partition(b"\r\n\r\n")[0]
                # 514: nowhere to write; 495: users.xml is read-only
                if re.search(rb"(?mi)^X-ClickHouse-Exception-Code: (495|514)\r", head):
                    return True, (sql.decode(), answer)
                writer.write(connection(answer, b"keep-alive"))
                await writer.drain()
                return True, None
            return await self.stream(request, from_engine, writer), None
        finally:
            to_engine.close()

    async def stream(self, request, from_engine, writer):
        head = await from_engine.readuntil(b"\r\n\r\n")
        framed = re.search(rb"(?mi)^(transfer-encoding: chunked|content-length:)", head)
        again = bool(framed) and request.headers.get("connection", "").lower() != "close"
        writer.write(connection(head, b"keep-alive" if again else b"close"))
        while data := await from_engine.read(65536):
            writer.write(data)
            await writer.drain()
        return again

    async def answer_to_change(self, sql, refusal):
        try:
            await self.change(sql)
        except statements.AlreadyExists as error:
            return failure(493, "ACCESS_ENTITY_ALREADY_EXISTS", f"`{error}` already exists.", "500 Internal Server Error")
        except statements.CannotExpress as error:
            return failure(48, "NOT_IMPLEMENTED", f"users.xml cannot express {error}.", "501 Not Implemented")
        except KeyError:  # a user that no statement made: the engine's own answer holds
            return connection(refusal, b"keep-alive")
        kept = re.findall(rb"(?mi)^X-ClickHouse-(?:Query-Id|Server-Display-Name|Timezone): [^\r]*\r\n", refusal)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\n" + SUMMARY + b"".join(kept)
        return head + b"Content-Length: 0\r\nConnection: keep-alive\r\n\r\n"


def unzipped(data):
    try:
        return zlib.decompressobj(31).decompress(data, LOOKED_AT)
    except zlib.error:
        return data
