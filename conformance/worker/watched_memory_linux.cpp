#include <sys/mman.h>

#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <utility>

#include "worker/watched_memory.hpp"

namespace conformance::watched_memory {
namespace {

constexpr int reserved = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

void allow(unsigned char* start, std::size_t bytes, int protection) {
  if (mprotect(start, bytes, protection) != 0) throw std::bad_alloc();
}

const std::function<bool(unsigned char*)>* use_in_activity = nullptr;
struct sigaction former_action;
std::exception_ptr failure;
sigjmp_buf way_out;

bool is_used(void* address) {
  try {
    return (*use_in_activity)(static_cast<unsigned char*>(address));
  } catch (...) {
    failure = std::current_exception();
  }
  return true;
}

// The activity itself has come here, by an instruction that is not executed yet: so this may do whatever the activity may,
// and an exception cannot pass through that instruction.
void look_at_use(int, siginfo_t* information, void*) {
  if (!is_used(information->si_addr)) {
    sigaction(SIGSEGV, &former_action, nullptr);  // which the same instruction comes to now
  } else if (failure != nullptr) {
    siglongjmp(way_out, 1);
  }
}

void execute(const std::function<void()>& activity) {
  if (sigsetjmp(way_out, 0) != 0) return;
  try {
    activity();
  } catch (...) {
    failure = std::current_exception();
  }
}

}  // namespace

unsigned char* reserve(std::uint64_t bytes) noexcept {
  if (bytes > PTRDIFF_MAX) return nullptr;
  void* const start = mmap(nullptr, static_cast<std::size_t>(bytes), PROT_NONE, reserved, -1, 0);
  return start != MAP_FAILED ? static_cast<unsigned char*>(start) : nullptr;
}

void release(unsigned char* start, std::uint64_t bytes) noexcept { munmap(start, static_cast<std::size_t>(bytes)); }

void close(unsigned char* start, std::size_t bytes) {
  if (mmap(start, bytes, PROT_NONE, reserved | MAP_FIXED, -1, 0) == MAP_FAILED) throw std::bad_alloc();
}

void open_to_read(unsigned char* start, std::size_t bytes) { allow(start, bytes, PROT_READ); }

void open_to_read_and_write(unsigned char* start, std::size_t bytes) { allow(start, bytes, PROT_READ | PROT_WRITE); }

void watch(const std::function<void()>& activity, const std::function<bool(unsigned char*)>& use) {
  use_in_activity = &use;
  struct sigaction action = {};
  action.sa_sigaction = look_at_use;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, &former_action);
  execute(activity);
  sigaction(SIGSEGV, &former_action, nullptr);
  if (failure != nullptr) std::rethrow_exception(std::exchange(failure, nullptr));
}

}  // namespace conformance::watched_memory
