// libFuzzer in front of a target of this project: the target's process speaks AFL's fork server protocol (WireProtocols.Testing, ForkServer), and this
// is the other end of it. The map of edges that the target counts in is mapped over libFuzzer's extra counters, so that libFuzzer sees them as its own.
// FUZZ_TARGET is the command that starts the process.
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

enum { MapSize = 1 << 16, Control = 198, Status = 199 };

__attribute__((section("__libfuzzer_extra_counters"), aligned(MapSize))) static uint8_t counters[MapSize];

static int control, status, input;

static void demand(int holds, const char *what) {
  if (!holds) {
    perror(what);
    _exit(3);
  }
}

static int share_counters(void) {
  int id = shmget(IPC_PRIVATE, MapSize, IPC_CREAT | 0600);
  demand(id >= 0, "shmget");
  // In place of the pages that the linker gave to the counters.
  demand(shmat(id, counters, SHM_REMAP) == counters, "shmat");
  char text[16];
  snprintf(text, sizeof text, "%d", id);
  setenv("__AFL_SHM_ID", text, 1);
  return id;
}

static void start(const char *command, int requests[2], int answers[2]) {
  pid_t child = fork();
  demand(child >= 0, "fork");
  if (child == 0) {
    dup2(input, STDIN_FILENO);
    dup2(requests[0], Control);
    dup2(answers[1], Status);
    close(requests[1]);
    close(answers[0]);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
  }
}

static int receive(void) {
  int message;
  ssize_t count;
  // libFuzzer's alarm interrupts a call now and then.
  do {
    count = read(status, &message, sizeof message);
  } while (count < 0 && errno == EINTR);
  if (count != sizeof message) {
    fprintf(stderr, "The target's process has died.\n");
    abort();
  }
  return message;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  const char *command = getenv("FUZZ_TARGET");
  if (command == NULL) {
    fprintf(stderr, "FUZZ_TARGET is missing; use fuzz/libfuzzer/run.sh.\n");
    _exit(2);
  }
  int requests[2], answers[2];
  demand(pipe(requests) == 0 && pipe(answers) == 0, "pipe");
  input = memfd_create("input", 0);
  demand(input >= 0, "memfd_create");
  int segment = share_counters();
  start(command, requests, answers);
  close(requests[0]);
  close(answers[1]);
  control = requests[1];
  status = answers[0];
  receive();
  // The segment goes when both processes have gone.
  shmctl(segment, IPC_RMID, NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // The child has the same file description, so it reads from where this process has put it.
  demand(ftruncate(input, (off_t)size) == 0, "ftruncate");
  demand(pwrite(input, data, size, 0) == (ssize_t)size, "pwrite");
  demand(lseek(input, 0, SEEK_SET) == 0, "lseek");
  int run = 0;
  demand(write(control, &run, sizeof run) == sizeof run, "write");
  receive();
  if (receive() != 0) {
    abort();
  }
  return 0;
}
