// What still works while memory is used up, and after a call that found none.
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include "properties/exhausting.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

// The first call of a loop that did not do what it must; nothing of it may be said before the limit is lifted.
struct FirstRefusal {
  std::optional<Status> status;
  Dword size = 0;  // of the buffer

  void note(Status returned, Dword bytes) {
    if (returned == success || status) return;
    status = returned;
    size = bytes;
  }
  void expect_none(Api& api, const char* requirement, const char* call) const {
    api.run().expect(!status, requirement, call + (" of a buffer of " + std::to_string(size) + " bytes"),
                     "NERR_Success (0)", status_text(status.value_or(success)));
  }
};

// ---- memory used up by small buffers --------------------------------------------------------------------------------

void use_up_and_free(Api& api, Dword size) {
  // Of 40 bytes there are some 150,000; of what an implementation has in reserve no more than these.
  static HoardOf<1 << 18> hoard;
  FirstRefusal refusal;
  Facts facts;
  api.run().step("with memory limited, allocate " + std::to_string(size) + " bytes until it fails, and free all");
  {
    const MemoryLimit limit(api.run(), few_further_bytes);
    facts = allocate_until_it_fails(api, size, hoard);
    for (std::size_t i = 0; i < hoard.count; ++i) {
      if (!is_marked(hoard.buffers[i], size, i)) facts.buffer_broken = true;
      refusal.note(api.free(hoard.buffers[i]), size);
    }
  }
  api.run().done(std::to_string(hoard.count) + " buffers");
  hoard.count = 0;
  api.run().expect(!facts.success_without_buffer, "allocate/failure-is-an-error", "Allocate when memory is used up",
                   "an error", "success without a buffer");
  api.run().expect(!facts.buffer_broken, "allocate/usable",
                   "the ends of buffers of " + std::to_string(size) + " bytes from the last memory there was",
                   "keep what was written", "do not");
  refusal.expect_none(api, "free/allocated", "Free, when memory is used up,");
  if (!facts.ran_out) api.run().unsupported(keeps_memory_in_reserve);
}

const Property small_buffers_are_freed(
    {.id = "free/allocated-out-of-memory",
     .title = "Buffers of 40 and of 5000 bytes that used up all memory are whole, and are freed while there is none",
     .requirements = {"free/allocated", "allocate/usable", "allocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      prepare_to_run_out(api);
      for (const Dword size : {40U, 5000U}) use_up_and_free(api, size);
    });

// ---- live buffers while memory is used up ---------------------------------------------------------------------------

// From the smallest to such as have pages of their own.
constexpr std::array<Dword, 9> live_sizes = {1, 16, 40, 64, 100, 256, 5000, 70000, 300000};

// nullptr in place of one that was refused.
using LiveBuffers = std::array<unsigned char*, live_sizes.size()>;

LiveBuffers allocate_live(Api& api) {
  LiveBuffers buffers = {};
  for (unsigned i = 0; i < buffers.size(); ++i) {
    buffers[i] = api.allocate_if_granted(live_sizes[i]);
    if (buffers[i] != nullptr) fill_pattern(buffers[i], 0, live_sizes[i], i);
  }
  return buffers;
}

// The first byte of them that changed; nothing of it may be said before the limit is lifted.
struct FirstChange {
  bool is_any = false;
  Dword size = 0;
  std::size_t at = 0;
  unsigned expected = 0, actual = 0;

  void look_at(const LiveBuffers& buffers) {
    for (unsigned i = 0; i < buffers.size() && !is_any; ++i) {
      const auto changed = buffers[i] != nullptr ? first_difference(buffers[i], 0, live_sizes[i], i) : std::nullopt;
      if (changed) *this = {true, live_sizes[i], *changed, pattern_byte(i, *changed), buffers[i][*changed]};
    }
  }
  void expect_none(Api& api) const {
    api.run().expect(!is_any, "allocate/usable",
                     "byte " + std::to_string(at) + " of a live buffer of " + std::to_string(size) +
                         " bytes, when Allocate has failed",
                     std::to_string(expected), std::to_string(actual));
  }
};

// What is left of the C library's memory, in pieces that get smaller. It is ours and not in buffers: a run-time may need
// some hundred bytes to report that there is no memory for a buffer (libstdc++ for an exception that it throws).
class Remainder {
 public:
  Remainder() {
    for (std::size_t bytes = 1024; bytes >= sizeof(Piece); bytes /= 2) {
      for (void* memory = std::malloc(bytes); memory != nullptr; memory = std::malloc(bytes)) {
        pieces_ = new (memory) Piece{pieces_};
      }
    }
  }
  ~Remainder() {
    while (pieces_ != nullptr) {
      Piece* const next = pieces_->next;
      std::free(pieces_);
      pieces_ = next;
    }
  }
  Remainder(const Remainder&) = delete;
  Remainder& operator=(const Remainder&) = delete;

 private:
  struct Piece {
    Piece* next;
  };
  Piece* pieces_ = nullptr;
};

// Uses memory up to the last bytes, in buffers that get smaller, and makes `calls` meanwhile, for each live buffer.
// Leaves the case where memory does not run out.
template <class Call>
void while_memory_is_used_up(Api& api, const LiveBuffers& buffers, Call call) {
  // Small buffers may also fit into gaps between others; it does not matter when those are full.
  static std::array<SmallHoard, 3> hoards;
  bool is_used_up = false;
  FirstChange change;
  {
    const MemoryLimit limit(api.run(), few_further_bytes);
    is_used_up = use_memory_up(api, hoards, [](Dword) {});
    change.look_at(buffers);
    if (is_used_up) {
      const Remainder remainder;
      for (unsigned i = 0; i < buffers.size(); ++i) {
        if (buffers[i] != nullptr) call(i);
      }
    }
    for (auto& hoard : hoards) free_hoard(api, hoard);
  }
  api.run().done();
  change.expect_none(api);
  if (!is_used_up) api.run().unsupported(keeps_memory_in_reserve);
}

const Property size_needs_no_memory(
    {.id = "size/at-least-requested-out-of-memory",
     .title = "While memory is used up live buffers keep their contents, and Size reports their sizes",
     .requirements = {"size/at-least-requested", "allocate/usable"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      prepare_to_run_out(api);
      const LiveBuffers buffers = allocate_live(api);
      for (const unsigned char* const buffer : buffers) {
        if (buffer != nullptr) api.must_size(buffer);
      }
      FirstRefusal refusal;
      // Of the first buffer whose size is too small.
      Dword asked = 0, told = 0;
      api.run().step("with memory limited and used up, measure buffers of 1 to 300000 bytes");
      while_memory_is_used_up(api, buffers, [&](unsigned i) {
        const SizeResult reported = api.size(buffers[i]);
        refusal.note(reported.status, live_sizes[i]);
        if (reported.status != success || reported.bytes >= live_sizes[i] || asked != 0) return;
        asked = live_sizes[i];
        told = reported.bytes;
      });
      refusal.expect_none(api, "size/at-least-requested", "Size, when memory is used up,");
      api.run().expect(asked == 0, "size/at-least-requested",
                       "size of a buffer of " + std::to_string(asked) + " bytes, when memory is used up",
                       "at least " + std::to_string(asked), std::to_string(told));
      for (const unsigned char* const buffer : buffers) {
        if (buffer != nullptr) api.must_free(buffer);
      }
    });

const Property zero_bytes_need_no_memory(
    {.id = "reallocate/zero-bytes-out-of-memory",
     .title = "While memory is used up Reallocate to 0 bytes frees a buffer, stores NULL and succeeds",
     .requirements = {"reallocate/zero-bytes", "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      prepare_to_run_out(api);
      for (const unsigned char* const buffer : allocate_live(api)) {
        if (buffer != nullptr) api.reallocate(buffer, 0);
      }
      const LiveBuffers buffers = allocate_live(api);
      FirstRefusal refusal;
      Dword not_null = 0;  // the size of the first buffer in whose place something else is stored
      api.run().step("with memory limited and used up, reallocate buffers of 1 to 300000 bytes to 0");
      while_memory_is_used_up(api, buffers, [&](unsigned i) {
        const PointerResult result = api.reallocate(buffers[i], 0);
        refusal.note(result.status, live_sizes[i]);
        if (result.status == success && result.buffer != nullptr && not_null == 0) not_null = live_sizes[i];
      });
      refusal.expect_none(api, "reallocate/zero-bytes", "Reallocate to 0 bytes, when memory is used up,");
      api.run().expect(not_null == 0, "reallocate/zero-bytes",
                       "NewBuffer after Reallocate from " + std::to_string(not_null) + " to 0 bytes", "NULL",
                       "something else");
    });

// ---- after a call that found no memory ------------------------------------------------------------------------------

constexpr std::array<Dword, 5> refused_sizes = {0x40000000, 0x80000000, 0xC0000001, 0xF0000000, 0xFFFFFFF0};

const Property huge_with_little_memory(
    {.id = "allocate/failure-is-an-error-huge-with-little-memory",
     .title = "Where there is little memory a request for 1 GiB and more comes back with an error, or a real buffer",
     .requirements = {"allocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      prepare_to_run_out(api);
      for (const Dword size : refused_sizes) {
        api.run().step("with memory limited, allocate " + std::to_string(size) + " bytes");
        PointerResult result = {};
        {
          const MemoryLimit limit(api.run(), few_further_bytes);
          result = api.allocate(size);
          if (result.buffer != nullptr && result.status == success) {
            result.buffer[0] = result.buffer[size - 1] = 1;
            api.free(result.buffer);
          }
        }
        api.run().done(status_text(result.status));
        api.run().expect(result.status != success || result.buffer != nullptr, "allocate/failure-is-an-error",
                         "a request for " + std::to_string(size) + " bytes", "an error, or a buffer",
                         "success without a buffer");
      }
    });

// Small buffers that were to grow when memory was used up.
constexpr std::array<Dword, 12> small_sizes = {1, 8, 16, 24, 32, 48, 64, 100, 128, 200, 256, 1000};
constexpr unsigned of_each_size = 4;

struct Small {
  unsigned char* buffer;
  Dword size;
  bool is_refused;
};

using SmallBuffers = std::array<Small, of_each_size * small_sizes.size()>;

SmallBuffers allocate_small(Api& api) {
  SmallBuffers all = {};
  for (unsigned i = 0; i < all.size(); ++i) {
    all[i] = {api.must_allocate(small_sizes[i / of_each_size]), small_sizes[i / of_each_size], false};
    fill_pattern(all[i].buffer, 0, all[i].size, i);
  }
  return all;
}

// Grows each of them to more than there is. Leaves the case where none can be made to fail.
void refuse_to_grow(Api& api, SmallBuffers& all) {
  static Hoard hoard;
  bool is_used_up = false, is_any_refused = false;
  std::optional<Dword> without_buffer;  // the size before the first Reallocate that succeeds and stores none
  api.run().step("with memory limited and used up, grow buffers of 1 to 1000 bytes to 64 MiB and to 3.75 GiB");
  {
    const MemoryLimit limit(api.run(), few_further_bytes);
    is_used_up = allocate_until_it_fails(api, exhausting_size, hoard).is_used_up();
    for (unsigned i = 0; i < all.size() && is_used_up; ++i) {
      const PointerResult result = api.reallocate(all[i].buffer, i % 2 == 0 ? 64 << 20 : 0xF0000000);
      all[i].is_refused = result.status != success;
      is_any_refused = is_any_refused || all[i].is_refused;
      if (all[i].is_refused) continue;
      if (result.buffer == nullptr && !without_buffer) without_buffer = all[i].size;
      all[i].buffer = result.buffer;
    }
    free_hoard(api, hoard);
  }
  api.run().done();
  api.run().expect(!without_buffer, "reallocate/failure-is-an-error",
                   "Reallocate of a buffer of " + std::to_string(without_buffer.value_or(0)) +
                       " bytes to 64 MiB or more, when memory is used up",
                   "an error, or a buffer", "success without a buffer");
  if (!is_any_refused) api.run().unsupported(keeps_memory_in_reserve);
}

void expect_kept(Api& api, const unsigned char* buffer, Dword size, unsigned pattern) {
  api.expect_contents("reallocate/failure-keeps-old", "of the old buffer, after the failure", buffer, 0, size, pattern);
}

const Property small_buffers_survive_a_refusal(
    {.id = "reallocate/failure-keeps-old-small-out-of-memory",
     .title = "Buffers of 1 to 1000 bytes that could not grow are as they were, and can be freed or grown afterwards",
     .requirements = {"reallocate/failure-keeps-old", "reallocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      prepare_to_run_out(api);
      SmallBuffers all = allocate_small(api);
      refuse_to_grow(api, all);
      api.run().step("measure them, and read their contents");
      for (unsigned i = 0; i < all.size(); ++i) {
        const auto& [buffer, size, is_refused] = all[i];
        if (is_refused) {
          api.expect_size("reallocate/failure-keeps-old", "size of the old buffer", buffer, size);
        }
        expect_kept(api, buffer, size, i);
      }
      api.run().done();
      api.run().step("of those of each size free two, reallocate one to 0 and grow one; then allocate as many again");
      for (unsigned i = 0; i < all.size(); ++i) {
        const auto& [buffer, size, is_refused] = all[i];
        if (i % of_each_size == 2) {
          const Status status = api.reallocate(buffer, 0).status;
          api.run().expect(status == success, "reallocate/failure-keeps-old",
                           "Reallocate of the old buffer of " + std::to_string(size) + " bytes to 0",
                           "NERR_Success (0)", status_text(status));
          continue;
        }
        const bool is_to_grow = i % of_each_size == 3 && is_refused;
        unsigned char* const last = is_to_grow ? api.must_reallocate(buffer, size + 1000) : buffer;
        expect_kept(api, last, size, i);
        api.must_free(last);
      }
      for (const Small& small : allocate_small(api)) api.must_free(small.buffer);
      api.run().done();
    });

const Property refusals_lose_no_memory(
    {.id = "free/gives-memory-back-after-refused-reallocate",
     .title = "A buffer that could not grow is freed by Free, and by Reallocate to 0: its memory can be used again",
     .requirements = {"free/gives-memory-back", "reallocate/failure-keeps-old", "reallocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      constexpr Dword size = 1 << 20;
      // Half of them are enough to fill what the limit leaves.
      constexpr unsigned repetitions = 2000;
      unsigned made = 0;
      bool is_refused = true;
      PointerResult allocated = {}, grown = {};
      FirstRefusal refusal;
      prepare_to_run_out(api);
      api.run().step("with memory limited, 2000 times: allocate 1 MiB, fail to grow it to 2 GiB and more, and free it");
      {
        const MemoryLimit limit(api.run(), further_bytes_to_use_again);
        for (; made < repetitions; ++made) {
          allocated = api.allocate(size);
          if (allocated.status != success || allocated.buffer == nullptr) break;
          grown = api.reallocate(allocated.buffer, made % 2 == 0 ? 0x80000000 : 0xF0000000);
          is_refused = grown.status != success;
          // Free in the first half and Reallocate in the second: a leak by one of them is enough to run out.
          const unsigned char* const buffer = is_refused ? allocated.buffer : grown.buffer;
          refusal.note(made < repetitions / 2 ? api.free(buffer) : api.reallocate(buffer, 0).status, size);
          if (!is_refused) break;
        }
      }
      api.run().done(std::to_string(made) + " times");
      api.run().expect(is_refused || grown.buffer != nullptr, "reallocate/failure-is-an-error",
                       "Reallocate of 1 MiB to 2 GiB or more", "an error, or a buffer", "success without a buffer");
      refusal.expect_none(api, "reallocate/failure-keeps-old", "Free, or Reallocate to 0 bytes, after a failure,");
      if (!is_refused) api.run().unsupported(meets_huge_requests);
      api.run().expect(made == repetitions, "free/gives-memory-back",
                       "buffers of 1 MiB that could be had, one after the other", std::to_string(repetitions),
                       std::to_string(made) + ", then " + status_text(allocated.status));
    });

// What small requests came to while memory was used up. None of it may be said before the limit is lifted.
struct SmallRequests {
  static constexpr unsigned count = live_sizes.size(), most = 200;
  static constexpr Dword old_size = 40;
  static constexpr std::array<Dword, count> new_sizes = {48, 60, 100, 100, 200, 400, 800, 1500, 3000};

  std::array<unsigned char*, count> old_buffers;
  std::array<std::array<unsigned char*, 2 * most>, count> made;
  bool is_zero_without_buffer = false;
  // The sizes that Reallocate of NULL, and of a buffer, granted without a buffer; 0 where there is none.
  Dword null_without_buffer = 0, grown_without_buffer = 0;

  explicit SmallRequests(Api& api) : made{} {
    for (unsigned i = 0; i < count; ++i) {
      old_buffers[i] = api.must_allocate(old_size);
      fill_pattern(old_buffers[i], 0, old_size, i);
    }
  }

  // Until one is refused: an implementation may have a few small blocks left.
  void make(Api& api, unsigned i) {
    const Dword new_size = new_sizes[i];
    for (unsigned attempt = 0; attempt < most && null_without_buffer == 0; ++attempt) {
      const PointerResult result = api.reallocate(nullptr, new_size, false);
      if (result.status != success) break;
      made[i][attempt] = result.buffer;
      if (result.buffer == nullptr) {
        null_without_buffer = new_size;
      } else {
        result.buffer[0] = result.buffer[new_size - 1] = 1;
      }
    }
    for (unsigned attempt = 0; attempt < most && !is_zero_without_buffer; ++attempt) {
      const PointerResult result = api.allocate(0);
      if (result.status != success) break;
      made[i][most + attempt] = result.buffer;
      is_zero_without_buffer = result.buffer == nullptr;
    }
    const PointerResult grown = api.reallocate(old_buffers[i], new_size, i % 2 == 0);
    if (grown.status != success) return;
    if (grown.buffer == nullptr) grown_without_buffer = new_size;
    old_buffers[i] = grown.buffer;
  }

  void judge(Api& api) const {
    constexpr const char* expected = "an error, or a buffer";
    constexpr const char* actual = "success without a buffer";
    api.run().expect(null_without_buffer == 0, "reallocate/failure-is-an-error",
                     "Reallocate of NULL to " + std::to_string(null_without_buffer) + " bytes, when memory is used up,",
                     expected, actual);
    api.run().expect(grown_without_buffer == 0, "reallocate/failure-is-an-error",
                     "Reallocate of 40 bytes to " + std::to_string(grown_without_buffer) + ", when memory is used up,",
                     expected, actual);
    api.run().expect(!is_zero_without_buffer, "allocate/zero-bytes", "Allocate of 0 bytes, when memory is used up,",
                     expected, actual);
    for (unsigned i = 0; i < count; ++i) expect_kept(api, old_buffers[i], old_size, i);
  }

  void free(Api& api) const {
    for (const unsigned char* const buffer : old_buffers) api.must_free(buffer);
    for (const auto& each : made) {
      for (const unsigned char* const buffer : each) {
        if (buffer != nullptr) api.must_free(buffer);
      }
    }
  }
};

const Property small_requests_are_refused(
    {.id = "reallocate/failure-is-an-error-small-requests-out-of-memory",
     .title = "While memory is used up requests for up to 3000 bytes, from NULL, from a small buffer and for 0 bytes, "
              "fail with an error or give a buffer",
     .requirements = {"reallocate/failure-is-an-error", "reallocate/failure-keeps-old", "allocate/zero-bytes",
                      "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      // These requests may take the last bytes, which an exception of Windows needs to report that there are none.
      if (platform::has_last_error) api.run().unsupported("on Windows an exception may need the last memory");
      prepare_to_run_out(api);
      const auto requests = std::make_unique<SmallRequests>(api);
      const LiveBuffers buffers = allocate_live(api);
      api.run().step("with memory limited and used up, make small requests");
      while_memory_is_used_up(api, buffers, [&](unsigned i) { requests->make(api, i); });
      requests->judge(api);
      requests->free(api);
      for (const unsigned char* const buffer : buffers) {
        if (buffer != nullptr) api.must_free(buffer);
      }
    });

}  // namespace
}  // namespace conformance
