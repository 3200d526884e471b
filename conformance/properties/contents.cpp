// What buffers hold: every size is usable, Reallocate keeps contents between all pairs of sizes.
#include <algorithm>
#include <cstring>
#include <string>

#include "properties/budget.hpp"
#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr Dword every_size_up_to = 4096;

// The size of buffers that are filled with one word.
constexpr Dword filled_size = 64;

void expect_pattern(Api& api, const char* requirement, const unsigned char* buffer, std::size_t bytes, unsigned pattern,
                    const std::string& when) {
  api.expect_contents(requirement, when.c_str(), buffer, 0, bytes, pattern);
}

void fill_and_check(Api& api, const char* requirement, Dword size) {
  unsigned char* const buffer = api.allocate_if_granted(size);
  if (buffer == nullptr) return;
  fill_pattern(buffer, 0, size, size);
  expect_pattern(api, requirement, buffer, size, size, "of a buffer of " + std::to_string(size) + " bytes");
  api.must_free(buffer);
}

const Property usable_every_size(
    {.id = "allocate/usable-every-size",
     .title = "Every byte of a buffer of any size to 4096 bytes, and around powers of two to 4 MiB, is usable",
     .requirements = {"allocate/usable", "allocate/succeeds"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      api.run().step("allocate, write, read back and free every size to 4096 bytes");
      Budget budget;
      for (Dword size = 1; size <= every_size_up_to && budget.allows_another(); ++size)
        fill_and_check(api, "allocate/usable", size);
      api.run().done();
      api.run().step("the same around powers of two and pages to 4 MiB");
      for (const Dword size : edge_sizes(4 << 20)) fill_and_check(api, "allocate/usable", size);
      api.run().done();
      api.run().step("the same around quarters of powers of two to 512 KiB");
      for (const Dword size : class_sizes(512 << 10)) fill_and_check(api, "allocate/usable", size);
      api.run().done();
    });

const Property neighbours_keep_contents(
    {.id = "allocate/usable-beside-ten-thousand-others",
     .title = "Ten thousand live buffers of all sizes keep their contents while every other one is freed and replaced",
     .requirements = {"allocate/usable"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      struct Live {
        unsigned char* buffer;
        Dword size;
        unsigned pattern;
      };
      Random random;
      std::vector<Live> live(10000);
      unsigned pattern = 0;
      const auto refill = [&](Live& entry) {
        const Dword size = 1 + random.size(2048);
        entry = {api.allocate_if_granted(size), size, ++pattern};
        if (entry.buffer != nullptr) fill_pattern(entry.buffer, 0, size, entry.pattern);
      };
      const auto release = [&](const Live& entry) {
        if (entry.buffer == nullptr) return;
        expect_pattern(api, "allocate/usable", entry.buffer, entry.size, entry.pattern,
                       "of a buffer of " + std::to_string(entry.size) + " bytes that lived beside others");
        api.must_free(entry.buffer);
      };
      api.run().step("allocate and write 10000 buffers");
      Budget budget;
      std::size_t count = 0;
      while (count < live.size() && budget.allows_another()) refill(live[count++]);
      live.resize(count);
      api.run().done();
      api.run().step("check, free and replace every other one");
      for (std::size_t i = 0; i < live.size(); i += 2) {
        release(live[i]);
        refill(live[i]);
      }
      api.run().done();
      api.run().step("check and free all");
      for (const Live& entry : live) release(entry);
      api.run().done();
    });

void reallocate_and_check(Api& api, Dword old_size, Dword new_size) {
  constexpr const char* requirement = "reallocate/keeps-contents";
  const std::string when = "after Reallocate from " + std::to_string(old_size) + " to " + std::to_string(new_size);
  unsigned char* const old_buffer = api.must_allocate(old_size);
  fill_pattern(old_buffer, 0, old_size, old_size);
  unsigned char* const new_buffer = api.must_reallocate(old_buffer, new_size);
  expect_pattern(api, requirement, new_buffer, std::min(old_size, new_size), old_size, when);
  fill_pattern(new_buffer, 0, new_size, new_size + 1);
  expect_pattern(api, requirement, new_buffer, new_size, new_size + 1, when + ", written anew");
  api.must_free(new_buffer);
}

const Property keeps_contents_between_edges(
    {.id = "reallocate/keeps-contents-between-all-edges",
     .title = "Reallocate keeps the contents between any two sizes around powers of two and pages to 64 KiB",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      const std::vector<Dword> sizes = edge_sizes(64 << 10);
      api.run().step("every pair of sizes around powers of two and pages");
      Budget budget;
      for (const Dword old_size : sizes) {
        for (const Dword new_size : sizes) {
          if (budget.allows_another()) reallocate_and_check(api, old_size, new_size);
        }
      }
      api.run().done();
      api.run().step("the same between megabytes and a few sizes");
      for (const Dword old_size : {Dword{1} << 20, (Dword{3} << 20) + 1}) {
        for (const Dword new_size : {Dword{1}, Dword{4096}, Dword{1} << 20, Dword{5} << 20}) {
          reallocate_and_check(api, old_size, new_size);
          reallocate_and_check(api, new_size, old_size);
        }
      }
      api.run().done();
    });

const Property keeps_contents_every_size(
    {.id = "reallocate/keeps-contents-every-size",
     .title =
         "Reallocate keeps the contents from every size to 4096 bytes to one less, one more, double and random sizes",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      Random random;
      api.run().step("every size to 4096 bytes, to five other sizes each");
      Budget budget;
      for (Dword size = 1; size <= every_size_up_to && budget.allows_another(); ++size) {
        for (const Dword new_size : {std::max<Dword>(1, size - 1), size, size + 1, 2 * size, 1 + random.below(8192)}) {
          reallocate_and_check(api, size, new_size);
        }
      }
      api.run().done();
    });

const Property grown_at_once_and_looked_at_later(
    {.id = "reallocate/keeps-contents-three-thousand-grown",
     .title =
         "3,000 buffers that are grown as soon as they were allocated have their size and contents long afterwards",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size", "size/after-reallocate"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      constexpr Dword old_size = 40, new_size = 90;
      std::vector<unsigned char*> buffers;
      api.run().step("allocate, write and grow 3000 buffers of 40 bytes to 90, all of which live on");
      Budget budget;
      for (unsigned i = 0; i < 3000 && budget.allows_another(); ++i) {
        unsigned char* const buffer = api.must_allocate(old_size);
        fill_pattern(buffer, 0, old_size, i % 250);
        buffers.push_back(api.must_reallocate(buffer, new_size));
      }
      api.run().done();
      api.run().step("measure, check and free them, the oldest first");
      for (unsigned i = 0; i < buffers.size(); ++i) {
        const Dword reported = api.must_size(buffers[i]);
        api.run().expect(reported >= new_size, "size/after-reallocate", "size of a buffer that grew long ago",
                         "at least 90", std::to_string(reported));
        expect_pattern(api, "reallocate/keeps-contents", buffers[i], old_size, i % 250,
                       "of a buffer that grew long ago");
        api.must_free(buffers[i]);
      }
      api.run().done();
    });

const Property keeps_contents_while_growing(
    {.id = "reallocate/keeps-contents-growing-by-small-steps",
     .title = "A buffer that grows by 1 to 64 bytes at a time to 64 KiB, beside others that do too, keeps its contents",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      Random random;
      struct Growing {
        unsigned char* buffer;
        Dword size;
      };
      Growing growing[3] = {};
      api.run().step("three buffers grow in turn");
      for (Growing& one : growing) one = {api.must_allocate(1), 0};
      Budget budget;
      while (growing[0].size < 64 << 10 && budget.allows_another()) {
        for (Growing& one : growing) {
          const Dword new_size = one.size + 1 + random.below(64);
          one.buffer = api.must_reallocate(one.buffer, new_size);
          // What a former step wrote is checked whole now and then, and at its end each time.
          const bool check_all = random.below(64) == 0;
          const Dword from = check_all ? 0 : one.size - std::min<Dword>(one.size, 64);
          api.expect_contents("reallocate/keeps-contents", "after a small step", one.buffer, from, one.size - from, 1);
          fill_pattern(one.buffer, one.size, new_size - one.size, 1);
          one.size = new_size;
        }
      }
      for (const Growing& one : growing) {
        expect_pattern(api, "reallocate/keeps-contents", one.buffer, one.size, 1, "after many small steps");
        api.must_free(one.buffer);
      }
      api.run().done();
    });

// Numbers at which counters of 8 and of 16 bits have come to their end, or are back at their start.
const Property reallocated_very_often(
    {.id = "free/reallocated-very-often",
     .title = "Buffers that were reallocated hundreds and ten thousands of times have their size and contents, and are "
              "freed",
     .requirements = {"free/reallocated", "reallocate/keeps-contents", "size/after-reallocate"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::speed},
    [](Api& api) {
      constexpr Dword sizes[] = {40, 60};
      constexpr unsigned pattern = 4;
      // Whatever a count of 8 or 16 bits begins with, and whichever value of it means something.
      for (const int times : {127, 128, 254, 255, 256, 257, 32768, 65534, 65535, 65536}) {
        api.run().step("reallocate a buffer to 60 and 40 bytes in turn, " + std::to_string(times) +
                       " times, and free it");
        unsigned char* buffer = api.must_allocate(sizes[0]);
        fill_pattern(buffer, 0, sizes[0], pattern);
        int made = 0;
        for (Budget budget; made < times && budget.allows_another();) {
          buffer = api.must_reallocate(buffer, sizes[++made % 2]);
        }
        const Dword reported = api.must_size(buffer), size = sizes[made % 2];
        api.run().expect(reported >= size, "size/after-reallocate", "size", "at least " + std::to_string(size),
                         std::to_string(reported));
        expect_pattern(api, "reallocate/keeps-contents", buffer, sizes[0], pattern, "after many reallocations");
        api.must_free(buffer);
        api.run().done();
      }
    });

// Fills a buffer with this word, measures it, grows it, shrinks it back and frees it. `what` says what the word is.
void use_filled_with(Api& api, std::uintptr_t word, unsigned char* buffer, const std::string& what) {
  constexpr Dword new_size = 2000;
  const auto expect_words = [&] {
    constexpr const char* requirement = "reallocate/keeps-contents";
    for (Dword at = 0; at < filled_size; at += sizeof word) {
      std::uintptr_t found = 0;
      std::memcpy(&found, buffer + at, sizeof found);
      if (found == word) continue;
      api.run().fail(requirement, "the word at byte " + std::to_string(at) + " of 64", std::to_string(word),
                     std::to_string(found));
    }
    api.run().met(requirement);
  };
  api.run().step("fill a buffer with " + what + "; measure, grow, shrink and free it");
  for (Dword at = 0; at < filled_size; at += sizeof word) std::memcpy(buffer + at, &word, sizeof word);
  const Dword reported = api.must_size(buffer);
  api.run().expect(reported >= filled_size, "free/allocated", "size of the buffer", "at least 64",
                   std::to_string(reported));
  for (const Dword size : {new_size, filled_size}) {
    buffer = api.must_reallocate(buffer, size);
    expect_words();
  }
  api.must_free(buffer);
  api.run().done();
}

// Content is the caller's: no value of it means anything. These are what implementations mark buffers with, what heaps fill
// memory with, and addresses, which look like a list.
const Property any_contents(
    {.id = "free/allocated-whatever-it-holds",
     .title = "Whatever a buffer holds, marks of heaps and addresses of buffers included, it is measured, grown and "
              "freed alone",
     .requirements = {"free/allocated", "free/reallocated", "reallocate/keeps-contents", "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::addresses},
    [](Api& api) {
      constexpr std::uint64_t marks[] = {
          0,          ~0ULL,      0xFEEEFEEEFEEEFEEE, 0xDDDDDDDDDDDDDDDD, 0xCDCDCDCDCDCDCDCD,
          0xDEADBEEF, 0xBAADF00D, 0xABABABABABABABAB, 0x4141414141414141, 1,
          0x80000000};
      constexpr Dword live_size = 100;
      constexpr unsigned pattern = 6;
      unsigned char* const live = api.must_allocate(live_size);
      fill_pattern(live, 0, live_size, pattern);
      for (const std::uint64_t mark : marks) {
        use_filled_with(api, static_cast<std::uintptr_t>(mark), api.must_allocate(filled_size),
                        "the number " + std::to_string(mark));
      }
      use_filled_with(api, reinterpret_cast<std::uintptr_t>(live), api.must_allocate(filled_size),
                      "the address of another one");
      unsigned char* const own = api.must_allocate(filled_size);
      use_filled_with(api, reinterpret_cast<std::uintptr_t>(own), own, "its own address");
      api.run().step("allocate two more; the buffer whose address was held lives on");
      unsigned char* const first = api.must_allocate(live_size);
      unsigned char* const second = api.must_allocate(live_size);
      for (unsigned char* const buffer : {first, second}) std::memset(buffer, 0, live_size);
      expect_pattern(api, "allocate/usable", live, live_size, pattern, "of the buffer whose address another one held");
      for (const unsigned char* const buffer : {first, second, live}) api.must_free(buffer);
      api.run().done();
    });

// Bytes that are all the same may be bytes that were never copied, where memory held them before.
const Property keeps_zeros_and_ones(
    {.id = "reallocate/keeps-contents-of-one-value",
     .title = "Buffers full of zeros, and of ones, keep them when they grow and shrink, whatever memory held before",
     .requirements = {"reallocate/keeps-contents"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      constexpr Dword sizes[] = {8, 24, 64, 100, 500, 3000, 20000};
      const auto dirty = [&](Dword size, int value) {
        unsigned char* const buffers[] = {api.must_allocate(size), api.must_allocate(size)};
        for (unsigned char* const buffer : buffers) std::memset(buffer, value, size);
        for (const unsigned char* const buffer : buffers) api.must_free(buffer);
      };
      api.run().step("fill and free memory, allocate it full of the opposite, and reallocate that");
      for (const int value : {0x00, 0xFF}) {
        for (const Dword old_size : sizes) {
          for (const Dword new_size : sizes) {
            dirty(new_size, 0xFF - value);
            unsigned char* const old_buffer = api.must_allocate(old_size);
            std::memset(old_buffer, value, old_size);
            unsigned char* const buffer = api.must_reallocate(old_buffer, new_size);
            const Dword kept = std::min(old_size, new_size);
            const unsigned char* const changed =
                std::find_if(buffer, buffer + kept, [value](unsigned char byte) { return byte != value; });
            if (changed != buffer + kept) {
              api.run().fail("reallocate/keeps-contents",
                             "byte " + std::to_string(changed - buffer) + " after Reallocate from " +
                                 std::to_string(old_size) + " to " + std::to_string(new_size),
                             std::to_string(value), std::to_string(*changed));
            }
            api.must_free(buffer);
          }
        }
      }
      api.run().met("reallocate/keeps-contents");
      api.run().done();
    });

// Some allocators grow a buffer over what lies behind it: the rest of its page, or the next one.
const Property grows_beside_others(
    {.id = "reallocate/keeps-contents-of-neighbours",
     .title =
         "Of buffers that were allocated in a row, each can grow by a few bytes and by a fifth, and no other suffers",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size", "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      constexpr unsigned count = 5;
      for (const Dword size :
           {Dword{100}, Dword{3000}, Dword{20000}, Dword{130900}, Dword{200000}, (Dword{1} << 20) - 100}) {
        api.run().step("five buffers of " + std::to_string(size) + " bytes grow in turn");
        unsigned char* buffers[count];
        for (unsigned i = 0; i < count; ++i) {
          buffers[i] = api.must_allocate(size);
          fill_pattern(buffers[i], 0, size, i + 1);
        }
        for (const Dword new_size : {size + 100, size + size / 5}) {
          for (unsigned i = 0; i < count; ++i) {
            buffers[i] = api.must_reallocate(buffers[i], new_size);
            expect_pattern(api, "reallocate/keeps-contents", buffers[i], size, i + 1, "of a buffer that grew");
            fill_pattern(buffers[i], 0, new_size, i + 1);
          }
          for (unsigned i = 0; i < count; ++i) {
            expect_pattern(api, "allocate/usable", buffers[i], new_size, i + 1, "of a buffer beside others that grew");
          }
        }
        for (const unsigned char* const buffer : buffers) api.must_free(buffer);
        api.run().done();
      }
    });

}  // namespace
}  // namespace conformance
