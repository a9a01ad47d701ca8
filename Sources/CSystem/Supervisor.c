// A small process between a run and the programs that it starts. It is their parent, and as "child subreaper" it becomes
// the parent of whatever they leave behind: so it can end and collect all of it, when a program has ended, and when the
// run is gone, however that was ended. PR_SET_PDEATHSIG would not do: it fires when the *thread* ends that started the
// program, and does not reach what the program starts.
#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { max_message = 192 << 10, descriptor_count = 4, leftover_ms = 200 };

struct program {
  pid_t pid;  // and its process group
  int report;
  int status;
  int has_ended;
  int64_t kill_at;  // what it left running is killed then
};

static struct program *programs;
static size_t program_count, program_room;

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int csystem_socket_pair(int descriptors[2]) { return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, descriptors); }

int csystem_supervised_spawn(int socket, const char *what, size_t size, const int descriptors[4]) {
  if (size > max_message) return EMSGSIZE;
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int) * descriptor_count)];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {(void *)what, size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int) * descriptor_count);
  memcpy(CMSG_DATA(header), descriptors, sizeof(int) * descriptor_count);
  while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
    if (errno != EINTR) return errno;
  return 0;
}

static void report(int fd, int32_t value) {
  // Four bytes fit into an empty pipe; a reader that is gone does not matter.
  while (write(fd, &value, sizeof value) < 0 && errno == EINTR) {}
}

// A message: directory, program (or nothing), number of arguments, arguments, variables; each ends with a zero byte.
static pid_t start(char *text, size_t size, const int *fds) {
  size_t count = 0;
  for (size_t i = 0; i < size; i++) count += text[i] == 0;
  if (count < 4 || text[size - 1] != 0) return -EINVAL;
  const char **words = calloc(count + 2, sizeof *words);
  if (!words) return -ENOMEM;
  size_t used = 0;
  const char *directory = text, *program = directory + strlen(directory) + 1, *number = program + strlen(program) + 1;
  const char *next = number + strlen(number) + 1;
  size_t arguments = strtoul(number, NULL, 10), index = 0;
  for (; next < text + size; next += strlen(next) + 1) {
    if (index++ == arguments) words[used++] = NULL;
    words[used++] = next;
  }
  if (index <= arguments) words[used++] = NULL;
  struct csystem_spawn spawn = {
    .argv = words, .envp = words + arguments + 1, .program = *program ? program : NULL,
    .directory = *directory ? directory : NULL,
    .stdin_fd = fds[0], .stdout_fd = fds[1], .stderr_fd = fds[2]};
  pid_t pid = index < arguments ? -EINVAL : csystem_spawn(&spawn);
  free(words);
  return pid;
}

static int receive(int socket, char *text) {
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int) * descriptor_count)];
  } control;
  struct iovec part = {text, max_message};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  ssize_t size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (size < 0) return errno == EINTR || errno == EAGAIN;
  if (size == 0) return 0;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_len != CMSG_LEN(sizeof(int) * descriptor_count)) return 1;
  int fds[descriptor_count];
  memcpy(fds, CMSG_DATA(header), sizeof fds);
  pid_t pid = -ENOMEM;
  if (program_count == program_room) {
    size_t room = program_room ? program_room * 2 : 64;
    struct program *more = realloc(programs, room * sizeof *more);
    if (more) {
      programs = more;
      program_room = room;
    }
  }
  if (program_count < program_room) pid = start(text, (size_t)size, fds);
  for (int i = 0; i < 3; i++) close(fds[i]);
  report(fds[3], pid);
  if (pid > 0)
    programs[program_count++] = (struct program){.pid = pid, .report = fds[3]};
  else
    close(fds[3]);
  return 1;
}

// Kills children that belong to no program that runs: what left its group (setsid) and lost its parent.
static void kill_strays(void) {
  char path[64], line[65536];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t size = read(fd, line, sizeof line - 1);
  close(fd);
  if (size <= 0) return;
  line[size] = 0;
  for (char *next = line, *end; *next; next = end) {
    long pid = strtol(next, &end, 10);
    if (end == next) break;
    if (pid > 1) kill((pid_t)pid, SIGKILL);
  }
}

static void collect(void) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
    for (size_t i = 0; i < program_count; i++)
      if (programs[i].pid == pid && !programs[i].has_ended) {
        programs[i].has_ended = 1;
        programs[i].status = status;
        programs[i].kill_at = now_ms() + leftover_ms;
        kill(-pid, SIGTERM);
      }
}

// Reports what has ended with all that it started; says in how many milliseconds to look again (-1: when something ends).
static int settle(void) {
  int wait = -1;
  int64_t now = now_ms();
  size_t kept = 0;
  for (size_t i = 0; i < program_count; i++) {
    struct program *p = &programs[i];
    if (p->has_ended) {
      // All of the group are children of this process, and collected when they end: then there is no such group.
      int is_gone = kill(-p->pid, 0) != 0 && errno == ESRCH;
      if (!is_gone && now >= p->kill_at) {
        kill(-p->pid, SIGKILL);
        if (now >= p->kill_at + leftover_ms) is_gone = 1;
      }
      if (is_gone) {
        report(p->report, p->status);
        close(p->report);
        continue;
      }
      wait = 2;
    }
    programs[kept++] = *p;
  }
  int had = program_count > 0;
  program_count = kept;
  if (had && kept == 0) kill_strays();
  return wait;
}

static void end_all(void) {
  for (size_t i = 0; i < program_count; i++) kill(-programs[i].pid, SIGKILL);
  for (int round = 0; round < 500; round++) {
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {}
    if (pid < 0 && errno == ECHILD) return;
    // What lost its parent meanwhile is a child of this process now.
    kill_strays();
    usleep(2000);
  }
}

static void ignore(int number) { (void)number; }

int csystem_supervise(int socket) {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  prctl(PR_SET_NAME, "sluice-children", 0, 0, 0);
  // A handler, and not SIG_IGN, which programs would inherit.
  int deaf[] = {SIGINT, SIGTERM, SIGQUIT, SIGPIPE};
  for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++) signal(deaf[i], ignore);
  struct sigaction former;
  if (sigaction(SIGHUP, NULL, &former) == 0 && former.sa_handler != SIG_IGN) signal(SIGHUP, ignore);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, NULL);
  int ended = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  char *text = malloc(max_message);
  if (ended < 0 || !text) return 1;
  int wait = -1;
  for (;;) {
    struct pollfd entries[] = {{socket, POLLIN, 0}, {ended, POLLIN, 0}};
    if (poll(entries, 2, wait) < 0 && errno != EINTR) break;
    struct signalfd_siginfo info;
    while (read(ended, &info, sizeof info) > 0) {}
    collect();
    if (entries[0].revents && !receive(socket, text)) break;
    wait = settle();
  }
  end_all();
  return 0;
}
