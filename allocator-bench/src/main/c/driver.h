/* What the files of the C driver share. */
#ifndef SMALLOC4J_DRIVER_H
#define SMALLOC4J_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The allocator that is measured. */
extern void *(*allocate)(size_t);
extern void *(*allocate_zeroed)(size_t, size_t);
extern void *(*allocate_aligned)(size_t alignment, size_t);
extern void *(*reallocate)(void *, size_t);
extern void (*release)(void *);

/* Ends the process with status 1. */
_Noreturn void fail(const char *what, const char *why);

double now_nanos(void);

/* Allocates and writes the first 8 bytes. */
void *allocate_and_write(size_t byte_size);

/* As in FixedRandom.java. */
enum { SIZES = 4096 };
#define SEED UINT64_C(0x9E3779B97F4A7C15)
uint64_t seed_of(int thread);
uint64_t next_random(uint64_t random);
uint32_t below(uint64_t random, uint32_t bound);
void permute(int *order, int length);
void mixed_sizes(uint32_t sizes[SIZES]);
void uniform_sizes(uint32_t sizes[SIZES], uint32_t least, uint32_t most);

/* The driver's own memory, which is not from the allocator that is measured; zeroed. */
void *own_memory(size_t count, size_t byte_size);

/* Small questions: ns/op in rounds of some milliseconds each. */
void micro(int warmups, int rounds, double millis, const char *name, const char *argument);

/* A program as in Program.java; threads meet before and after each of its phases. */
struct program {
  const char *name;
  int variant;
  void (*create)(int threads, int work, int variant);
  void (*prepare)(int thread);
  long (*run)(int thread); /* the timed phase */
  void (*tidy)(int thread);
};

extern const struct program SINGLE_PROGRAMS[], CROSSING_PROGRAMS[], LIVES_PROGRAMS[];

/* Runs a function in a thread of its own and waits for its end. */
void run_generation(void (*work)(void *), void *argument);

/* Whole programs: a line "ns/op" a round, then memory and page faults. */
void whole_program(int rounds, const char *name, int threads, int work);

#endif
