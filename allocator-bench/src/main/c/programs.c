/* Runs a program as ProgramProcess.java and Crew.java do, but for what a JIT compiler needs. */
#define _GNU_SOURCE

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "driver.h"

enum {
  SETTLING_ROUNDS = 3,
  MOST_ROUNDS = 1000,
  /* A Java thread has this much; 128 of them fit anywhere. */
  STACK_BYTES = 1 << 20
};
#define LEAST_TIMED_NANOS 250e6
#define MOST_ROUND_NANOS 1e9

static const struct program *program;
static pthread_barrier_t barrier;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static double first_start, last_end;
static long operations;
static bool closed;

static void *serve(void *argument) {
  int thread = (int)(intptr_t)argument;
  while (true) {
    pthread_barrier_wait(&barrier);
    if (closed) return NULL;
    if (program->prepare != NULL) program->prepare(thread);
    pthread_barrier_wait(&barrier);
    double start = now_nanos();
    long done = program->run(thread);
    double end = now_nanos();
    pthread_mutex_lock(&lock);
    if (first_start == 0 || start < first_start) first_start = start;
    if (end > last_end) last_end = end;
    operations += done;
    pthread_mutex_unlock(&lock);
    pthread_barrier_wait(&barrier);
    if (program->tidy != NULL) program->tidy(thread);
    pthread_barrier_wait(&barrier);
  }
}

/* Returns the wall time of the timed phase. */
static double do_round(void) {
  first_start = last_end = 0;
  operations = 0;
  for (int meetings = 0; meetings < 4; meetings++) {
    pthread_barrier_wait(&barrier);
  }
  return last_end - first_start;
}

static long status_bytes(const char *name) {
  FILE *file = fopen("/proc/self/status", "r");
  char line[256];
  long kibibytes = -1;
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, name, strlen(name)) == 0) kibibytes = atol(line + strlen(name));
  }
  if (file != NULL) fclose(file);
  return kibibytes << 10;
}

static bool start_peak(void) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  return file != NULL && fputs("5", file) >= 0 && fclose(file) == 0;
}

static long page_faults(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

static pthread_t new_thread(void *(*body)(void *), void *argument) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, body, argument) != 0) fail("pthread_create", "failed");
  pthread_attr_destroy(&attributes);
  return thread;
}

struct generation {
  void (*work)(void *);
  void *argument;
};

static void *generation_body(void *argument) {
  struct generation *generation = argument;
  generation->work(generation->argument);
  return NULL;
}

void run_generation(void (*work)(void *), void *argument) {
  struct generation generation = {work, argument};
  pthread_join(new_thread(generation_body, &generation), NULL);
}

static const struct program *find(const struct program *programs, const char *name) {
  for (; programs->name != NULL; programs++) {
    if (strcmp(programs->name, name) == 0) return programs;
  }
  return NULL;
}

static void measure(int rounds) {
  bool has_peak = start_peak();
  long baseline = status_bytes("VmRSS:");
  double settling = 0;
  for (int i = 0; i < SETTLING_ROUNDS && settling < LEAST_TIMED_NANOS; i++) {
    settling += do_round();
  }
  access("/smalloc4j-bench/begin", F_OK); /* a mark for SystemCalls.java, as the end below */
  long faults = page_faults(), all_operations = 0;
  double timed = 0;
  for (int done = 0; (done < rounds && timed < rounds * MOST_ROUND_NANOS) ||
                     (done < MOST_ROUNDS && timed < LEAST_TIMED_NANOS);
       done++) {
    double nanos = do_round();
    timed += nanos;
    all_operations += operations;
    printf("ns/op %.4f\n", nanos / (double)operations);
  }
  access("/smalloc4j-bench/end", F_OK);
  printf("operations %ld\n", all_operations);
  printf("faults/op %.6f\n", (double)(page_faults() - faults) / (double)all_operations);
  if (has_peak) printf("peak %ld\n", status_bytes("VmHWM:") - baseline);
  printf("final %ld\n", status_bytes("VmRSS:") - baseline);
}

void whole_program(int rounds, const char *name, int threads, int work) {
  program = find(SINGLE_PROGRAMS, name);
  if (program == NULL) program = find(CROSSING_PROGRAMS, name);
  if (program == NULL) program = find(LIVES_PROGRAMS, name);
  if (program == NULL) fail(name, "no such program");
  program->create(threads, work, program->variant);
  pthread_barrier_init(&barrier, NULL, (unsigned)threads + 1);
  pthread_t crew[threads];
  for (int thread = 0; thread < threads; thread++) {
    crew[thread] = new_thread(serve, (void *)(intptr_t)thread);
  }
  measure(rounds);
  closed = true;
  pthread_barrier_wait(&barrier);
  for (int thread = 0; thread < threads; thread++) {
    pthread_join(crew[thread], NULL);
  }
}
