/*
 * The benchmarks of this project for C allocators that are called from C.
 *
 *   driver LIBRARY INIT MALLOC CALLOC MEMALIGN REALLOC FREE micro WARMUPS ROUNDS MILLIS NAME [ARGUMENT]
 *   driver LIBRARY INIT MALLOC CALLOC MEMALIGN REALLOC FREE program ROUNDS NAME THREADS WORK
 *
 * LIBRARY is the file of a shared library, or "-" for what this process is linked with. The next
 * are names of its functions; "@name" calls a function that returns the address. INIT is called
 * first, or "-". Each round prints a line "ns/op FIGURE". Sizes, orders and random choices are
 * those of the Java benchmarks.
 */
#define _GNU_SOURCE

#include "driver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

void *(*allocate)(size_t);
void *(*allocate_zeroed)(size_t, size_t);
void *(*allocate_aligned)(size_t, size_t);
void *(*reallocate)(void *, size_t);
void (*release)(void *);

_Noreturn void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

double now_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

void *allocate_and_write(size_t byte_size) {
  void *block = allocate(byte_size);
  if (block == NULL) fail("malloc", "no memory");
  *(uint64_t *)block = (uintptr_t)block;
  return block;
}

uint64_t seed_of(int thread) { return SEED + (uint64_t)thread * UINT64_C(0xD1B54A32D192ED03); }

uint64_t next_random(uint64_t random) {
  random ^= random << 13;
  random ^= random >> 7;
  random ^= random << 17;
  return random;
}

uint32_t below(uint64_t random, uint32_t bound) {
  return (uint32_t)(((random >> 32) * bound) >> 32);
}

void permute(int *order, int length) {
  uint64_t random = SEED;
  for (int i = length - 1; i > 0; i--) {
    random = next_random(random);
    int j = (int)below(random, (uint32_t)i + 1);
    int swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
}

void mixed_sizes(uint32_t sizes[SIZES]) {
  uint64_t random = SEED;
  for (int i = 0; i < SIZES; i++) {
    random = next_random(random);
    uint32_t power = 1u << (4 + below(random, 6));
    random = next_random(random);
    sizes[i] = power + below(random, power);
  }
}

void uniform_sizes(uint32_t sizes[SIZES], uint32_t least, uint32_t most) {
  uint64_t random = SEED;
  for (int i = 0; i < SIZES; i++) {
    random = next_random(random);
    sizes[i] = least + below(random, most - least + 1);
  }
}

void *own_memory(size_t count, size_t byte_size) {
  void *memory = mmap(NULL, count * byte_size + 1, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED) fail("mmap", "no memory for the driver itself");
  return memory;
}

static void *function(void *library, const char *name) {
  bool accessor = name[0] == '@';
  void *symbol = dlsym(library, name + accessor);
  if (symbol == NULL) fail(name, "no such function");
  /* An accessor is a JNI function that uses neither its environment nor its class. */
  return accessor ? (void *)((intptr_t(*)(void *, void *))symbol)(NULL, NULL) : symbol;
}

enum { LIBRARY = 1, INIT, MALLOC, CALLOC, MEMALIGN, REALLOC, FREE, KIND, FIRST };

static void load(char **arguments) {
  bool linked = strcmp(arguments[LIBRARY], "-") == 0;
  void *library = dlopen(linked ? NULL : arguments[LIBRARY], RTLD_NOW);
  if (library == NULL) fail(arguments[LIBRARY], dlerror());
  if (strcmp(arguments[INIT], "-") != 0) {
    int (*init)(void *, void *, intptr_t) =
        (int (*)(void *, void *, intptr_t))function(library, arguments[INIT]);
    if (init(NULL, NULL, 0) != 0) fail(arguments[INIT], "did not succeed");
  }
  allocate = (void *(*)(size_t))function(library, arguments[MALLOC]);
  allocate_zeroed = (void *(*)(size_t, size_t))function(library, arguments[CALLOC]);
  allocate_aligned = (void *(*)(size_t, size_t))function(library, arguments[MEMALIGN]);
  reallocate = (void *(*)(void *, size_t))function(library, arguments[REALLOC]);
  release = (void (*)(void *))function(library, arguments[FREE]);
}

int main(int count, char **arguments) {
  bool is_micro = count >= FIRST + 4 && strcmp(arguments[KIND], "micro") == 0;
  bool is_program = count == FIRST + 4 && strcmp(arguments[KIND], "program") == 0;
  if (!is_micro && !is_program) fail("usage", "see the head of driver.c");
  load(arguments);
  char **rest = arguments + FIRST;
  if (is_micro) {
    micro(atoi(rest[0]), atoi(rest[1]), strtod(rest[2], NULL), rest[3],
          count > FIRST + 4 ? rest[4] : "");
  } else {
    whole_program(atoi(rest[0]), rest[1], atoi(rest[2]), atoi(rest[3]));
  }
  return 0;
}
