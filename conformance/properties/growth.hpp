// Memory that was given back is used again: repeating an activity without end does not make the process grow.
//
// An implementation may keep freed memory for a while (caches, quarantines that find bugs), so growth alone is no leak.
// What is bounded stops growing; a leak does not. So each activity is repeated in rounds until a round makes the process
// grow by less than a part of what it would have lost (pass), or until it has grown beyond what any sensible bound, of
// bytes or of buffers, lets an implementation keep (fail). Implementations that do not leak are done after two rounds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "properties/budget.hpp"
#include "properties/rest.hpp"
#include "worker/api.hpp"

namespace conformance {

// What the quarantines of today's memory checkers hold.
inline constexpr std::uint64_t quarantine_bytes = 256 << 20;

// More than that, and less than a small machine has.
inline std::uint64_t growth_limit_bytes() { return std::min<std::uint64_t>(768 << 20, platform::physical_bytes() / 4); }

// More than caches and quarantines keep that count buffers, however large these are: for each class of sizes, or in all.
// What was freed less often than this may be one of theirs.
inline constexpr int most_kept_buffers = 300;

// Beyond this nothing is judged any more: a worker is granted little more, and an implementation may touch what we do not.
inline std::uint64_t most_private_bytes() {
  return std::min<std::uint64_t>(std::uint64_t{3} << 30, platform::physical_bytes() / 4);
}

// Besides what a leak would lose, the process may grow by its own pages: a round that grows by an eighth of its loss or
// less is noise, and so is growth below 256 KiB: memory figures are not more exact.
inline constexpr std::uint64_t noise_bytes = 256 << 10;

// Leaks of a few bytes take long to reach the limit. After this time growth in `enough_rounds` of an activity is enough, if
// these could lose `enough_bytes`: little that is bounded still grows then, once what an implementation keeps from use was
// filled with other buffers.
inline constexpr std::chrono::seconds patience{8};

// Where calls are so slow that not even this is reached, growth is not judged.
inline constexpr std::chrono::seconds longest_growth{45};

struct Activity {
  std::string description;
  std::uint64_t lost_bytes;  // by one repetition, of what was touched, if what it gives back were lost
  int repetitions;           // in a round; fewer where the implementation is slow
  int enough_rounds = 80;
  std::uint64_t enough_bytes = quarantine_bytes;  // lost in these rounds, if it lost all that it could
};

// The sizes that most activities have.
inline constexpr Dword small_buffer = 40, medium_buffer = 3000, large_buffer = 1 << 20;

// Of larger buffers both ends are touched, half of this each: so an implementation may keep hundreds of the largest.
inline constexpr Dword most_touched_bytes = 1 << 20;

// Memory counts once it was touched, a page at a time. `bytes` is not 0.
inline unsigned char* touched(unsigned char* buffer, Dword bytes) {
  constexpr Dword page = 4096;
  for (Dword at = 0; at < bytes; at += page) {
    if (bytes > most_touched_bytes && at == most_touched_bytes / 2) at = bytes - most_touched_bytes / 2;
    buffer[at] = 1;
  }
  buffer[bytes - 1] = 1;
  return buffer;
}

// Thrown where a request was refused that need not be granted.
struct NotGranted {};

// The same, of a request that was granted before.
struct NotGrantedAgain {};

inline unsigned char* granted(unsigned char* buffer) {
  if (buffer == nullptr) throw NotGranted();
  return buffer;
}

// Frees so much that whatever an implementation keeps from use, up to a number of bytes or of buffers, is this. Returns how
// small the process was meanwhile, in bytes.
inline std::uint64_t fill_quarantines(Api& api) {
  constexpr Dword bytes = 1 << 20;
  std::uint64_t smallest = platform::private_bytes();
  for (int i = 0; i < most_kept_buffers; ++i) {
    unsigned char* const buffer = api.allocate_if_granted(bytes);
    if (buffer == nullptr) break;
    api.must_free(touched(buffer, bytes));
    smallest = std::min(smallest, platform::private_bytes());
  }
  return smallest;
}

using Duration = std::chrono::steady_clock::duration;

inline bool grows_while_idle(CaseRun& run, Duration time, std::uint64_t bytes) {
  const std::uint64_t before = platform::private_bytes();
  rest(run, time);
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

// Whether the process, grown from `start` to `after` bytes, gives that back now: an implementation may collect what was
// freed at once, after so much else has been allocated.
inline bool is_collected(Api& api, std::uint64_t start, std::uint64_t after) {
  return fill_quarantines(api) < start + (after - start) / 2;
}

// The rounds of an activity, each as long as the others.
template <class Repetition>
class Rounds {
 public:
  // The first round: what is made once is made now. Where the implementation is slow it ends early. Throws NotGranted.
  Rounds(int most_repetitions, Repetition& repetition) : repetition_(repetition) {
    Budget budget(std::chrono::milliseconds(200));
    while (repetitions_ < most_repetitions && budget.allows_another()) {
      repetition_();
      ++repetitions_;
    }
  }

  int repetitions() const { return repetitions_; }

  // Throws NotGrantedAgain.
  void execute() {
    try {
      for (int i = 0; i < repetitions_; ++i) repetition_();
    } catch (const NotGranted&) {
      throw NotGrantedAgain();
    }
  }

 private:
  Repetition& repetition_;
  int repetitions_ = 0;
};

// Whether the process has fewer than `most` bytes after a rest and a further round. Then that round used memory that was
// freed before: an implementation may let some time pass until it hands it out again.
template <class Repetition>
bool stops_after_a_rest(Api& api, Rounds<Repetition>& rounds, std::uint64_t most) {
  rest(api.run(), std::chrono::seconds(1));
  rounds.execute();
  return platform::private_bytes() < most;
}

// How much the process has grown, in bytes, where it goes on growing; nothing where it stops. While memory is beyond what
// may be judged, the growth has ended.
template <class Repetition>
std::optional<std::uint64_t> endless_growth(Api& api, const Activity& activity, Repetition& repetition) {
  Rounds rounds(activity.repetitions, repetition);
  const std::uint64_t round_loss = activity.lost_bytes * static_cast<std::uint64_t>(rounds.repetitions());
  const std::uint64_t least_growth = std::max(round_loss / 8, noise_bytes);
  std::uint64_t start = platform::private_bytes(), before = start;
  const auto beginning = std::chrono::steady_clock::now();
  for (int round = 1;; ++round) {
    const auto began = std::chrono::steady_clock::now();
    rounds.execute();
    const std::uint64_t after = platform::private_bytes();
    if (after < before + least_growth || after > most_private_bytes()) return std::nullopt;
    before = after;
    if (round == 1) {
      fill_quarantines(api);
      // What was freed just now may serve a leak for a while.
      for (int i = 0; i < 4; ++i) rounds.execute();
      start = before = platform::private_bytes();
      continue;
    }
    const Duration spent = std::chrono::steady_clock::now() - beginning;
    const bool takes_long = spent > patience && round >= activity.enough_rounds &&
                            static_cast<std::uint64_t>(round) * round_loss >= activity.enough_bytes;
    const bool is_long = after > start + growth_limit_bytes() || takes_long;
    if (!is_long || std::int64_t{round} * rounds.repetitions() < most_kept_buffers) {
      if (spent > longest_growth)
        api.run().not_run("the calls take too long to tell a leak from what is kept for a while");
      continue;
    }
    if (!grew_by_itself(api.run(), std::chrono::steady_clock::now() - began, least_growth)) {
      if (is_collected(api, start, after) || stops_after_a_rest(api, rounds, after + least_growth)) return std::nullopt;
      return after - start;
    }
    round = 1;
    start = before = platform::private_bytes();
  }
}

// Whether it could be judged: an activity whose requests are refused from the first round on is left out.
template <class Repetition>
bool expect_no_growth(Api& api, const char* requirement, const Activity& activity, Repetition repetition) {
  api.run().step(activity.description);
  try {
    const std::optional<std::uint64_t> growth = endless_growth(api, activity, repetition);
    api.run().expect(!growth, requirement, ("memory of the process, while it did: " + activity.description).c_str(),
                     "stops growing", "grew by " + std::to_string(growth.value_or(0) >> 20) + " MiB and went on");
  } catch (const NotGranted&) {
    api.run().done("refused");
    return false;
  } catch (const NotGrantedAgain&) {
    api.run().fail(requirement, "a request that was granted before, while it did: " + activity.description,
                   "granted again", "refused");
  }
  api.run().done();
  return true;
}

inline constexpr const char* grants_too_little = "it grants none of the requests that would be repeated";

}  // namespace conformance
