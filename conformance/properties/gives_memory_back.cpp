// Memory that was given back is used again: repeating an activity without end does not make the process grow.
//
// An implementation may keep freed memory for a while (caches, quarantines that find bugs), so growth alone is no leak.
// What is bounded stops growing; a leak does not. So each activity is repeated in rounds until a round makes the process
// grow by less than a part of what it would have lost (pass), or until it has grown beyond any sensible bound (fail).
// Implementations that do not leak are done after two rounds.
#include <algorithm>
#include <cstring>
#include <string>
#include <thread>

#include "worker/property.hpp"

namespace conformance {
namespace {

// More than the quarantines of today's memory checkers hold (256 MiB), less than a small machine has.
std::uint64_t growth_limit_bytes() { return std::min<std::uint64_t>(768 << 20, platform::physical_bytes() / 4); }

// Besides what a leak would lose, the process may grow by its own pages: a round that grows by an eighth of its loss or
// less is none, and neither is one below 256 KiB, which is what memory figures themselves are good for.
constexpr std::uint64_t noise_bytes = 256 << 10;

struct Activity {
  const char* description;
  std::uint64_t lost_bytes;  // by one repetition, if what it gives back were lost
  int repetitions;           // in a round
};

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
  const std::uint64_t start = platform::private_bytes();
  for (std::uint64_t before = start;;) {
    round();
    const std::uint64_t after = platform::private_bytes();
    if (after < before + std::max(round_loss / 8, noise_bytes)) break;
    if (after > start + growth_limit_bytes()) {
      api.run().fail(requirement, std::string("memory of the process, while it did: ") + activity.description,
                     "stops growing", "grew by " + std::to_string((after - start) >> 20) + " MiB and went on");
    }
    before = after;
  }
  api.run().expect(true, requirement, "memory", "", "");
  api.run().done();
}

// Memory counts once it was touched.
unsigned char* touched(unsigned char* buffer, Dword bytes) {
  std::memset(buffer, 1, bytes);
  return buffer;
}

constexpr Dword small = 40, medium = 3000, large = 1 << 20;

const Property free_gives_back(
    {.id = "free/gives-memory-back-small-and-large",
     .title = "Allocating, writing and freeing 40, 3000 and 1048576 bytes without end does not make the process grow",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free}},
    [](Api& api) {
      const auto cycle = [&](Dword bytes) {
        return [&api, bytes] { api.must_free(touched(api.must_allocate(bytes), bytes)); };
      };
      constexpr const char* requirement = "free/gives-memory-back";
      expect_no_growth(api, requirement, {"allocate and free 40 bytes", small, 100000}, cycle(small));
      expect_no_growth(api, requirement, {"allocate and free 3000 bytes", medium, 4000}, cycle(medium));
      expect_no_growth(api, requirement, {"allocate and free 1 MiB", large, 16}, cycle(large));
    });

const Property free_gives_back_many(
    {.id = "free/gives-memory-back-many-at-once",
     .title = "Allocating 2,000 buffers and freeing them in another order, again and again, does not make the process grow",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free}},
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
     .functions = {Function::allocate, Function::free}},
    [](Api& api) {
      constexpr Dword count = 500;
      static unsigned char* buffers[count];
      expect_no_growth(api, "free/gives-memory-back",
                       {"allocate 500 buffers of 3000 bytes in one thread and free them in another", count * medium, 4},
                       [&] {
                         for (unsigned char*& buffer : buffers) buffer = touched(api.must_allocate(medium), medium);
                         std::thread([&api] {
                           try {
                             for (const unsigned char* const buffer : buffers) api.must_free(buffer);
                           } catch (const CaseStopped&) {
                             // Recorded; this thread's caller stops for it.
                           }
                         }).join();
                         api.run().stop_if_failed();
                       });
    });

const Property free_gives_back_zero_sized(
    {.id = "free/gives-memory-back-zero-sized",
     .title = "Allocating and freeing 0 bytes without end does not make the process grow",
     .requirements = {"free/gives-memory-back", "allocate/zero-bytes"},
     .functions = {Function::allocate, Function::free}},
    [](Api& api) {
      expect_no_growth(api, "free/gives-memory-back", {"allocate and free 0 bytes", 16, 100000},
                       [&] { api.must_free(api.must_allocate(0)); });
    });

const Property free_gives_back_reallocated(
    {.id = "free/gives-memory-back-reallocated",
     .title = "Freeing buffers that grew or shrank gives all of their memory back",
     .requirements = {"free/gives-memory-back", "reallocate/gives-memory-back"},
     .functions = {Function::allocate, Function::reallocate, Function::free}},
    [](Api& api) {
      const auto cycle = [&](Dword from, Dword to) {
        return [&api, from, to] {
          api.must_free(touched(api.must_reallocate(touched(api.must_allocate(from), from), to), to));
        };
      };
      constexpr const char* requirement = "reallocate/gives-memory-back";
      expect_no_growth(api, requirement, {"grow 40 to 3000 bytes and free", small, 40000}, cycle(small, medium));
      expect_no_growth(api, requirement, {"grow 3000 bytes to 1 MiB and free", medium, 200}, cycle(medium, large));
      expect_no_growth(api, requirement, {"shrink 3000 to 40 bytes and free", small, 40000}, cycle(medium, small));
      expect_no_growth(api, requirement, {"shrink 1 MiB to 3000 bytes and free", medium, 200}, cycle(large, medium));
      expect_no_growth(api, requirement, {"reallocate 3000 bytes to their own size and free", medium, 4000},
                       cycle(medium, medium));
    });

const Property reallocate_gives_back_beside_others(
    {.id = "reallocate/gives-memory-back-with-neighbours",
     .title = "Buffers that cannot grow in place do not leave their old memory behind",
     .requirements = {"reallocate/gives-memory-back"},
     .functions = {Function::allocate, Function::reallocate, Function::free}},
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
     .functions = {Function::allocate, Function::reallocate}},
    [](Api& api) {
      const auto cycle = [&](Dword bytes) {
        return [&api, bytes] {
          const PointerResult result = api.reallocate(touched(api.must_allocate(bytes), bytes), 0);
          api.run().expect(result.status == success, "reallocate/zero-bytes", "status", "NERR_Success (0)", "an error");
        };
      };
      constexpr const char* requirement = "reallocate/zero-bytes";
      expect_no_growth(api, requirement, {"reallocate 40 bytes to 0", small, 100000}, cycle(small));
      expect_no_growth(api, requirement, {"reallocate 3000 bytes to 0", medium, 4000}, cycle(medium));
      expect_no_growth(api, requirement, {"reallocate 1 MiB to 0", large, 16}, cycle(large));
    });

const Property reallocate_from_null_gives_back(
    {.id = "reallocate/gives-memory-back-from-null",
     .title = "Buffers that Reallocate made from NULL are given back by Free",
     .requirements = {"free/gives-memory-back", "reallocate/null-old"},
     .functions = {Function::reallocate, Function::free}},
    [](Api& api) {
      expect_no_growth(api, "free/gives-memory-back", {"reallocate NULL to 3000 bytes and free", medium, 4000},
                       [&] { api.must_free(touched(api.must_reallocate(nullptr, medium), medium)); });
    });

}  // namespace
}  // namespace conformance
