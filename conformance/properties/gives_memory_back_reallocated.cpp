// Buffers that were grown, shrunk or reallocated to nothing give their memory back.
#include "properties/growth.hpp"
#include "properties/threads.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

const Property free_gives_back_reallocated(
    {.id = "free/gives-memory-back-reallocated",
     .title = "Freeing buffers that grew or shrank gives all of their memory back",
     .requirements = {"free/gives-memory-back", "reallocate/gives-memory-back"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      const auto cycle = [&](Dword from, Dword to) {
        return [&api, from, to] {
          api.must_free(touched(api.must_reallocate(touched(api.must_allocate(from), from), to), to));
        };
      };
      constexpr const char* requirement = "reallocate/gives-memory-back";
      expect_no_growth(api, requirement, {"grow 40 to 3000 bytes and free", small_buffer, 15000},
                       cycle(small_buffer, medium_buffer));
      expect_no_growth(api, requirement, {"grow 20000 bytes to 1 MiB and free", 20000, 30}, cycle(20000, large_buffer));
      expect_no_growth(api, requirement, {"grow 1 MiB to 2 MiB and free", large_buffer, 8},
                       cycle(large_buffer, 2 * large_buffer));
      expect_no_growth(api, requirement, {"shrink 3000 to 40 bytes and free", small_buffer, 15000},
                       cycle(medium_buffer, small_buffer));
      expect_no_growth(api, requirement, {"shrink 1 MiB to 20000 bytes and free", 20000, 30},
                       cycle(large_buffer, 20000));
      expect_no_growth(api, requirement, {"reallocate 3000 bytes to their own size and free", medium_buffer, 1000},
                       cycle(medium_buffer, medium_buffer));
      // A quarantine holds very many buffers of 10 bytes.
      expect_no_growth(api, requirement,
                       {.description = "shrink 200 to 10 bytes and free",
                        .lost_bytes = 150,
                        .repetitions = 10000,
                        .enough_bytes = quarantine_bytes / 10 * 150},
                       cycle(200, 10));
      expect_no_growth(api, requirement, {"shrink 16 MiB to 1 MiB and free", most_touched_bytes / 2, 16},
                       cycle(16 << 20, large_buffer));
      expect_no_growth(api, requirement,
                       {"grow 40 bytes to 3000 and to 5000, shrink them to 200, and free", small_buffer, 10000}, [&] {
                         unsigned char* buffer = touched(api.must_allocate(small_buffer), small_buffer);
                         for (const Dword size : {medium_buffer, Dword{5000}, Dword{200}}) {
                           buffer = touched(api.must_reallocate(buffer, size), size);
                         }
                         api.must_free(buffer);
                       });
    });

const Property reallocate_gives_back_while_it_lives(
    {.id = "reallocate/gives-memory-back-of-one-buffer",
     .title = "A buffer that grows and shrinks without end, and is not freed, does not make the process grow",
     .requirements = {"reallocate/gives-memory-back"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr const char* requirement = "reallocate/gives-memory-back";
      unsigned char* buffer = api.must_allocate(medium_buffer);
      const auto resize_to = [&](Dword bytes) { buffer = touched(api.must_reallocate(buffer, bytes), bytes); };
      expect_no_growth(api, requirement, {"grow one buffer to 10000 bytes and shrink it to 3000", medium_buffer, 1000},
                       [&] {
                         resize_to(10000);
                         resize_to(medium_buffer);
                       });
      expect_no_growth(api, requirement, {"grow it to 2 MiB and shrink it to 3000 bytes", large_buffer, 8}, [&] {
        resize_to(2 * large_buffer);
        resize_to(medium_buffer);
      });
      api.must_free(buffer);
    });

const Property reallocate_gives_back_into_another_variable(
    {.id = "reallocate/gives-memory-back-into-another-variable",
     .title = "The old buffer is given back also where the new one is stored in another variable",
     .requirements = {"reallocate/gives-memory-back"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      const auto cycle = [&](Dword from, Dword to) {
        return [&api, from, to] {
          const unsigned char* const old_buffer = touched(api.must_allocate(from), from);
          const PointerResult result = api.reallocate(old_buffer, to, false);
          api.expect_buffer("reallocate/changes-size", result);
          api.must_free(touched(result.buffer, to));
        };
      };
      constexpr const char* requirement = "reallocate/gives-memory-back";
      expect_no_growth(api, requirement, {"grow 1000 to 3000 bytes and free", 1000, 5000}, cycle(1000, medium_buffer));
      expect_no_growth(api, requirement, {"shrink 3000 to 1000 bytes and free", 1000, 5000},
                       cycle(medium_buffer, 1000));
    });

const Property reallocate_gives_back_zero_sized(
    {.id = "reallocate/gives-memory-back-zero-sized",
     .title = "Zero-sized buffers that grow or are reallocated to 0 bytes are given back as well",
     .requirements = {"reallocate/gives-memory-back", "allocate/zero-bytes", "reallocate/zero-bytes"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr const char* requirement = "reallocate/gives-memory-back";
      expect_no_growth(api, requirement, {"grow 0 to 40 bytes and free", 16, 25000}, [&] {
        api.must_free(touched(api.must_reallocate(api.must_allocate(0), small_buffer), small_buffer));
      });
      expect_no_growth(api, requirement, {"reallocate 0 bytes to 0", 16, 25000},
                       [&] { api.must_reallocate_to_zero(api.must_allocate(0)); });
    });

const Property reallocate_gives_back_beside_others(
    {.id = "reallocate/gives-memory-back-with-neighbours",
     .title = "Buffers that cannot grow in place do not leave their old memory behind",
     .requirements = {"reallocate/gives-memory-back"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      expect_no_growth(api, "reallocate/gives-memory-back",
                       {"grow 3000 bytes with a live buffer behind them, free both", medium_buffer, 2000}, [&] {
                         unsigned char* const growing = touched(api.must_allocate(medium_buffer), medium_buffer);
                         unsigned char* const neighbour = touched(api.must_allocate(medium_buffer), medium_buffer);
                         unsigned char* const grown = api.must_reallocate(growing, 4 * medium_buffer);
                         api.must_free(touched(grown, 4 * medium_buffer));
                         api.must_free(neighbour);
                       });
    });

const Property reallocate_to_zero_gives_back(
    {.id = "reallocate/gives-memory-back-by-zero-bytes",
     .title = "Reallocate to 0 bytes frees the old buffer",
     .requirements = {"reallocate/gives-memory-back", "reallocate/zero-bytes"},
     .functions = {Function::allocate, Function::reallocate},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      const auto cycle = [&](Dword bytes, bool aliased = true) {
        return
            [&api, bytes, aliased] { api.must_reallocate_to_zero(touched(api.must_allocate(bytes), bytes), aliased); };
      };
      constexpr const char* requirement = "reallocate/zero-bytes";
      expect_no_growth(api, requirement, {"reallocate 40 bytes to 0", small_buffer, 110000}, cycle(small_buffer));
      expect_no_growth(api, requirement, {"reallocate 3000 bytes to 0", medium_buffer, 1000}, cycle(medium_buffer));
      expect_no_growth(api, requirement, {"reallocate 1 MiB to 0", large_buffer, 16}, cycle(large_buffer));
      expect_no_growth(api, requirement, {"reallocate 3000 bytes to 0 through another variable", medium_buffer, 1000},
                       cycle(medium_buffer, false));
      expect_no_growth(api, requirement, {"grow 1000 to 3000 bytes, and reallocate them to 0", medium_buffer, 1000},
                       [&] {
                         api.must_reallocate_to_zero(
                             touched(api.must_reallocate(api.must_allocate(1000), medium_buffer), medium_buffer));
                       });
    });

const Property reallocate_from_null_gives_back(
    {.id = "reallocate/gives-memory-back-from-null",
     .title = "Buffers that Reallocate made from NULL are given back by Free",
     .requirements = {"free/gives-memory-back", "reallocate/null-old"},
     .functions = {Function::reallocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      expect_no_growth(api, "free/gives-memory-back", {"reallocate NULL to 40 bytes and free", small_buffer, 25000},
                       [&] { api.must_free(touched(api.must_reallocate(nullptr, small_buffer), small_buffer)); });
      expect_no_growth(api, "free/gives-memory-back", {"reallocate NULL to 3000 bytes and free", medium_buffer, 4000},
                       [&] { api.must_free(touched(api.must_reallocate(nullptr, medium_buffer), medium_buffer)); });
      expect_no_growth(api, "free/gives-memory-back", {"reallocate NULL to 1 MiB and free", large_buffer, 16}, [&] {
        api.must_free(touched(granted(api.reallocate_if_granted(nullptr, large_buffer)), large_buffer));
      });
    });

const Property reallocate_gives_back_in_another_thread(
    {.id = "reallocate/gives-memory-back-in-another-thread",
     .title = "Buffers of one thread that another one grows, or reallocates to 0 bytes, are given back",
     .requirements = {"reallocate/gives-memory-back", "free/any-thread", "reallocate/zero-bytes"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 500;
      static unsigned char* buffers[count];
      const auto cycle = [&](Dword new_size) {
        return [&api, new_size] {
          for (unsigned char*& buffer : buffers) buffer = touched(api.must_allocate(medium_buffer), medium_buffer);
          in_threads(api, 1, [&api, new_size](unsigned) {
            for (const unsigned char* const buffer : buffers) {
              if (new_size == 0) {
                api.must_reallocate_to_zero(buffer);
              } else {
                api.must_free(api.must_reallocate(buffer, new_size));
              }
            }
          });
        };
      };
      constexpr const char* requirement = "reallocate/gives-memory-back";
      expect_no_growth(
          api, requirement,
          {"allocate 500 buffers of 3000 bytes, grow and free them in another thread", count * medium_buffer, 4},
          cycle(2 * medium_buffer));
      expect_no_growth(
          api, requirement,
          {"allocate 500 buffers of 3000 bytes, reallocate them to 0 in another thread", count * medium_buffer, 4},
          cycle(0));
    });

}  // namespace
}  // namespace conformance
