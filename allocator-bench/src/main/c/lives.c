/* The programs with threads that end and have successors; see the Java classes. */
#include <stdatomic.h>

#include "driver.h"

static int threads, steps;
static void **blocks;
static uint32_t sizes[SIZES];

struct life {
  int thread;
  uint64_t seed;
};

static void create_blocks(int count, size_t number) {
  threads = count;
  blocks = own_memory(number, sizeof *blocks);
}

/* Larson */

enum { LARSON_BLOCKS = 5000, SUCCESSORS = 4 };

static void larson_create(int count, int work, int variant) {
  (void)variant;
  create_blocks(count, (size_t)count * LARSON_BLOCKS);
  steps = work / threads / SUCCESSORS;
  uniform_sizes(sizes, 8, 999);
}

static void larson_fill(void *argument) {
  struct life *life = argument;
  uint64_t random = life->seed;
  for (int i = 0; i < LARSON_BLOCKS; i++) {
    random = next_random(random);
    blocks[life->thread * LARSON_BLOCKS + i] = allocate_and_write(sizes[random % SIZES]);
  }
}

static void larson_prepare(int thread) {
  run_generation(larson_fill, &(struct life){thread, seed_of(thread)});
}

static void larson_replace(void *argument) {
  struct life *life = argument;
  uint64_t random = life->seed;
  for (int i = 0; i < steps; i++) {
    random = next_random(random);
    void **block = blocks + life->thread * LARSON_BLOCKS + below(random, LARSON_BLOCKS);
    release(*block);
    *block = allocate_and_write(sizes[random % SIZES]);
  }
}

static long larson_run(int thread) {
  for (int i = 0; i < SUCCESSORS; i++) {
    run_generation(larson_replace, &(struct life){thread, seed_of(thread + i * threads)});
  }
  return (long)steps * SUCCESSORS;
}

static void larson_tidy(int thread) {
  for (int i = 0; i < LARSON_BLOCKS; i++) release(blocks[thread * LARSON_BLOCKS + i]);
}

/* Mstress */

enum { SHARED = 1000, OWN = 500, LIVES = 4, COOKIE_BITS = 9 };

static atomic_int shared[SHARED];
static int *words, *own_ids;

static void mstress_create(int count, int work, int variant) {
  (void)variant;
  size_t ids = (size_t)SHARED + (size_t)count * OWN;
  create_blocks(count, ids);
  steps = work / threads / LIVES;
  words = own_memory(ids, sizeof *words);
  own_ids = own_memory(ids, sizeof *own_ids);
  for (int cell = 0; cell < SHARED; cell++) shared[cell] = cell;
  for (int i = 0; i < count * OWN; i++) own_ids[i] = SHARED + i;
}

static uint64_t cookie(int id, int word) { return (SEED + (uint64_t)id) ^ (uint64_t)word; }

static void mstress_allocate(int id, uint64_t random) {
  int bits = 1 + (int)(((random >> 8) & INT32_MAX) % COOKIE_BITS);
  uint32_t bytes = below(random, 1u << bits) + 8;
  /* As Java's remainder of a signed number. */
  uint32_t size = (int64_t)random % 100 == 1 ? bytes << 6 : bytes;
  uint64_t *block = allocate(size);
  if (block == NULL) fail("malloc", "no memory");
  words[id] = (int)(size / 8);
  for (int word = 0; word < words[id]; word++) block[word] = cookie(id, word);
  blocks[id] = block;
}

static void mstress_release(int id) {
  uint64_t *block = blocks[id];
  for (int word = 0; word < words[id]; word++) {
    if (block[word] != cookie(id, word)) fail("block", "has lost its cookie");
  }
  words[id] = 0;
  release(block);
}

static void mstress_live(void *argument) {
  struct life *life = argument;
  int *ids = own_ids + life->thread * OWN;
  uint64_t random = life->seed;
  for (int step = 0; step < steps; step++) {
    random = next_random(random);
    int *id = &ids[below(random, OWN)];
    if (random % 4 == 0) {
      *id = atomic_exchange(&shared[(random & INT32_MAX) % SHARED], *id);
    } else if (words[*id] == 0) {
      mstress_allocate(*id, random);
    } else {
      mstress_release(*id);
    }
  }
}

static long mstress_run(int thread) {
  for (int i = 0; i < LIVES; i++) {
    run_generation(mstress_live, &(struct life){thread, seed_of(thread + i * threads)});
  }
  return (long)steps * LIVES;
}

static void mstress_tidy(int thread) {
  for (int i = 0; i < OWN; i++) {
    int id = own_ids[thread * OWN + i];
    if (words[id] != 0) mstress_release(id);
  }
  for (int cell = 0; thread == 0 && cell < SHARED; cell++) {
    if (words[shared[cell]] != 0) mstress_release(shared[cell]);
  }
}

/* Mleak */

enum { LEAKED = 1000 };

static void mleak_create(int count, int work, int variant) {
  (void)variant;
  create_blocks(count, (size_t)count * LEAKED);
  steps = work / threads / LEAKED > 0 ? work / threads / LEAKED : 1;
  mixed_sizes(sizes);
}

static void mleak_leave(struct life *life) {
  uint64_t random = life->seed;
  for (int i = 0; i < LEAKED; i++) {
    random = next_random(random);
    blocks[life->thread * LEAKED + i] = allocate_and_write(sizes[random % SIZES]);
  }
}

static void mleak_tidy(int thread) {
  for (int i = 0; i < LEAKED; i++) release(blocks[thread * LEAKED + i]);
}

static void mleak_live(void *argument) {
  mleak_tidy(((struct life *)argument)->thread);
  mleak_leave(argument);
}

static void mleak_prepare(int thread) { mleak_leave(&(struct life){thread, seed_of(thread)}); }

static long mleak_run(int thread) {
  for (int i = 1; i <= steps; i++) {
    run_generation(mleak_live, &(struct life){thread, seed_of(thread + i)});
  }
  return (long)steps * LEAKED;
}

const struct program LIVES_PROGRAMS[] = {
    {"larson", 0, larson_create, larson_prepare, larson_run, larson_tidy},
    {"mstress", 0, mstress_create, NULL, mstress_run, mstress_tidy},
    {"mleak", 0, mleak_create, mleak_prepare, mleak_run, mleak_tidy},
    {0}};
