/* The small questions; see the Java benchmarks. */
#define _POSIX_C_SOURCE 200809L

#include "driver.h"

#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  BYTE_SIZE = 64,
  STEP = 1000,          /* operations of a step, about */
  STEPS = 16,           /* steps between two looks at the clock */
  BATCH = 1000,         /* blocks allocated before any is freed */
  HANDED_OVER = 512,    /* blocks in a batch of the producer */
  BATCHES = 16,         /* batches that go round */
  SPINS = 1024,         /* looks at a counter before another thread may run */
  APART = 128           /* a cache line, and the one the prefetcher pairs with it */
};

static uint64_t state = SEED;
static const char *argument;

static long pair_step(void) {
  for (int i = 0; i < STEP; i++) {
    release(allocate_and_write(BYTE_SIZE));
  }
  return STEP;
}

static uint32_t sizes[SIZES];

static bool sizes_begin(void) {
  bool small = strcmp(argument, "small") == 0, medium = strcmp(argument, "medium") == 0;
  if (small) uniform_sizes(sizes, 8, 128);
  if (medium) uniform_sizes(sizes, 128, 8 << 10);
  if (!small && !medium) uniform_sizes(sizes, 8 << 10, 256 << 10);
  return true;
}

static long sizes_step(void) {
  for (int i = 0; i < STEP; i++) {
    state = next_random(state);
    release(allocate_and_write(sizes[state % SIZES]));
  }
  return STEP;
}

static size_t number;

static bool number_begin(void) {
  number = strtoul(argument, NULL, 10);
  return number > 0;
}

static long calloc_step(void) {
  for (int i = 0; i < STEP; i++) {
    uint64_t *block = allocate_zeroed(1, number);
    *(volatile uint64_t *)block = (uintptr_t)block;
    release(block);
  }
  return STEP;
}

static long aligned_step(void) {
  for (int i = 0; i < STEP; i++) {
    uint64_t *block = allocate_aligned(number, BYTE_SIZE);
    *(volatile uint64_t *)block = (uintptr_t)block;
    release(block);
  }
  return STEP;
}

static long realloc_step(void) {
  size_t size = 16;
  char *block = allocate(size);
  while (size < 600000) {
    size += size / 2;
    block = reallocate(block, size);
    if (block == NULL) fail("realloc", "no memory");
    ((volatile char *)block)[size - 1] = 1;
  }
  release(block);
  return 1;
}

static void *batch_blocks[BATCH];
static int freed[BATCH]; /* in this order */

static bool batch_begin(void) {
  bool lifo = strcmp(argument, "lifo") == 0;
  bool random = strcmp(argument, "random") == 0;
  for (int i = 0; i < BATCH; i++) {
    freed[i] = lifo ? BATCH - 1 - i : i;
  }
  if (random) permute(freed, BATCH);
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

static uint32_t live;
static void **live_blocks;

static bool random_begin(void) {
  mixed_sizes(sizes);
  live = (uint32_t)strtoul(argument, NULL, 10);
  live_blocks = own_memory(live, sizeof *live_blocks);
  for (uint32_t i = 0; live_blocks != NULL && i < live; i++) {
    state = next_random(state);
    live_blocks[i] = allocate_and_write(sizes[state % SIZES]);
  }
  return live > 0 && live_blocks != NULL;
}

static long random_step(void) {
  for (int i = 0; i < STEP; i++) {
    state = next_random(state);
    uint32_t block = below(state, live);
    release(live_blocks[block]);
    live_blocks[block] = allocate_and_write(sizes[state % SIZES]);
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
    {"sizes", sizes_begin, sizes_step, NULL},
    {"calloc", number_begin, calloc_step, NULL},
    {"aligned", number_begin, aligned_step, NULL},
    {"realloc", NULL, realloc_step, NULL},
    {"producer-consumer", producer_begin, producer_step, producer_end},
};

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

void micro(int warmups, int rounds, double millis, const char *name, const char *given) {
  argument = given;
  for (size_t i = 0; i < sizeof BENCHMARKS / sizeof *BENCHMARKS; i++) {
    if (strcmp(BENCHMARKS[i].name, name) != 0) continue;
    if (BENCHMARKS[i].begin != NULL && !BENCHMARKS[i].begin()) fail(name, "cannot begin");
    for (int round = 0; round < warmups + rounds; round++) {
      double figure = nanos_per_operation(BENCHMARKS[i].step, millis * 1e6);
      if (round >= warmups) printf("ns/op %.4f\n", figure);
    }
    if (BENCHMARKS[i].end != NULL) BENCHMARKS[i].end();
    return;
  }
  fail(name, "no such benchmark");
}
