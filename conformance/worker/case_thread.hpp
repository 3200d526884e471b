// What each thread of a case does. A call that does not return cannot say so, and is noted here before it is made.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "worker/buffers.hpp"
#include "worker/status.hpp"

namespace conformance {

// The call that one thread is in, how many it has made, and how much it has judged. Only the thread itself writes it, and on
// cache lines of its own: threads that are to meet in the implementation would else meet here, and be slowed down by it.
class alignas(64) CaseThread {
 public:
  // That of the calling thread. Threads that are no case's, as an implementation may have, share one in which nothing is
  // noted.
  static CaseThread& current() noexcept;

  // ---- its calls ----

  // The next one is not made yet; `requirement` is not met where it does not return. Returns whether it is another one than
  // that of the call before.
  bool set_requirement(const char* requirement) noexcept {
    if (requirement == this->requirement()) return false;
    requirement_.store(requirement, std::memory_order_relaxed);
    return true;
  }
  void begins(const char* function, const buffers::Account& account) noexcept;
  // The same, for a call through a connector: its buffers have no addresses in this process.
  void begins(const char* function) noexcept { function_.store(function, std::memory_order_relaxed); }
  void returned() noexcept { begins(""); }

  // Whether its calls begin with the errors that a call without memory leaves behind. For the thread itself.
  bool is_after_running_out() const noexcept { return is_after_running_out_; }
  void set_after_running_out(bool is_so) noexcept { is_after_running_out_ = is_so; }

  unsigned long long calls() const noexcept { return calls_.load(std::memory_order_relaxed); }
  // The function that is being called; empty outside of calls, and then so are the others.
  const char* function() const noexcept { return function_.load(std::memory_order_relaxed); }
  // The buffer that the call was given, or 0.
  std::uintptr_t given() const noexcept { return is_in_call() ? given_.load(std::memory_order_relaxed) : 0; }
  const char* requirement_in_call() const noexcept { return is_in_call() ? requirement() : ""; }
  // The call in words, such as "NetApiBufferFree of a buffer of 40 bytes".
  std::string call_text() const;

  // ---- its judgements, and what it has looked at beside them ----

  void count_judgement() noexcept { add_one(judgements_); }
  void count_guard() noexcept { add_one(guards_); }
  unsigned long long judgements() const noexcept { return judgements_.load(std::memory_order_relaxed); }
  unsigned long long guards() const noexcept { return guards_.load(std::memory_order_relaxed); }

 private:
  using Count = std::atomic<unsigned long long>;

  // No other thread writes it, so this need not be one step.
  static void add_one(Count& count) noexcept {
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  std::optional<Dword> given_bytes() const noexcept {
    if (!has_given_bytes_.load(std::memory_order_relaxed)) return std::nullopt;
    return given_bytes_.load(std::memory_order_relaxed);
  }
  const char* requirement() const noexcept { return requirement_.load(std::memory_order_relaxed); }
  bool is_in_call() const noexcept { return *function() != '\0'; }

  std::atomic<const char*> function_ = "";
  std::atomic<const char*> requirement_ = "";
  std::atomic<std::uintptr_t> given_ = 0;
  // The size of that buffer as the call began: later another thread's buffer may have its place in the table. Two atomics
  // and not one of an optional, whose 8 bytes 32-bit processors move through x87: an implementation may have reduced its
  // precision.
  std::atomic<Dword> given_bytes_ = 0;
  std::atomic<bool> has_given_bytes_ = false;
  std::atomic<Dword> bytes_ = 0;
  bool is_after_running_out_ = false;
  Count calls_ = 0, judgements_ = 0, guards_ = 0;
};

// While it lives, this is what the calling thread's `current` returns.
class CurrentCaseThread {
 public:
  explicit CurrentCaseThread(CaseThread& thread) noexcept;
  ~CurrentCaseThread();
  CurrentCaseThread(const CurrentCaseThread&) = delete;
  CurrentCaseThread& operator=(const CurrentCaseThread&) = delete;
};

}  // namespace conformance
