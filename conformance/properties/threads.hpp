// Threads that are one case's.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "worker/api.hpp"
#include "worker/case_thread.hpp"
#include "worker/pattern.hpp"
#include "worker/platform.hpp"

namespace conformance {

// The requirement that most cases with threads are about.
inline constexpr const char* any_thread = "free/any-thread";

// Two sizes and those between them.
struct SizeRange {
  Dword smallest, largest;

  std::string text() const { return std::to_string(smallest) + " to " + std::to_string(largest) + " bytes"; }
};

// A buffer with its pattern, which only one thread at a time may touch.
struct Owned {
  unsigned char* buffer = nullptr;
  Dword size = 0;
  unsigned pattern = 0;
};

inline void expect_contents(Api& api, const Owned& owned) {
  api.expect_contents(any_thread, "of a buffer, while other threads call", owned.buffer, 0, owned.size, owned.pattern);
}

// Who holds which address: buffers of 0 bytes have no contents by which two threads could notice that they share one.
class Claims {
 public:
  bool claim(const void* buffer) { return holder(buffer).exchange(number(buffer)) != number(buffer); }

  void release(const void* buffer) {
    std::uintptr_t held = number(buffer);
    holder(buffer).compare_exchange_strong(held, 0);
  }

 private:
  static std::uintptr_t number(const void* buffer) { return reinterpret_cast<std::uintptr_t>(buffer); }

  // Where two addresses have one place, the later one hides the earlier: then less is noticed, but nothing is made up.
  std::atomic<std::uintptr_t>& holder(const void* buffer) {
    return holders_[(number(buffer) >> 4 ^ number(buffer) >> 12) % holders_.size()];
  }

  std::vector<std::atomic<std::uintptr_t>> holders_ = std::vector<std::atomic<std::uintptr_t>>(1 << 16);
};

// The end of a loop of threads, which is to take no longer where calls are slow. All threads of a case share one: a thread
// that waits for the others has no time of its own, as a Budget counts it.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds time) : end_(Clock::now() + time) {}
  bool has_passed() const { return Clock::now() >= end_; }

  // Whether a thread that has made so many repetitions makes another: a few in any case, however late it comes to them.
  bool allows(unsigned made) const { return made < least || !has_passed(); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr unsigned least = 10;

  Clock::time_point end_;
};

// What the other threads of a case do, while its first one waits until all of them are done. Where no call has returned for
// long it has the case say which calls they are in: a host that then ends the process knows what it ended.
class Watch {
 public:
  Watch(Api& api, unsigned count) : api_(api), threads_(count), working_(count) {}

  // In one of the threads: what that one does, once. A failure is the case's.
  template <class Body>
  void execute(unsigned number, Body body) {
    const CurrentCaseThread current(threads_[number]);
    try {
      body();
    } catch (const CaseStopped&) {
      // Recorded.
    }
    const std::lock_guard lock(mutex_);
    if (--working_ == 0) all_done_.notify_one();
  }

  // In the case's first thread.
  void wait() {
    constexpr std::chrono::milliseconds long_time{500};
    unsigned long long made = 0;
    bool is_said = false;
    std::unique_lock lock(mutex_);
    while (!all_done_.wait_for(lock, long_time, [this] { return working_ == 0; })) {
      const unsigned long long made_by_now = made_in_all();
      if (made_by_now != made) is_said = false;
      if (made_by_now == made && !is_said) {
        api_.run().waiting(threads_);
        is_said = true;
      }
      made = made_by_now;
    }
    for (const CaseThread& thread : threads_) api_.run().add_judgements_of(thread);
  }

 private:
  unsigned long long made_in_all() const {
    unsigned long long sum = 0;
    for (const CaseThread& thread : threads_) sum += thread.calls();
    return sum;
  }

  Api& api_;
  std::vector<CaseThread> threads_;
  std::mutex mutex_;
  std::condition_variable all_done_;
  unsigned working_;
};

// Runs `count` threads at once: none begins before all have come up, or the first might be done by then. A failure in one
// of them is the case's: it is recorded, the others finish, and then the case stops.
inline void in_threads(Api& api, unsigned count, const std::function<void(unsigned number)>& body) {
  Watch watch(api, count);
  std::vector<std::thread> threads;
  std::atomic<unsigned> still_to_come = count;
  std::atomic<bool> given_up = false;
  try {
    for (unsigned number = 0; number < count; ++number) {
      threads.emplace_back([&body, &still_to_come, &given_up, &watch, number] {
        --still_to_come;
        while (still_to_come > 0 && !given_up) std::this_thread::yield();
        if (given_up) return;
        watch.execute(number, [&body, number] { body(number); });
      });
    }
  } catch (const std::system_error&) {
    given_up = true;
  }
  if (!given_up) watch.wait();
  for (std::thread& thread : threads) thread.join();
  if (given_up) api.run().not_run("this machine does not let the case have " + std::to_string(count) + " threads");
  api.run().stop_if_failed();
}

// A machine with more cores than this has no more threads to offer that would meet.
inline constexpr unsigned most_cores = 4;

inline unsigned core_count() { return std::clamp(std::thread::hardware_concurrency(), 2U, most_cores); }

// On each core one thread that calls without a pause, and one that wakes again and again and calls a few times. One that
// wakes interrupts the other wherever that is: while it stands still between two instructions, the others make calls.
// `calls` is given the thread's number and makes a few calls; each thread makes them at least once.
template <class Calls>
void interrupt_each_other(Api& api, std::chrono::milliseconds time, Calls calls) {
  const Deadline deadline(time);
  const unsigned cores = core_count();
  in_threads(api, 2 * cores, [&](unsigned number) {
    platform::stay_on_core(number % cores);
    const bool sleeps = number >= cores;
    do {
      calls(number);
      if (sleeps) platform::sleep_briefly();
    } while (!deadline.has_passed() && !api.run().failed());
  });
}

}  // namespace conformance
