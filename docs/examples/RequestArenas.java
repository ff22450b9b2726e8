package examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.smalloc4j.Allocator;
import org.smalloc4j.arena.BumpArena;

/** An HTTP server on virtual threads: what a request needs lies in a bump arena, and goes with it. */
public final class RequestArenas implements AutoCloseable {
  private final Allocator heap;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  public RequestArenas(Allocator heap) throws IOException {
    this.heap = heap;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/reverse", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Answers with the words of the query in reverse order. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange;
        BumpArena arena = BumpArena.over(heap, 4096, 1 << 20)) {
      String[] words = exchange.getRequestURI().getQuery().split(" ");
      MemorySegment[] parts = new MemorySegment[words.length];
      long length = 0;
      for (int i = 0; i < words.length; i++) {
        parts[i] = arena.allocateFrom(words[i] + " ");
        length += parts[i].byteSize() - 1;
      }
      MemorySegment reply = arena.allocate(length, 1);
      long end = 0;
      for (int i = words.length - 1; i >= 0; i--) {
        long bytes = parts[i].byteSize() - 1; // allocateFrom ends a string with a zero
        MemorySegment.copy(parts[i], 0, reply, end, bytes);
        end += bytes;
      }
      exchange.sendResponseHeaders(200, length);
      exchange.getResponseBody().write(reply.toArray(ValueLayout.JAVA_BYTE));
    } // one free for each block of the arena, however many parts there were
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
