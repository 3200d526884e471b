// Buffers that were freed give their memory back, whatever their size and whichever thread frees them.
#include <algorithm>
#include <chrono>
#include <string>

#include "properties/growth.hpp"
#include "properties/sizes.hpp"
#include "properties/threads.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

void allocate_and_free(Api& api, Dword bytes) {
  api.must_free(touched(granted(api.allocate_if_granted(bytes)), bytes));
}

const Property free_gives_back(
    {.id = "free/gives-memory-back-small-and-large",
     .title = "Allocating, writing and freeing 40, 3000 and 1048576 bytes without end does not make the process grow",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      const auto cycle = [&](Dword bytes) { return [&api, bytes] { allocate_and_free(api, bytes); }; };
      constexpr const char* requirement = "free/gives-memory-back";
      expect_no_growth(api, requirement, {"allocate and free 40 bytes", small_buffer, 25000}, cycle(small_buffer));
      expect_no_growth(api, requirement, {"allocate and free 3000 bytes", medium_buffer, 4000}, cycle(medium_buffer));
      expect_no_growth(api, requirement, {"allocate and free 20000 bytes", 20000, 500}, cycle(20000));
      expect_no_growth(api, requirement, {"allocate and free 100000 bytes", 100000, 100}, cycle(100000));
      expect_no_growth(api, requirement, {"allocate and free 300000 bytes", 300000, 50}, cycle(300000));
      expect_no_growth(api, requirement, {"allocate and free 1 MiB", large_buffer, 16}, cycle(large_buffer));
    });

const Property free_gives_back_sizes_that_differ(
    {.id = "free/gives-memory-back-sizes-that-never-repeat",
     .title = "Allocating and freeing buffers of ever other sizes without end does not make the process grow",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr const char* requirement = "free/gives-memory-back";
      Dword size = 30000;
      const Activity small_steps = {"allocate and free 30000 bytes, and 16 more each time", size, 300};
      bool is_judged = expect_no_growth(api, requirement, small_steps, [&] {
        allocate_and_free(api, size);
        size += 16;
      });
      // So large that hundreds in a row are of one class, where classes are quarters of powers of two.
      size = 8 * large_buffer;
      const Activity large_steps = {"allocate and free 8 MiB, and 4096 bytes more each time", large_buffer, 16};
      is_judged |= expect_no_growth(api, requirement, large_steps, [&] {
        allocate_and_free(api, size);
        size += 4096;
      });
      if (!is_judged) api.run().unsupported(grants_too_little);
    });

// An implementation that loses a buffer only now and then loses few of them in an ordinary round, which counts as noise.
// So this round has very many repetitions, and growth in a few such rounds is enough.
const Property free_gives_back_every_one(
    {.id = "free/gives-memory-back-every-one",
     .title = "Of 30,000 buffers of 64 KiB that are allocated and freed, none is lost",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr Dword bytes = 64 << 10;
      const Activity activity = {.description = "allocate, touch and free 64 KiB, 30000 times",
                                 .lost_bytes = 0,
                                 .repetitions = 30000,
                                 .enough_rounds = 6,
                                 .enough_bytes = 0};
      const bool is_judged =
          expect_no_growth(api, "free/gives-memory-back", activity, [&] { allocate_and_free(api, bytes); });
      if (!is_judged) api.run().unsupported(grants_too_little);
    });

// `where` ends the description of what is done.
void expect_no_growth_by(Api& api, Dword size, const char* where = "") {
  constexpr Dword round_bytes = 512 << 10;
  expect_no_growth(api, "free/gives-memory-back",
                   {"allocate and free " + std::to_string(size) + " bytes" + where, std::min(size, most_touched_bytes),
                    static_cast<int>(std::max<Dword>(1, round_bytes / size))},
                   [&] { allocate_and_free(api, size); });
}

// Implementations treat sizes in classes of their own, and may forget to give one of them back.
const Property free_gives_back_every_class(
    {.id = "free/gives-memory-back-every-class",
     .title =
         "Whatever the size, from 64 bytes to 24 MiB, allocating and freeing it without end does not grow the process",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr Dword larger = 24 << 20;
      for (Dword size = 64; size <= large_buffer; size += size / 7) expect_no_growth_by(api, size);
      for (Dword size = 2 * large_buffer; size <= largest_ordinary; size *= 2) expect_no_growth_by(api, size);
      // Nothing says that it can be had.
      const PointerResult result = api.allocate(larger);
      if (result.status != success) return;
      api.must_free(result.buffer);
      expect_no_growth_by(api, larger);
    });

// An arena that is given back once nothing lives in it any more never is, in a program that keeps a buffer.
const Property free_gives_back_beside_a_live_one(
    {.id = "free/gives-memory-back-beside-a-live-buffer",
     .title = "While one buffer lives on, allocating and freeing others without end does not make the process grow",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      const unsigned char* const live = api.must_allocate(small_buffer);
      for (const Dword size : {small_buffer, medium_buffer, Dword{100000}}) {
        expect_no_growth_by(api, size, " beside a buffer that lives on");
      }
      api.must_free(live);
    });

const Property free_gives_back_in_the_long_run(
    {.id = "free/gives-memory-back-in-the-long-run",
     .title =
         "Allocating and freeing 16 bytes goes on for more than a million times, and a buffer from before is as it was",
     .requirements = {"free/gives-memory-back", "allocate/usable"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::speed,
     .alone = true},
    [](Api& api) {
      // A counter of 20 bits has overflowed by then. A slow implementation, which would take minutes, makes fewer calls.
      constexpr int count = 1'050'000;
      // The clock is looked at every 10 times: that takes as long as a call.
      constexpr int in_a_row = 10;
      Budget budget(std::chrono::seconds(2), 10);
      constexpr unsigned pattern = 11;
      unsigned char* const oldest = api.must_allocate(medium_buffer);
      fill_pattern(oldest, 0, medium_buffer, pattern);
      api.run().step("allocate and free 16 bytes, 1050000 times or for 2 seconds");
      for (int made = 0; made < count && budget.allows_another(); made += in_a_row) {
        for (int i = 0; i < in_a_row; ++i) api.must_free(api.must_allocate(16));
      }
      api.run().done();
      api.run().step("check and free the buffer from before");
      api.expect_contents("allocate/usable", "of the oldest buffer", oldest, 0, medium_buffer, pattern);
      api.must_free(oldest);
      api.run().done();
    });

const Property free_gives_back_many(
    {.id = "free/gives-memory-back-many-at-once",
     .title =
         "Allocating 2,000 buffers and freeing them in another order, again and again, does not make the process grow",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 2000;
      static unsigned char* buffers[count];
      const Activity activity = {"allocate 2000 buffers of 1 to 2000 bytes and free them in another order",
                                 count * 1000, 4};
      const bool is_judged = expect_no_growth(api, "free/gives-memory-back", activity, [&] {
        for (Dword i = 0; i < count; ++i) buffers[i] = touched(granted(api.allocate_if_granted(i + 1)), i + 1);
        for (Dword i = 0; i < count; ++i) api.must_free(buffers[(i * 7) % count]);
      });
      if (!is_judged) api.run().unsupported(grants_too_little);
    });

const Property free_gives_back_from_another_thread(
    {.id = "free/gives-memory-back-to-another-thread",
     .title = "Buffers that are freed by another thread than the one that allocated them are given back as well",
     .requirements = {"free/gives-memory-back", "free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 500;
      static unsigned char* buffers[count];
      expect_no_growth(
          api, "free/gives-memory-back",
          {"allocate 500 buffers of 3000 bytes in one thread and free them in another", count * medium_buffer, 4}, [&] {
            for (unsigned char*& buffer : buffers) buffer = touched(api.must_allocate(medium_buffer), medium_buffer);
            in_threads(api, 1, [&api](unsigned) {
              for (const unsigned char* const buffer : buffers) api.must_free(buffer);
            });
          });
    });

const Property free_gives_back_for_ended_threads(
    {.id = "free/gives-memory-back-of-ended-threads",
     .title = "Buffers that are freed after the thread that allocated them has ended are given back as well",
     .requirements = {"free/gives-memory-back", "free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 500;
      static unsigned char* buffers[count];
      expect_no_growth(
          api, "free/gives-memory-back",
          {"a thread allocates 500 buffers of 3000 bytes and ends, then they are freed", count * medium_buffer, 4},
          [&] {
            in_threads(api, 1, [&api](unsigned) {
              for (unsigned char*& buffer : buffers) buffer = touched(api.must_allocate(medium_buffer), medium_buffer);
            });
            for (const unsigned char* const buffer : buffers) api.must_free(buffer);
          });
    });

const Property free_gives_back_small_from_another_thread(
    {.id = "free/gives-memory-back-small-to-another-thread",
     .title = "Buffers of 40 bytes, of which an implementation may keep some for each thread, are given back by other "
              "threads",
     .requirements = {"free/gives-memory-back", "free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 20000;
      static unsigned char* buffers[count];
      expect_no_growth(
          api, "free/gives-memory-back",
          {"allocate 20000 buffers of 40 bytes in one thread and free them in another", count * small_buffer, 1}, [&] {
            Dword made = 0;
            for (Budget budget; made < count && budget.allows_another(); ++made) {
              buffers[made] = touched(api.must_allocate(small_buffer), small_buffer);
            }
            in_threads(api, 1, [&api, made](unsigned) {
              for (Dword i = 0; i < made; ++i) api.must_free(buffers[i]);
            });
          });
    });

const Property free_gives_back_as_threads_end(
    {.id = "free/gives-memory-back-as-threads-end",
     .title = "Threads that allocate buffers, free them and end leave no memory behind",
     .requirements = {"free/gives-memory-back", "free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 300, bytes = 1000;
      expect_no_growth(api, "free/gives-memory-back",
                       {"a thread allocates 300 buffers of 1000 bytes, frees them and ends", count * bytes, 20}, [&] {
                         in_threads(api, 1, [&api](unsigned) {
                           unsigned char* buffers[count];
                           for (unsigned char*& buffer : buffers) buffer = touched(api.must_allocate(bytes), bytes);
                           for (const unsigned char* const buffer : buffers) api.must_free(buffer);
                         });
                       });
    });

const Property free_gives_back_zero_sized(
    {.id = "free/gives-memory-back-zero-sized",
     .title = "Allocating and freeing 0 bytes without end does not make the process grow",
     .requirements = {"free/gives-memory-back", "allocate/zero-bytes"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      expect_no_growth(api, "free/gives-memory-back", {"allocate and free 0 bytes", 16, 110000},
                       [&] { api.must_free(api.must_allocate(0)); });
    });

}  // namespace
}  // namespace conformance
