// Memory that was given back is used again: repeating an activity without end does not make the process grow.
//
// An implementation may keep freed memory for a while (caches, quarantines that find bugs), so growth alone is no leak.
// What is bounded stops growing; a leak does not. So each activity is repeated in rounds until a round makes the process
// grow by less than a part of what it would have lost (pass), or until it has grown beyond any sensible bound (fail).
// Implementations that do not leak are done after two rounds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "worker/api.hpp"

namespace conformance {

// More than the quarantines of today's memory checkers hold (256 MiB), less than a small machine has.
inline std::uint64_t growth_limit_bytes() { return std::min<std::uint64_t>(768 << 20, platform::physical_bytes() / 4); }

// Besides what a leak would lose, the process may grow by its own pages: a round that grows by an eighth of its loss or
// less is none, and neither is one below 256 KiB, which is what memory figures themselves are good for.
inline constexpr std::uint64_t noise_bytes = 256 << 10;

struct Activity {
  std::string description;
  std::uint64_t lost_bytes;  // by one repetition, if what it gives back were lost
  int repetitions;           // in a round
  // Leaks of a few bytes would take long to reach the limit. Nothing that is bounded grows for so many rounds, once what
  // an implementation keeps from use was filled with other buffers.
  int most_rounds = 80;
};

// Memory counts once it was touched, a page at a time. `bytes` is not 0.
inline unsigned char* touched(unsigned char* buffer, Dword bytes) {
  constexpr Dword page = 4096;
  for (Dword at = 0; at < bytes; at += page) buffer[at] = 1;
  buffer[bytes - 1] = 1;
  return buffer;
}

// Thrown where a request was refused that need not be granted.
struct NotGranted {};

inline unsigned char* granted(unsigned char* buffer) {
  if (buffer == nullptr) throw NotGranted();
  return buffer;
}

// Frees so much that whatever an implementation keeps from use, up to a number of bytes, is this.
inline void fill_quarantines(Api& api) {
  constexpr Dword bytes = 1 << 20;
  for (int i = 0; i < 300; ++i) {
    unsigned char* const buffer = api.allocate_if_granted(bytes);
    if (buffer == nullptr) return;
    api.must_free(touched(buffer, bytes));
    api.run().still_running();
  }
}

using Duration = std::chrono::steady_clock::duration;

inline bool grows_while_idle(CaseRun& run, Duration time, std::uint64_t bytes) {
  const std::uint64_t before = platform::private_bytes();
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    run.still_running();
  }
  return platform::private_bytes() >= before + bytes;
}

// Before calls are blamed for growth of so many bytes in so much time: whether the process grew without any call as well,
// as it does while an implementation prepares something in a thread of its own. If so, it was waited for.
inline bool grew_by_itself(CaseRun& run, Duration time, std::uint64_t bytes) {
  constexpr int longest_wait = 100;
  time = std::max<Duration>(time, std::chrono::milliseconds(100));
  for (int waited = 0; waited < longest_wait; ++waited) {
    if (!grows_while_idle(run, time, bytes)) return waited > 0;
  }
  run.not_run("the process goes on growing while nothing is called");
}

// Whether it could be judged: an activity that is refused at once, by NotGranted, is left out.
template <class Repetition>
bool expect_no_growth(Api& api, const char* requirement, const Activity& activity, Repetition repetition) {
  const std::uint64_t round_loss = activity.lost_bytes * static_cast<std::uint64_t>(activity.repetitions);
  const std::uint64_t least_growth = std::max(round_loss / 8, noise_bytes);
  const auto round = [&] {
    for (int i = 0; i < activity.repetitions; ++i) {
      repetition();
      api.run().still_running();
    }
  };
  const auto round_again = [&] {
    try {
      round();
    } catch (const NotGranted&) {
      api.run().fail(requirement, "a request that was granted before, while it did: " + activity.description, "granted again",
                     "refused");
    }
  };
  api.run().step(activity.description);
  try {
    round();  // what is made once is made now
  } catch (const NotGranted&) {
    api.run().done("refused");
    return false;
  }
  std::uint64_t start = platform::private_bytes();
  int rounds = 0;
  for (std::uint64_t before = start;;) {
    const auto began = std::chrono::steady_clock::now();
    round_again();
    const std::uint64_t after = platform::private_bytes();
    if (after < before + least_growth) break;
    if (after > start + growth_limit_bytes() || ++rounds == activity.most_rounds) {
      if (!grew_by_itself(api.run(), std::chrono::steady_clock::now() - began, least_growth)) {
        api.run().fail(requirement, "memory of the process, while it did: " + activity.description, "stops growing",
                       "grew by " + std::to_string((after - start) >> 20) + " MiB and went on");
      }
      rounds = 1;
      start = before = platform::private_bytes();
      continue;
    }
    before = after;
    if (rounds == 1) {
      fill_quarantines(api);
      // What was freed just now may serve a leak for a while.
      for (int i = 0; i < 4; ++i) round_again();
      start = before = platform::private_bytes();
    }
  }
  api.run().met(requirement);
  api.run().done();
  return true;
}

inline constexpr const char* grants_too_little = "it grants none of the requests that would be repeated";

}  // namespace conformance
