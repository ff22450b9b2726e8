/* The programs whose threads meet: at a slab, a line or a block; see the Java classes. */
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "driver.h"

enum { OWN_DISTANCE = 32 };

static int threads, steps;
static void **blocks;
static uint32_t sizes[SIZES];

static void **own_block(int thread) { return blocks + (thread + 1) * OWN_DISTANCE; }

static void create_blocks(int count, size_t number) {
  threads = count;
  blocks = own_memory(number, sizeof *blocks);
}

/* HotSlab, without idle threads between */

static void hot_create(int count, int work, int variant) {
  (void)variant;
  create_blocks(count, (size_t)(count + 2) * OWN_DISTANCE);
  steps = work / threads;
}

static long hot_run(int thread) {
  void **own = own_block(thread);
  for (int i = 0; i < steps; i++) {
    *own = allocate_and_write(32);
    release(*own);
  }
  return steps;
}

/* FreeHot */

static void free_create(int count, int work, int variant) {
  (void)variant;
  create_blocks(count, (size_t)work);
  steps = work;
}

static void free_prepare(int thread) {
  for (int id = 0; thread == 0 && id < steps; id++) blocks[id] = allocate_and_write(8);
}

static long free_run(int thread) {
  int first = (int)((long)steps * thread / threads), end = (int)((long)steps * (thread + 1) / threads);
  for (int id = first; id < end; id++) release(blocks[id]);
  return end - first;
}

/* Xmalloc: batch numbers go round in two stacks under a lock each, one batch at a time. */

enum { XMALLOC_BLOCKS = 4096, XMALLOC_BYTES = 64, BATCHES_OF_A_PAIR = 4 };

struct stack {
  pthread_mutex_t lock;
  int *batches, count;
};
static struct stack empty = {.lock = PTHREAD_MUTEX_INITIALIZER};
static struct stack full = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void push(struct stack *stack, int batch) {
  pthread_mutex_lock(&stack->lock);
  stack->batches[stack->count++] = batch;
  pthread_mutex_unlock(&stack->lock);
}

static int await(struct stack *stack) {
  while (true) {
    pthread_mutex_lock(&stack->lock);
    int batch = stack->count > 0 ? stack->batches[--stack->count] : -1;
    pthread_mutex_unlock(&stack->lock);
    if (batch >= 0) return batch;
    sched_yield();
  }
}

static void xmalloc_create(int count, int work, int variant) {
  (void)variant;
  int in_flight = count / 2 * BATCHES_OF_A_PAIR;
  create_blocks(count, (size_t)in_flight * XMALLOC_BLOCKS);
  steps = work / XMALLOC_BLOCKS / (threads / 2);
  empty.batches = own_memory(in_flight, sizeof *empty.batches);
  full.batches = own_memory(in_flight, sizeof *full.batches);
  for (int batch = 0; batch < in_flight; batch++) push(&empty, batch);
}

static long xmalloc_run(int thread) {
  bool producer = thread % 2 == 0;
  for (int i = 0; i < steps; i++) {
    int batch = await(producer ? &empty : &full);
    void **own = blocks + batch * XMALLOC_BLOCKS;
    for (int block = 0; block < XMALLOC_BLOCKS; block++) {
      if (producer) {
        own[block] = allocate_and_write(XMALLOC_BYTES);
      } else {
        if (*(uint64_t *)own[block] != (uintptr_t)own[block]) fail("block", "has lost its bytes");
        release(own[block]);
      }
    }
    push(producer ? &full : &empty, batch);
  }
  return producer ? (long)steps * XMALLOC_BLOCKS : 0;
}

/* Rptest */

enum { RP_BLOCKS = 128, LEAST_RP = 8, MOST_RP = 16000, OS_PAGE = 4096 };

static atomic_int *mailboxes; /* batch numbers */
static int *own_batch;
static bool *filled;

static void rptest_create(int count, int work, int variant) {
  (void)variant;
  create_blocks(count, (size_t)count * 2 * RP_BLOCKS);
  steps = work / threads / RP_BLOCKS;
  for (int i = 0; i < SIZES; i++) {
    sizes[i] = LEAST_RP + (uint32_t)((1 - sqrt(1 - (i + 0.5) / SIZES)) * (MOST_RP - LEAST_RP));
  }
  mailboxes = own_memory(threads, sizeof *mailboxes);
  own_batch = own_memory(threads, sizeof *own_batch);
  filled = own_memory(2 * threads, sizeof *filled);
  for (int thread = 0; thread < threads; thread++) {
    mailboxes[thread] = thread;
    own_batch[thread] = threads + thread;
  }
}

static uint64_t rptest_fill(int batch, uint64_t random) {
  for (int i = 0; i < RP_BLOCKS; i++) {
    random = next_random(random);
    uint32_t size = sizes[random % SIZES];
    volatile char *block = allocate(size);
    if (block == NULL) fail("malloc", "no memory");
    for (uint32_t offset = 0; offset < size; offset += OS_PAGE) block[offset] = (char)i;
    blocks[batch * RP_BLOCKS + i] = (void *)block;
  }
  filled[batch] = true;
  return random;
}

static void rptest_empty(int batch) {
  for (int i = 0; filled[batch] && i < RP_BLOCKS; i++) {
    char *block = blocks[batch * RP_BLOCKS + i];
    if (*block != (char)i) fail("block", "has lost its first byte");
    release(block);
  }
  filled[batch] = false;
}

static long rptest_run(int thread) {
  uint64_t random = seed_of(thread);
  for (int i = 0; i < steps; i++) {
    random = rptest_fill(own_batch[thread], random);
    own_batch[thread] = atomic_exchange(&mailboxes[(thread + 1) % threads], own_batch[thread]);
    rptest_empty(own_batch[thread]);
  }
  return (long)steps * RP_BLOCKS;
}

static void rptest_tidy(int thread) {
  rptest_empty(own_batch[thread]);
  rptest_empty(mailboxes[thread]);
}

/* Cache */

static bool scratch;

static void cache_create(int count, int work, int variant) {
  hot_create(count, work, variant);
  scratch = variant == 1;
}

static void cache_prepare(int thread) {
  for (int other = 0; scratch && thread == 0 && other < threads; other++) {
    *own_block(other) = allocate_and_write(8);
  }
}

static long cache_run(int thread) {
  if (scratch) release(*own_block(thread));
  for (int i = 0; i < steps; i++) {
    volatile uint64_t *block = allocate(8);
    if (block == NULL) fail("malloc", "no memory");
    for (int write = 0; write < 100; write++) *block = (uint64_t)write;
    release((void *)block);
  }
  return steps;
}

const struct program CROSSING_PROGRAMS[] = {
    {"hs", 0, hot_create, NULL, hot_run, NULL},
    {"fh", 0, free_create, free_prepare, free_run, NULL},
    {"xmalloc", 0, xmalloc_create, NULL, xmalloc_run, NULL},
    {"rptest", 0, rptest_create, NULL, rptest_run, rptest_tidy},
    {"cache-scratch", 1, cache_create, cache_prepare, cache_run, NULL},
    {"cache-thrash", 0, cache_create, NULL, cache_run, NULL},
    {0}};
