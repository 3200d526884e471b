// Memory that was given back is used again: repeating an activity without end does not make the process grow.
//
// An implementation may keep freed memory for a while (caches, quarantines that find bugs), so growth alone is no leak.
// What is bounded stops growing; a leak does not. So each activity is repeated in rounds until a round makes the process
// grow by less than a part of what it would have lost (pass), or until it has grown beyond any sensible bound (fail).
// Implementations that do not leak are done after two rounds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "worker/api.hpp"

namespace conformance {

// More than the quarantines of today's memory checkers hold (256 MiB), less than a small machine has.
inline std::uint64_t growth_limit_bytes() { return std::min<std::uint64_t>(768 << 20, platform::physical_bytes() / 4); }

// Besides what a leak would lose, the process may grow by its own pages: a round that grows by an eighth of its loss or
// less is none, and neither is one below 256 KiB, which is what memory figures themselves are good for.
inline constexpr std::uint64_t noise_bytes = 256 << 10;

// Leaks of a few bytes would take long to reach the limit. Nothing that is bounded grows for so many rounds, once what
// an implementation keeps from use was filled with other buffers.
inline constexpr int most_rounds = 80;

struct Activity {
  const char* description;
  std::uint64_t lost_bytes;  // by one repetition, if what it gives back were lost
  int repetitions;           // in a round
};

// Memory counts once it was touched.
inline unsigned char* touched(unsigned char* buffer, Dword bytes) {
  std::memset(buffer, 1, bytes);
  return buffer;
}

// Frees so much that whatever an implementation keeps from use, up to a number of bytes, is this.
inline void fill_quarantines(Api& api) {
  constexpr Dword bytes = 1 << 20;
  for (int i = 0; i < 300; ++i) {
    api.must_free(touched(api.must_allocate(bytes), bytes));
    api.run().still_running();
  }
}

template <class Repetition>
void expect_no_growth(Api& api, const char* requirement, const Activity& activity, Repetition repetition) {
  const std::uint64_t round_loss = activity.lost_bytes * static_cast<std::uint64_t>(activity.repetitions);
  const auto round = [&] {
    for (int i = 0; i < activity.repetitions; ++i) {
      repetition();
      api.run().still_running();
    }
  };
  api.run().step(activity.description);
  round();  // what is made once is made now
  std::uint64_t start = platform::private_bytes();
  int rounds = 0;
  for (std::uint64_t before = start;;) {
    round();
    const std::uint64_t after = platform::private_bytes();
    if (after < before + std::max(round_loss / 8, noise_bytes)) break;
    if (after > start + growth_limit_bytes() || ++rounds == most_rounds) {
      api.run().fail(requirement, std::string("memory of the process, while it did: ") + activity.description,
                     "stops growing", "grew by " + std::to_string((after - start) >> 20) + " MiB and went on");
    }
    before = after;
    if (rounds == 1) {
      fill_quarantines(api);
      // What was freed just now may serve a leak for a while.
      for (int i = 0; i < 4; ++i) round();
      start = before = platform::private_bytes();
    }
  }
  api.run().expect(true, requirement, "memory", "", "");
  api.run().done();
}

}  // namespace conformance
