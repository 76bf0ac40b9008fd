"""The ClickHouse engine of chdb-core as a server: its own HTTP and native handlers, on loopback.

usage: engine.py DIR USERS_XML HTTP_PORT TCP_PORT

The engine is a library that runs one query and returns. The query here opens the listeners and then reads from a FIFO
that nobody writes to; SIGTERM closes the FIFO, the query ends, and the engine shuts down in good order.
"""
import os
import signal
import sys
import threading
import time

STOP_SECONDS = 15


def configuration(folder, users, http_port, tcp_port):
    logs = "".join(
        f"<{table}><database>system</database><table>{table}</table>"
        f"<flush_interval_milliseconds>1000</flush_interval_milliseconds></{table}>"
        for table in ("query_log", "asynchronous_insert_log", "part_log")
    )
    return f"""<clickhouse>
<path>{folder}/data/</path><users_config>{users}</users_config>
<listen_host>127.0.0.1</listen_host><http_port>{http_port}</http_port><tcp_port>{tcp_port}</tcp_port>
<timezone>UTC</timezone><display_name>clickhouse</display_name>
<logger><level>information</level><log>{folder}/clickhouse.log</log><errorlog>{folder}/clickhouse.err.log</errorlog>
<size>20M</size><count>2</count></logger>
<access_control_improvements>
<table_engines_require_grant>false</table_engines_require_grant>
</access_control_improvements>
{logs}</clickhouse>"""


def main():
    folder, users, http_port, tcp_port = sys.argv[1:5]
    os.makedirs(folder + "/data", exist_ok=True)
    fifo = folder + "/stop.fifo"
    if os.path.exists(fifo):
        os.unlink(fifo)
    os.mkfifo(fifo, 0o600)
    with open(folder + "/config.xml", "w") as file:
        file.write(configuration(folder, users, http_port, tcp_port))
    os.chdir(folder)  # the engine reads ./config.xml
    ended = []

    def run():
        try:
            from chdb import _chdb

            _chdb.query(
                "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; "
                f"SELECT count() FROM file('{fifo}', 'LineAsString', 'line String') "
                "SETTINGS storage_file_read_method='read', max_execution_time=0",
                "TSV",
            )
            ended.append(0)
        except BaseException as error:  # whatever ended it is the answer to "why is it gone"
            print("engine:", error, file=sys.stderr, flush=True)
            ended.append(1)
        os.kill(os.getpid(), signal.SIGUSR1)

    signals = {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    if signal.sigwait(signals) != signal.SIGUSR1:
        deadline = time.monotonic() + STOP_SECONDS
        while thread.is_alive() and time.monotonic() < deadline:
            try:
                os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
            except OSError:
                pass  # ENXIO: nobody reads it yet, or nobody does any more
            thread.join(0.1)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended[0] if ended else 2)


main()
