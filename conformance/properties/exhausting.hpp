// Using up the memory that a limit leaves, and what is kept of it until it can be judged.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "properties/budget.hpp"
#include "worker/api.hpp"
#include "worker/memory_limit.hpp"
#include "worker/status.hpp"

namespace conformance {

// What a limit leaves an implementation that is to run out of memory.
inline constexpr std::uint64_t further_bytes = 192 << 20;

// The same where small buffers use it up, which take their time, or where nothing is asked for but what no limit leaves:
// Wine uses it up with what it notes of such requests.
inline constexpr std::uint64_t few_further_bytes = 8 << 20;

// More than an implementation may keep from use for a while (the quarantines of memory checkers hold 256 MiB).
inline constexpr std::uint64_t further_bytes_to_use_again = 768 << 20;

// A request that no limit leaves room for.
inline constexpr Dword largest_request = 0xFFFFFFFF;

// Under a limit nothing may be judged, since a judgement allocates: the facts are kept, and judged afterwards.
struct Facts {
  bool ran_out = false;
  Status status = success;  // of the first call that failed
  bool success_without_buffer = false;
  bool buffer_broken = false;

  bool is_used_up() const { return ran_out || success_without_buffer; }
};

inline constexpr const char* keeps_memory_in_reserve =
    "its memory does not run out: it was reserved before the limit, or its calls take too long to use it up";
inline constexpr const char* meets_huge_requests =
    "it meets requests for more memory than the limit leaves: it was reserved";

// What an implementation needs once (a table, a variable of the thread, what it throws the first exception with) must
// exist before memory is used up: a call must not be blamed for that.
inline void prepare_to_run_out(Api& api) {
  for (const Dword size : {40U, 5000U, 1U << 20}) {
    if (const unsigned char* const buffer = api.allocate_if_granted(size)) api.must_free(buffer);
  }
  PointerResult refused;
  // What reserved its memory may grant it all the same, and write all of it.
  api.run().step("with memory limited, allocate 0xFFFFFFFF bytes, and free them if they are there", "",
                 largest_request);
  {
    const MemoryLimit limit(api.run(), few_further_bytes);
    refused = api.allocate(largest_request);
  }
  if (refused.status == success && refused.buffer != nullptr) api.must_free(refused.buffer);
  api.run().done(status_text(refused.status));
}

// The buffers that use memory up. An implementation that grants `capacity` of them has reserved its memory before the
// limit, and is not made to run out.
template <std::size_t capacity>
struct HoardOf {
  std::array<unsigned char*, capacity> buffers;
  std::size_t count = 0;
};

// More than any limit here lets a process have; with pages of 2 MiB for each buffer of 1 MiB, or with every byte written,
// still less than what a worker is granted.
inline constexpr std::uint64_t most_hoarded_bytes = std::uint64_t{2} << 30;

inline constexpr Dword exhausting_size = 1 << 20;
using Hoard = HoardOf<most_hoarded_bytes / exhausting_size>;

inline bool is_marked(const unsigned char* buffer, Dword size, std::size_t number) {
  const auto mark = static_cast<unsigned char>(number);
  return buffer[0] == mark && buffer[size - 1] == mark;
}

// Allocates buffers of this size until one cannot be had. Their ends are written: success must not be a promise only.
template <std::size_t capacity>
Facts allocate_until_it_fails(Api& api, Dword size, HoardOf<capacity>& hoard) {
  Facts facts;
  Budget budget(std::chrono::seconds(4));
  const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, most_hoarded_bytes / size));
  while (hoard.count < most && budget.allows_another()) {
    const PointerResult result = api.allocate(size);
    if (result.status != success) {
      facts.ran_out = true;
      facts.status = result.status;
      break;
    }
    if (result.buffer == nullptr) {
      facts.success_without_buffer = true;
      break;
    }
    result.buffer[0] = result.buffer[size - 1] = static_cast<unsigned char>(hoard.count);
    hoard.buffers[hoard.count++] = result.buffer;
  }
  for (std::size_t i = 0; i < hoard.count; ++i) {
    if (!is_marked(hoard.buffers[i], size, i)) facts.buffer_broken = true;
  }
  return facts;
}

// A hoard of one of several sizes.
using SmallHoard = HoardOf<1 << 13>;

// Uses memory up in buffers of 1 MiB, and then in buffers of a sixteenth for each further hoard. `used_up` is given each
// size of which no more can be had. Returns false, and makes no smaller buffers, where those of 1 MiB can all be had.
template <class UsedUp>
bool use_memory_up(Api& api, std::span<SmallHoard> hoards, UsedUp used_up) {
  Dword size = exhausting_size;
  for (SmallHoard& hoard : hoards) {
    const bool is_used_up = allocate_until_it_fails(api, size, hoard).is_used_up();
    if (is_used_up) used_up(size);
    if (!is_used_up && size == exhausting_size) return false;
    size /= 16;
  }
  return true;
}

template <std::size_t capacity>
void free_hoard(Api& api, HoardOf<capacity>& hoard) {
  while (hoard.count > 0) {
    api.free(hoard.buffers[--hoard.count]);
  }
}

}  // namespace conformance
