// Buffers that were freed, grown or shrunk in every way give their memory back.
#include <chrono>

#include "properties/growth.hpp"
#include "properties/threads.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr Dword small = 40, medium = 3000, large = 1 << 20;

const Property free_gives_back(
    {.id = "free/gives-memory-back-small-and-large",
     .title = "Allocating, writing and freeing 40, 3000 and 1048576 bytes without end does not make the process grow",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .alone = true},
    [](Api& api) {
      const auto cycle = [&](Dword bytes) {
        return [&api, bytes] { api.must_free(touched(api.must_allocate(bytes), bytes)); };
      };
      constexpr const char* requirement = "free/gives-memory-back";
      expect_no_growth(api, requirement, {"allocate and free 40 bytes", small, 25000}, cycle(small));
      expect_no_growth(api, requirement, {"allocate and free 3000 bytes", medium, 4000}, cycle(medium));
      expect_no_growth(api, requirement, {"allocate and free 20000 bytes", 20000, 500}, cycle(20000));
      expect_no_growth(api, requirement, {"allocate and free 100000 bytes", 100000, 100}, cycle(100000));
      expect_no_growth(api, requirement, {"allocate and free 300000 bytes", 300000, 50}, cycle(300000));
      expect_no_growth(api, requirement, {"allocate and free 1 MiB", large, 16}, cycle(large));
    });

const Property free_gives_back_sizes_that_differ(
    {.id = "free/gives-memory-back-sizes-that-never-repeat",
     .title = "Allocating and freeing buffers of ever other sizes without end does not make the process grow",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .alone = true},
    [](Api& api) {
      constexpr const char* requirement = "free/gives-memory-back";
      Dword size = 30000;
      expect_no_growth(api, requirement, {"allocate and free 30000 bytes, and 16 more each time", size, 300}, [&] {
        api.must_free(touched(api.must_allocate(size), size));
        size += 16;
      });
      size = large;
      expect_no_growth(api, requirement, {"allocate and free 1 MiB, and 4096 bytes more each time", large, 16}, [&] {
        api.must_free(touched(api.must_allocate(size), size));
        size += 4096;
      });
    });

// What only now and then loses a buffer loses little in a round of any length, so these rounds are many times longer
// than a buffer is large, and memory that grows in all of them is lost. Quarantines are full after the first.
const Property free_gives_back_every_one(
    {.id = "free/gives-memory-back-every-one",
     .title = "Of 30,000 buffers of 64 KiB that are allocated and freed, none is lost",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .alone = true},
    [](Api& api) {
      constexpr Dword bytes = 64 << 10, page = 4096;
      constexpr int count = 30000, rounds = 5;
      constexpr std::uint64_t noise = 1 << 20;
      api.run().step("allocate, touch and free 64 KiB, 30000 times, and again while that makes the process grow");
      int growing_rounds = 0;
      for (std::uint64_t before = 0; growing_rounds <= rounds;) {
        for (int i = 0; i < count; ++i) {
          unsigned char* const buffer = api.must_allocate(bytes);
          for (Dword at = 0; at < bytes; at += page) buffer[at] = 1;
          api.must_free(buffer);
          api.run().still_running();
        }
        const std::uint64_t after = platform::private_bytes();
        if (growing_rounds > 0 && after < before + noise) break;
        before = after;
        ++growing_rounds;
      }
      api.run().done();
      api.run().expect(growing_rounds <= rounds, "free/gives-memory-back", "memory of the process", "stops growing",
                       "grew by 1 MiB or more in each of 5 rounds");
    });

const Property free_gives_back_in_the_long_run(
    {.id = "free/gives-memory-back-in-the-long-run",
     .title = "Allocating and freeing 16 bytes goes on for more than a million times",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .alone = true},
    [](Api& api) {
      // A counter of 20 bits has come to its end by then. What is slow is let off: it would be at it for minutes.
      constexpr int count = 1'100'000;
      constexpr std::chrono::seconds most_time{2};
      const auto start = std::chrono::steady_clock::now();
      api.run().step("allocate and free 16 bytes, 1100000 times or for 2 seconds");
      int made = 0;
      for (; made < count && (made % 1024 != 0 || std::chrono::steady_clock::now() < start + most_time); ++made) {
        api.must_free(api.must_allocate(16));
        api.run().still_running();
      }
      api.run().done();
      api.run().expect(true, "free/gives-memory-back", "calls", "", "");
    });

const Property free_gives_back_many(
    {.id = "free/gives-memory-back-many-at-once",
     .title = "Allocating 2,000 buffers and freeing them in another order, again and again, does not make the process grow",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 2000;
      static unsigned char* buffers[count];
      expect_no_growth(api, "free/gives-memory-back",
                       {"allocate 2000 buffers of 1 to 2000 bytes and free them in another order", count * 1000, 4}, [&] {
                         for (Dword i = 0; i < count; ++i) buffers[i] = touched(api.must_allocate(i + 1), i + 1);
                         for (Dword i = 0; i < count; ++i) api.must_free(buffers[(i * 7) % count]);
                       });
    });

const Property free_gives_back_from_another_thread(
    {.id = "free/gives-memory-back-to-another-thread",
     .title = "Buffers that are freed by another thread than the one that allocated them are given back as well",
     .requirements = {"free/gives-memory-back", "free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 500;
      static unsigned char* buffers[count];
      expect_no_growth(api, "free/gives-memory-back",
                       {"allocate 500 buffers of 3000 bytes in one thread and free them in another", count * medium, 4},
                       [&] {
                         for (unsigned char*& buffer : buffers) buffer = touched(api.must_allocate(medium), medium);
                         in_threads(api, 1, [&api](unsigned) {
                           for (const unsigned char* const buffer : buffers) api.must_free(buffer);
                         });
                       });
    });

const Property free_gives_back_small_from_another_thread(
    {.id = "free/gives-memory-back-small-to-another-thread",
     .title = "Buffers of 40 bytes, of which an implementation may keep some for each thread, are given back by other threads",
     .requirements = {"free/gives-memory-back", "free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 20000;
      static unsigned char* buffers[count];
      expect_no_growth(api, "free/gives-memory-back",
                       {"allocate 20000 buffers of 40 bytes in one thread and free them in another", count * small, 1},
                       [&] {
                         for (unsigned char*& buffer : buffers) buffer = touched(api.must_allocate(small), small);
                         in_threads(api, 1, [&api](unsigned) {
                           for (const unsigned char* const buffer : buffers) api.must_free(buffer);
                         });
                       });
    });

const Property free_gives_back_as_threads_end(
    {.id = "free/gives-memory-back-as-threads-end",
     .title = "Threads that allocate buffers, free them and end leave no memory behind",
     .requirements = {"free/gives-memory-back", "free/any-thread"},
     .functions = {Function::allocate, Function::free},
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
     .alone = true},
    [](Api& api) {
      expect_no_growth(api, "free/gives-memory-back", {"allocate and free 0 bytes", 16, 40000},
                       [&] { api.must_free(api.must_allocate(0)); });
    });

const Property free_gives_back_reallocated(
    {.id = "free/gives-memory-back-reallocated",
     .title = "Freeing buffers that grew or shrank gives all of their memory back",
     .requirements = {"free/gives-memory-back", "reallocate/gives-memory-back"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .alone = true},
    [](Api& api) {
      const auto cycle = [&](Dword from, Dword to) {
        return [&api, from, to] {
          api.must_free(touched(api.must_reallocate(touched(api.must_allocate(from), from), to), to));
        };
      };
      constexpr const char* requirement = "reallocate/gives-memory-back";
      expect_no_growth(api, requirement, {"grow 40 to 3000 bytes and free", small, 25000}, cycle(small, medium));
      expect_no_growth(api, requirement, {"grow 3000 bytes to 1 MiB and free", medium, 200}, cycle(medium, large));
      expect_no_growth(api, requirement, {"grow 1 MiB to 2 MiB and free", large, 8}, cycle(large, 2 * large));
      expect_no_growth(api, requirement, {"shrink 3000 to 40 bytes and free", small, 25000}, cycle(medium, small));
      expect_no_growth(api, requirement, {"shrink 1 MiB to 3000 bytes and free", medium, 200}, cycle(large, medium));
      expect_no_growth(api, requirement, {"reallocate 3000 bytes to their own size and free", medium, 4000},
                       cycle(medium, medium));
      expect_no_growth(api, requirement, {"grow 40 bytes to 3000 and to 5000, shrink them to 200, and free", small, 10000},
                       [&] {
                         unsigned char* buffer = touched(api.must_allocate(small), small);
                         for (const Dword size : {medium, Dword{5000}, Dword{200}}) {
                           buffer = touched(api.must_reallocate(buffer, size), size);
                         }
                         api.must_free(buffer);
                       });
    });

const Property reallocate_gives_back_into_another_variable(
    {.id = "reallocate/gives-memory-back-into-another-variable",
     .title = "The old buffer is given back also where the new one is stored in another variable",
     .requirements = {"reallocate/gives-memory-back"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .alone = true},
    [](Api& api) {
      const auto cycle = [&](Dword from, Dword to) {
        return [&api, from, to] {
          const unsigned char* const old_buffer = touched(api.must_allocate(from), from);
          const PointerResult result = api.reallocate(old_buffer, to, false);
          api.run().expect(result.status == success && result.buffer != nullptr, "reallocate/changes-size", "result",
                           "NERR_Success (0) and a buffer", status_text(result.status));
          api.must_free(touched(result.buffer, to));
        };
      };
      constexpr const char* requirement = "reallocate/gives-memory-back";
      expect_no_growth(api, requirement, {"grow 1000 to 3000 bytes and free", 1000, 5000}, cycle(1000, medium));
      expect_no_growth(api, requirement, {"shrink 3000 to 1000 bytes and free", 1000, 5000}, cycle(medium, 1000));
    });

const Property reallocate_gives_back_zero_sized(
    {.id = "reallocate/gives-memory-back-zero-sized",
     .title = "Zero-sized buffers that grow or are reallocated to 0 bytes are given back as well",
     .requirements = {"reallocate/gives-memory-back", "allocate/zero-bytes", "reallocate/zero-bytes"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .alone = true},
    [](Api& api) {
      constexpr const char* requirement = "reallocate/gives-memory-back";
      expect_no_growth(api, requirement, {"grow 0 to 40 bytes and free", 16, 40000},
                       [&] { api.must_free(touched(api.must_reallocate(api.must_allocate(0), small), small)); });
      expect_no_growth(api, requirement, {"reallocate 0 bytes to 0", 16, 40000}, [&] {
        const Status status = api.reallocate(api.must_allocate(0), 0).status;
        api.run().expect(status == success, "reallocate/zero-bytes", "status", "NERR_Success (0)", status_text(status));
      });
    });

const Property reallocate_gives_back_beside_others(
    {.id = "reallocate/gives-memory-back-with-neighbours",
     .title = "Buffers that cannot grow in place do not leave their old memory behind",
     .requirements = {"reallocate/gives-memory-back"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .alone = true},
    [](Api& api) {
      expect_no_growth(api, "reallocate/gives-memory-back",
                       {"grow 3000 bytes with a live buffer behind them, free both", medium, 2000}, [&] {
                         unsigned char* const growing = touched(api.must_allocate(medium), medium);
                         unsigned char* const neighbour = touched(api.must_allocate(medium), medium);
                         unsigned char* const grown = api.must_reallocate(growing, 4 * medium);
                         api.must_free(touched(grown, 4 * medium));
                         api.must_free(neighbour);
                       });
    });

const Property reallocate_to_zero_gives_back(
    {.id = "reallocate/gives-memory-back-by-zero-bytes",
     .title = "Reallocate to 0 bytes frees the old buffer",
     .requirements = {"reallocate/gives-memory-back", "reallocate/zero-bytes"},
     .functions = {Function::allocate, Function::reallocate},
     .alone = true},
    [](Api& api) {
      const auto cycle = [&](Dword bytes) {
        return [&api, bytes] {
          const PointerResult result = api.reallocate(touched(api.must_allocate(bytes), bytes), 0);
          api.run().expect(result.status == success, "reallocate/zero-bytes", "status", "NERR_Success (0)", "an error");
        };
      };
      constexpr const char* requirement = "reallocate/zero-bytes";
      expect_no_growth(api, requirement, {"reallocate 40 bytes to 0", small, 25000}, cycle(small));
      expect_no_growth(api, requirement, {"reallocate 3000 bytes to 0", medium, 4000}, cycle(medium));
      expect_no_growth(api, requirement, {"reallocate 1 MiB to 0", large, 16}, cycle(large));
    });

const Property reallocate_from_null_gives_back(
    {.id = "reallocate/gives-memory-back-from-null",
     .title = "Buffers that Reallocate made from NULL are given back by Free",
     .requirements = {"free/gives-memory-back", "reallocate/null-old"},
     .functions = {Function::reallocate, Function::free},
     .alone = true},
    [](Api& api) {
      expect_no_growth(api, "free/gives-memory-back", {"reallocate NULL to 3000 bytes and free", medium, 4000},
                       [&] { api.must_free(touched(api.must_reallocate(nullptr, medium), medium)); });
      expect_no_growth(api, "free/gives-memory-back", {"reallocate NULL to 1 MiB and free", large, 16},
                       [&] { api.must_free(touched(api.must_reallocate(nullptr, large), large)); });
    });

}  // namespace
}  // namespace conformance
