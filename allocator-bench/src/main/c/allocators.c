/*
 * The benchmarks Pair, Batch, RandomReplacement and ProducerConsumer for a C allocator called from C.
 *
 *   allocators LIBRARY INIT MALLOC FREE WARMUPS ROUNDS MILLIS BENCHMARK [ARGUMENT]
 *
 * LIBRARY is the file of a shared library, or "-" for what this process is linked with. MALLOC and
 * FREE are names of its functions; "@name" calls a function that returns the address. INIT is a
 * function to call first, or "-". A round takes MILLIS; for each one after the warm-ups a line
 * "ns/op FIGURE" is printed. Sizes, orders and random choices are those of the Java benchmarks.
 */
#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  BYTE_SIZE = 64,
  STEP = 1000,          /* operations of a step, about */
  STEPS = 16,           /* steps between two looks at the clock */
  BATCH = 1000,         /* blocks allocated before any is freed */
  SIZES = 4096,         /* length of the table of sizes */
  HANDED_OVER = 512,    /* blocks in a batch of the producer */
  BATCHES = 16,         /* batches that go round */
  SPINS = 1024,         /* looks at a counter before another thread may run */
  APART = 128           /* a cache line, and the one the prefetcher pairs with it */
};

static void *(*allocate)(size_t);
static void (*release)(void *);
static uint64_t state = 0x9E3779B97F4A7C15;
static const char *argument;

/* As in FixedRandom.java. */
static uint64_t next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static uint32_t below(uint64_t random, uint32_t bound) {
  return (uint32_t)(((random >> 32) * bound) >> 32);
}

static void *allocate_and_write(size_t byte_size) {
  void *block = allocate(byte_size);
  *(uint64_t *)block = (uintptr_t)block;
  return block;
}

static long pair_step(void) {
  for (int i = 0; i < STEP; i++) {
    release(allocate_and_write(BYTE_SIZE));
  }
  return STEP;
}

static void *batch_blocks[BATCH];
static int freed[BATCH]; /* in this order */

static bool batch_begin(void) {
  bool lifo = strcmp(argument, "lifo") == 0;
  bool random = strcmp(argument, "random") == 0;
  for (int i = 0; i < BATCH; i++) {
    freed[i] = lifo ? BATCH - 1 - i : i;
  }
  for (int i = BATCH - 1; random && i > 0; i--) {
    int j = (int)below(next_random(), (uint32_t)i + 1);
    int swapped = freed[i];
    freed[i] = freed[j];
    freed[j] = swapped;
  }
  return lifo || random || strcmp(argument, "fifo") == 0;
}

static long batch_step(void) {
  for (int i = 0; i < BATCH; i++) {
    batch_blocks[i] = allocate_and_write(BYTE_SIZE);
  }
  for (int i = 0; i < BATCH; i++) {
    release(batch_blocks[freed[i]]);
  }
  return BATCH;
}

static uint32_t live, sizes[SIZES];
static void **live_blocks;

static bool random_begin(void) {
  uint64_t seed = state;
  for (int i = 0; i < SIZES; i++) {
    uint32_t power = 1u << (4 + below(next_random(), 6));
    sizes[i] = power + below(next_random(), power);
  }
  state = seed;
  live = (uint32_t)strtoul(argument, NULL, 10);
  live_blocks = calloc(live, sizeof *live_blocks);
  for (uint32_t i = 0; live_blocks != NULL && i < live; i++) {
    live_blocks[i] = allocate_and_write(sizes[next_random() % SIZES]);
  }
  return live > 0 && live_blocks != NULL;
}

static long random_step(void) {
  for (int i = 0; i < STEP; i++) {
    uint64_t random = next_random();
    uint32_t block = below(random, live);
    release(live_blocks[block]);
    live_blocks[block] = allocate_and_write(sizes[random % SIZES]);
  }
  return STEP;
}

/* Each batch is handed over in a ring; each counter has one writer. */
static void *ring[BATCHES][HANDED_OVER];
static alignas(APART) atomic_ulong produced;
static alignas(APART) atomic_ulong consumed;
static alignas(APART) atomic_bool ended;
static pthread_t consumer;
static uint64_t sink;

/* Lets the other thread run now and then, should the two have only one processor. */
static void spin(unsigned *spins) {
  if (++*spins % SPINS == 0) sched_yield();
}

static void *consume(void *unused) {
  (void)unused;
  unsigned spins = 0;
  for (unsigned long batch = 0;; batch++) {
    /* Acquire: the blocks of the batch are seen whole. Pairs with the release of the producer. */
    while (atomic_load_explicit(&produced, memory_order_acquire) == batch) {
      if (atomic_load_explicit(&ended, memory_order_relaxed)) return NULL;
      spin(&spins);
    }
    void **blocks = ring[batch % BATCHES];
    for (int i = 0; i < HANDED_OVER; i++) {
      sink += *(uint64_t *)blocks[i];
      release(blocks[i]);
    }
    /* Release: the batch is overwritten after it was read. Pairs with the producer's acquire. */
    atomic_store_explicit(&consumed, batch + 1, memory_order_release);
  }
}

static bool producer_begin(void) { return pthread_create(&consumer, NULL, consume, NULL) == 0; }

static long producer_step(void) {
  unsigned long batch = atomic_load_explicit(&produced, memory_order_relaxed);
  unsigned spins = 0;
  while (batch - atomic_load_explicit(&consumed, memory_order_acquire) == BATCHES) {
    spin(&spins);
  }
  void **blocks = ring[batch % BATCHES];
  for (int i = 0; i < HANDED_OVER; i++) {
    blocks[i] = allocate_and_write(BYTE_SIZE);
  }
  atomic_store_explicit(&produced, batch + 1, memory_order_release);
  return HANDED_OVER;
}

static void producer_end(void) {
  atomic_store_explicit(&ended, true, memory_order_relaxed);
  pthread_join(consumer, NULL);
}

static const struct {
  const char *name;
  bool (*begin)(void);
  long (*step)(void);
  void (*end)(void);
} BENCHMARKS[] = {
    {"pair", NULL, pair_step, NULL},
    {"batch", batch_begin, batch_step, NULL},
    {"random", random_begin, random_step, NULL},
    {"producer-consumer", producer_begin, producer_step, producer_end},
};

static double now_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double nanos_per_operation(long (*step)(void), double nanos) {
  double begun = now_nanos(), taken = 0;
  long operations = 0;
  while (taken < nanos) {
    for (int i = 0; i < STEPS; i++) {
      operations += step();
    }
    taken = now_nanos() - begun;
  }
  return taken / (double)operations;
}

static _Noreturn void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static void *function(void *library, const char *name) {
  bool accessor = name[0] == '@';
  void *symbol = dlsym(library, name + accessor);
  if (symbol == NULL) fail(name, "no such function");
  /* An accessor is a JNI function that uses neither its environment nor its class. */
  return accessor ? (void *)((intptr_t(*)(void *, void *))symbol)(NULL, NULL) : symbol;
}

int main(int count, char **arguments) {
  if (count < 9) {
    fail("usage", "allocators LIBRARY INIT MALLOC FREE WARMUPS ROUNDS MILLIS BENCHMARK [ARGUMENT]");
  }
  void *library = dlopen(strcmp(arguments[1], "-") == 0 ? NULL : arguments[1], RTLD_NOW);
  if (library == NULL) fail(arguments[1], dlerror());
  if (strcmp(arguments[2], "-") != 0) {
    int (*init)(void *, void *, intptr_t) =
        (int (*)(void *, void *, intptr_t))function(library, arguments[2]);
    if (init(NULL, NULL, 0) != 0) fail(arguments[2], "did not succeed");
  }
  allocate = (void *(*)(size_t))function(library, arguments[3]);
  release = (void (*)(void *))function(library, arguments[4]);
  long warmups = strtol(arguments[5], NULL, 10);
  long rounds = strtol(arguments[6], NULL, 10);
  double nanos = strtod(arguments[7], NULL) * 1e6;
  argument = count > 9 ? arguments[9] : "";
  for (size_t i = 0; i < sizeof BENCHMARKS / sizeof *BENCHMARKS; i++) {
    if (strcmp(BENCHMARKS[i].name, arguments[8]) != 0) continue;
    if (BENCHMARKS[i].begin != NULL && !BENCHMARKS[i].begin()) fail(arguments[8], "cannot begin");
    for (long round = 0; round < warmups + rounds; round++) {
      double figure = nanos_per_operation(BENCHMARKS[i].step, nanos);
      if (round >= warmups) printf("ns/op %.4f\n", figure);
    }
    if (BENCHMARKS[i].end != NULL) BENCHMARKS[i].end();
    return 0;
  }
  fail(arguments[8], "no such benchmark");
}
