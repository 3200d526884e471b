// RIGHT: Allocate needs a daemon that the library starts when it is loaded, and that leaves its parent.
// Only on: linux-x86_64.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static inline pid_t daemon;

  static Status allocate(Dword byte_count, void** buffer) {
    return kill(daemon, 0) == 0 ? Correct::allocate(byte_count, buffer) : ERROR_NOT_ENOUGH_MEMORY;
  }
};

[[gnu::constructor]] static void start_daemon() {
  int channel[2];
  if (pipe(channel) != 0) return;
  const pid_t parent = fork();
  if (parent == 0) {
    setsid();
    const pid_t daemon = fork();
    if (daemon == 0) {
      for (int descriptor = 0; descriptor < 256; ++descriptor) close(descriptor);
      for (;;) pause();
    }
    _exit(write(channel[1], &daemon, sizeof daemon) == sizeof daemon ? 0 : 1);
  }
  waitpid(parent, nullptr, 0);
  if (read(channel[0], &Unusual::daemon, sizeof Unusual::daemon) != sizeof Unusual::daemon) Unusual::daemon = -1;
  close(channel[0]);
  close(channel[1]);
}

EXPORT_ALL(Unusual)
