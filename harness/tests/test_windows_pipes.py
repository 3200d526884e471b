"""The threads that serve a worker's pipes on Windows: they lose nothing, and nothing blocks who uses them."""

import os
import threading

from apibuf_system.windows.pipes import READ_AHEAD_BYTES, PipeReader, PipeWriter

LIMIT_S = 20.0


def taken(reader: PipeReader, news: threading.Condition) -> bytes:
    """All that the reader has until the pipe is closed."""
    data = b""
    while True:
        with news:
            assert news.wait_for(reader.has_news, LIMIT_S)
        chunk = reader.take()
        if chunk == b"":
            return data
        data += chunk or b""


def test_what_was_written_last_is_there_once_the_pipe_is_closed() -> None:
    news = threading.Condition()
    for number in range(50):
        out, into = os.pipe()
        reader = PipeReader(os.fdopen(out, "rb", buffering=0), news)
        os.write(into, f"last words {number}".encode())
        os.close(into)
        with news:
            assert news.wait_for(reader.is_closed, LIMIT_S)
        assert reader.take() == f"last words {number}".encode()
        assert reader.take() == b""
        reader.close()


def test_a_flood_is_read_no_further_ahead_than_the_limit_and_none_of_it_is_lost() -> None:
    news = threading.Condition()
    out, into = os.pipe()
    reader = PipeReader(os.fdopen(out, "rb", buffering=0), news)
    flood = bytes(range(256)) * (4 * READ_AHEAD_BYTES // 256)
    written = threading.Event()

    def write() -> None:
        with os.fdopen(into, "wb", buffering=0) as pipe:
            pipe.writelines(flood[start : start + 4096] for start in range(0, len(flood), 4096))
        written.set()

    threading.Thread(target=write).start()
    assert not written.wait(0.5)
    assert taken(reader, news) == flood
    reader.close()


def test_nothing_is_there_before_something_is_written() -> None:
    out, into = os.pipe()
    news = threading.Condition()
    reader = PipeReader(os.fdopen(out, "rb", buffering=0), news)
    assert reader.take() is None
    with news:
        assert not reader.has_news() and not reader.is_closed()
        assert not news.wait_for(reader.is_closed, 0.1)
    os.close(into)
    reader.close()


def test_a_writer_does_not_wait_for_a_process_that_does_not_read() -> None:
    out, into = os.pipe()
    writer = PipeWriter(os.fdopen(into, "wb", buffering=0))
    writer.put(b"x" * 1024 * 1024)
    os.close(out)
    writer.close()


def test_a_writer_writes_all_in_order() -> None:
    out, into = os.pipe()
    writer = PipeWriter(os.fdopen(into, "wb", buffering=0))
    for number in range(1000):
        writer.put(f"{number}\n".encode())
    with os.fdopen(out, "rb") as pipe:
        assert [int(pipe.readline()) for _ in range(1000)] == list(range(1000))
    writer.close()
