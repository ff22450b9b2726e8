/* The programs whose blocks are freed by the thread that allocated them; see the Java classes. */
#include <math.h>
#include <string.h>

#include "driver.h"

static int threads;
static void **blocks;

/* SmallocSet */

enum { BASES = 25, SET_SIZES = 101 };

static struct set_state {
  int *ids, *sizes;
  uint64_t random;
  int live, next_size;
  char apart[128];
} *sets;
static int set_table[SET_SIZES], set_calls, set_kinds;
static bool set_written;

static void set_create(int count, int work, int variant) {
  threads = count;
  set_kinds = variant % 4;
  set_written = variant >= 4;
  set_calls = work / threads;
  static const int others[] = {8, 8, 32, 32, 35, 64, 8000};
  int ordered[SET_SIZES], order[SET_SIZES];
  for (int i = 0; i < BASES; i++) {
    int base = i < 18 ? 4 : others[i - 18];
    int four[] = {base, base + 10, (base > 11 ? base : 11) - 10, base * 2};
    memcpy(ordered + 4 * i, four, sizeof four);
  }
  ordered[SET_SIZES - 1] = 1000000;
  for (int i = 0; i < SET_SIZES; i++) order[i] = i;
  permute(order, SET_SIZES);
  for (int i = 0; i < SET_SIZES; i++) set_table[i] = ordered[order[i]];
  blocks = own_memory((size_t)threads * set_calls, sizeof *blocks);
  sets = own_memory(threads, sizeof *sets);
  for (int thread = 0; thread < threads; thread++) {
    struct set_state *set = &sets[thread];
    set->ids = own_memory(set_calls, sizeof *set->ids);
    set->sizes = own_memory(set_calls, sizeof *set->sizes);
    for (int i = 0; i < set_calls; i++) set->ids[i] = thread * set_calls + i;
    set->random = seed_of(thread);
    set->next_size = thread;
  }
}

static void set_write(int id, int size) {
  if (blocks[id] == NULL) fail("malloc", "no memory");
  if (set_written) {
    ((volatile char *)blocks[id])[0] = (char)size;
    ((volatile char *)blocks[id])[size - 1] = (char)size;
  }
}

static void set_check(int id, int size) {
  if (set_written && ((volatile char *)blocks[id])[0] != (char)size) {
    fail("block", "has lost its first byte");
  }
}

static long set_run(int thread) {
  struct set_state *set = &sets[thread];
  for (int call = 0; call < set_calls; call++) {
    set->random = next_random(set->random);
    int kind = set->live == 0 ? 0 : (int)below(set->random, (uint32_t)set_kinds);
    int place = set->live == 0 ? 0 : (int)((set->random & INT32_MAX) % (uint64_t)set->live);
    int size = kind == 1 ? 0 : set_table[(unsigned)set->next_size++ % SET_SIZES];
    if (kind == 0) {
      int id = set->ids[set->live];
      blocks[id] = allocate((size_t)size);
      set->sizes[set->live++] = size;
      set_write(id, size);
      continue;
    }
    int id = set->ids[place];
    set_check(id, set->sizes[place]);
    if (kind == 1) {
      int last = --set->live;
      set->ids[place] = set->ids[last];
      set->sizes[place] = set->sizes[last];
      set->ids[last] = id;
      release(blocks[id]);
    } else {
      blocks[id] = reallocate(blocks[id], (size_t)size);
      set->sizes[place] = size;
      set_write(id, size);
    }
  }
  return set_calls;
}

static void set_tidy(int thread) {
  struct set_state *set = &sets[thread];
  while (set->live > 0) release(blocks[set->ids[--set->live]]);
}

/* AllocTest */

enum { PLACES = 1 << 14, CHOICES = 1 << 16, MOST_BITS = 11 };

static int *choices, *size_of, steps;

static void alloc_test_create(int count, int work, int variant) {
  (void)variant;
  threads = count;
  steps = work / threads;
  blocks = own_memory((size_t)threads * PLACES, sizeof *blocks);
  size_of = own_memory((size_t)threads * PLACES, sizeof *size_of);
  choices = own_memory(CHOICES, sizeof *choices);
  uint64_t random = SEED;
  for (int i = 0; i < CHOICES; i++) {
    random = next_random(random);
    choices[i] = (int)(pow((double)(random >> 11) * 0x1p-53, log(0.2) / log(0.8)) * PLACES);
  }
}

static long alloc_test_run(int thread) {
  uint64_t random = seed_of(thread);
  for (int step = 0; step < steps; step++) {
    random = next_random(random);
    int id = thread * PLACES + choices[random % CHOICES];
    if (size_of[id] == 0) {
      uint32_t power = 1u << below(random, MOST_BITS);
      int size = (int)(power + ((random >> 16) & (power - 1)));
      char *block = allocate((size_t)size);
      if (block == NULL) fail("malloc", "no memory");
      for (int i = 0; i < size; i++) block[i] = (char)i;
      blocks[id] = block;
      size_of[id] = size;
    } else {
      long sum = 0;
      for (int i = 0; i < size_of[id]; i++) sum += ((char *)blocks[id])[i];
      __asm__ volatile("" : : "r"(sum)); /* reading is part of the work */
      size_of[id] = 0;
      release(blocks[id]);
    }
  }
  return steps;
}

static void alloc_test_tidy(int thread) {
  for (int id = thread * PLACES; id < (thread + 1) * PLACES; id++) {
    if (size_of[id] != 0) release(blocks[id]);
    size_of[id] = 0;
  }
}

/* GlibcSimple */

enum { SIMPLE_BYTES = 128, MOST_SIMPLE = 1600 };

static void simple_create(int count, int work, int variant) {
  (void)variant;
  threads = count;
  steps = work / threads / 4;
  blocks = own_memory((size_t)threads * MOST_SIMPLE, sizeof *blocks);
}

static long simple_run(int thread) {
  static const int batches[] = {25, 100, 400, MOST_SIMPLE};
  void **own = blocks + thread * MOST_SIMPLE;
  long operations = 0;
  for (int b = 0; b < 4; b++) {
    for (int done = 0; done < steps; done += batches[b]) {
      for (int i = 0; i < batches[b]; i++) own[i] = allocate_and_write(SIMPLE_BYTES);
      for (int i = 0; i < batches[b]; i++) release(own[i]);
      operations += batches[b];
    }
  }
  return operations;
}

/* GlibcThread */

enum { REPLACED = 1024, LEAST_REPLACED = 4, MOST_REPLACED = 32768 };

static uint32_t sizes[SIZES];

static void replace_create(int count, int work, int variant) {
  (void)variant;
  threads = count;
  steps = work / threads;
  blocks = own_memory((size_t)threads * REPLACED, sizeof *blocks);
  for (int i = 0; i < SIZES; i++) {
    double fraction = (i + 0.5) / SIZES;
    sizes[i] = (uint32_t)(1 / (fraction / MOST_REPLACED + (1 - fraction) / LEAST_REPLACED));
  }
}

static long replace_run(int thread) {
  uint64_t random = seed_of(thread);
  for (int i = 0; i < steps; i++) {
    random = next_random(random);
    uint32_t id = (uint32_t)(thread * REPLACED) + below(random, REPLACED);
    if (blocks[id] != NULL) release(blocks[id]);
    blocks[id] = allocate(sizes[random % SIZES]);
    if (blocks[id] == NULL) fail("malloc", "no memory");
    *(volatile char *)blocks[id] = (char)i;
  }
  return steps;
}

static void replace_tidy(int thread) {
  for (int id = thread * REPLACED; id < (thread + 1) * REPLACED; id++) {
    if (blocks[id] != NULL) release(blocks[id]);
    blocks[id] = NULL;
  }
}

/* MallocLarge */

enum { LARGE_BLOCKS = 20, LEAST_LARGE = 5 << 20, MOST_LARGE = 25 << 20 };

static void large_create(int count, int work, int variant) {
  (void)count, (void)variant;
  steps = work;
  blocks = own_memory(LARGE_BLOCKS, sizeof *blocks);
}

static void large_fill(volatile char *byte) {
  if (*byte != 0) fail("calloc", "a block is not zeroed");
  *byte = 1;
}

static long large_run(int thread) {
  (void)thread;
  uint64_t random = SEED;
  for (int i = 0; i < steps; i++) {
    random = next_random(random);
    uint32_t id = below(random, LARGE_BLOCKS);
    if (blocks[id] != NULL) release(blocks[id]);
    size_t size = LEAST_LARGE + (random & INT32_MAX) % (MOST_LARGE - LEAST_LARGE + 1);
    blocks[id] = allocate_zeroed(1, size);
    if (blocks[id] == NULL) fail("calloc", "no memory");
    large_fill(blocks[id]);
    large_fill((char *)blocks[id] + size - 1);
  }
  return steps;
}

static void large_tidy(int thread) {
  (void)thread;
  for (int id = 0; id < LARGE_BLOCKS; id++) {
    if (blocks[id] != NULL) release(blocks[id]);
    blocks[id] = NULL;
  }
}

/* BatchFree */

enum { LIFO, FIFO, RANDOM };

static void batch_create(int count, int work, int variant) {
  (void)count;
  steps = work;
  mixed_sizes(sizes);
  blocks = own_memory(work, sizeof *blocks);
  choices = own_memory(work, sizeof *choices);
  for (int i = 0; i < work; i++) choices[i] = variant == LIFO ? work - 1 - i : i;
  if (variant == RANDOM) permute(choices, work);
}

static long batch_run(int thread) {
  (void)thread;
  for (int id = 0; id < steps; id++) blocks[id] = allocate_and_write(sizes[id % SIZES]);
  for (int i = 0; i < steps; i++) release(blocks[choices[i]]);
  return steps;
}

const struct program SINGLE_PROGRAMS[] = {
    {"a", 1, set_create, NULL, set_run, set_tidy},
    {"ad", 2, set_create, NULL, set_run, set_tidy},
    {"adr", 3, set_create, NULL, set_run, set_tidy},
    {"aww", 5, set_create, NULL, set_run, set_tidy},
    {"adww", 6, set_create, NULL, set_run, set_tidy},
    {"adrww", 7, set_create, NULL, set_run, set_tidy},
    {"alloc-test", 0, alloc_test_create, NULL, alloc_test_run, alloc_test_tidy},
    {"glibc-simple", 0, simple_create, NULL, simple_run, NULL},
    {"glibc-thread", 0, replace_create, NULL, replace_run, replace_tidy},
    {"malloc-large", 0, large_create, NULL, large_run, large_tidy},
    {"batch-lifo", LIFO, batch_create, NULL, batch_run, NULL},
    {"batch-fifo", FIFO, batch_create, NULL, batch_run, NULL},
    {"batch-random", RANDOM, batch_create, NULL, batch_run, NULL},
    {0}};
