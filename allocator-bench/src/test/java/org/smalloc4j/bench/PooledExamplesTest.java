package org.smalloc4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import examples.RequestArenas;
import examples.StructPool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Smalloc;

/** The examples of docs/examples that use arenas and pools do what they say. */
class PooledExamplesTest {
  private final Smalloc heap = Smalloc.create();

  @AfterEach
  void nothingIsLeftLive() {
    assertEquals(0, heap.stats().liveBlocks());
    heap.close();
  }

  @Test
  void requestsAreAnsweredFromArenasOfTheirOwn() throws IOException {
    try (RequestArenas server = new RequestArenas(heap);
        HttpClient client = HttpClient.newHttpClient()) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String address = "http://127.0.0.1:" + server.port() + "/reverse?" + i + "%20and%20after";
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertEquals("after and " + i + " ", answers.get(i).join().body());
      }
    }
  }

  @Test
  void structsOfAPoolKeepTheirFields() {
    assertEquals(1.5, StructPool.widestSpread(heap, 10_000));
  }
}
