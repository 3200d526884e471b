// Which call each thread of a case is in: a call that does not return cannot say so, and is published before it is made.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "worker/buffers.hpp"
#include "worker/status.hpp"

namespace conformance {

// The call that one thread is in, and how many it has made.
class CallOfThread {
 public:
  void begins(const char* function, const buffers::Account& account) noexcept;
  void returned() noexcept { function_.store("", std::memory_order_relaxed); }

  unsigned long long made() const noexcept { return made_.load(std::memory_order_relaxed); }
  // The call in words, such as "NetApiBufferFree of a buffer of 40 bytes"; empty outside of any.
  std::string text() const;
  const char* function() const noexcept { return function_.load(std::memory_order_relaxed); }

 private:
  std::atomic<const char*> function_ = "";
  std::atomic<std::uintptr_t> given_ = 0;
  std::atomic<Dword> bytes_ = 0;
  std::atomic<unsigned long long> made_ = 0;
};

// While it lives, `call` publishes the calls of this thread there.
class PublishedCalls {
 public:
  explicit PublishedCalls(CallOfThread& place) noexcept;
  ~PublishedCalls();
  PublishedCalls(const PublishedCalls&) = delete;
  PublishedCalls& operator=(const PublishedCalls&) = delete;
};

// Where the calls of this thread are published, or nullptr.
CallOfThread* published_call() noexcept;

}  // namespace conformance
