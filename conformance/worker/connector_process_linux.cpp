#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "worker/connector_process.hpp"
#include "worker/system_call_linux.hpp"

extern char** environ;

namespace conformance {
namespace {

constexpr int last_moments_ms = 500;

// Has the shell become the command, with these ends as its standard input and output; 0 or the error number.
int spawn(pid_t& process, const std::string& command, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  // This process ignores SIGPIPE, and the command shall not.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::string shell = "sh", option = "-c", text = "exec " + command;
  char* const arguments[] = {shell.data(), option.data(), text.data(), nullptr};
  const int error = posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

struct ConnectorProcess::State {
  // Both ends of a pipe, closed where they are still open.
  struct Pipe {
    int ends[2] = {-1, -1};  // to read from, to write to

    Pipe() {
      if (pipe2(ends, O_CLOEXEC) != 0) throw ConnectorFailed(std::string("has no pipe: ") + std::strerror(errno));
    }
    ~Pipe() {
      close_end(0);
      close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    void close_end(int end) {
      if (ends[end] >= 0) close(ends[end]);
      ends[end] = -1;
    }
  };

  Pipe input, output;
  pid_t process = -1;
};

ConnectorProcess::ConnectorProcess(const std::string& command) : state_(std::make_unique<State>()) {
  std::signal(SIGPIPE, SIG_IGN);
  const int error = spawn(state_->process, command, state_->input.ends[0], state_->output.ends[1]);
  if (error != 0) throw ConnectorFailed(std::string("cannot be started: ") + std::strerror(error));
  state_->input.close_end(0);
  state_->output.close_end(1);
}

ConnectorProcess::~ConnectorProcess() = default;

bool ConnectorProcess::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written =
        platform::uninterrupted([this, text] { return ::write(state_->input.ends[1], text.data(), text.size()); });
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool ConnectorProcess::read(std::string& text, std::size_t most_bytes) {
  const std::size_t before = text.size();
  text.resize(before + most_bytes);
  const ssize_t got =
      platform::uninterrupted([&] { return ::read(state_->output.ends[0], text.data() + before, most_bytes); });
  text.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
  return got > 0;
}

std::string ConnectorProcess::ending() {
  int status = 0;
  // It closed its output, and is about to end or lives on.
  for (int waited_ms = 0; waitpid(state_->process, &status, WNOHANG) != state_->process; waited_ms += 10) {
    if (waited_ms >= last_moments_ms) return "closed its standard output";
    const timespec pause = {0, 10'000'000};
    nanosleep(&pause, nullptr);
  }
  state_->process = -1;
  if (WIFSIGNALED(status)) return "was killed by signal " + std::to_string(WTERMSIG(status));
  return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace conformance
