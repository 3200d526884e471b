// What NetApiBufferSize reports, for every size.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "properties/budget.hpp"
#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

void expect_at_least(Api& api, const char* requirement, Dword reported, Dword requested) {
  if (reported >= requested) return api.run().met(requirement);
  api.run().fail(requirement, "size of a buffer of " + std::to_string(requested) + " bytes",
                 "at least " + std::to_string(requested), std::to_string(reported));
}

// A buffer that is written up to its reported size, to see whether it shares any of that with another.
struct Used {
  unsigned char* buffer;
  Dword reported;
  unsigned pattern;
  std::string which;  // such as "a buffer of 64 bytes"

  void fill() const { fill_pattern(buffer, 0, reported, pattern); }
};

void expect_kept(Api& api, const Used& used) {
  if (const auto at = first_difference(used.buffer, 0, used.reported, used.pattern)) {
    api.run().fail("size/all-usable",
                   "byte " + std::to_string(*at) + " of the reported " + std::to_string(used.reported) + " bytes of " +
                       used.which + ", after others were written up to their reported sizes",
                   std::to_string(pattern_byte(used.pattern, *at)), std::to_string(used.buffer[*at]));
  }
}

const Property no_smaller_than_requested(
    {.id = "size/at-least-requested-every-size",
     .title = "The size of a buffer of any size to 4096 bytes, and around powers of two to 16 MiB, is no smaller",
     .requirements = {"size/at-least-requested"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      api.run().step("every size to 4096 bytes, and around powers of two and pages to 16 MiB");
      std::vector<Dword> sizes = edge_sizes(16 << 20);
      for (Dword size = 1; size <= 4096; ++size) sizes.push_back(size);
      Budget budget;
      for (const Dword size : sizes) {
        if (!budget.allows_another()) break;
        unsigned char* const buffer = api.allocate_if_granted(size);
        if (buffer == nullptr) continue;
        expect_at_least(api, "size/at-least-requested", api.must_size(buffer), size);
        api.must_free(buffer);
      }
      api.run().done();
    });

// Implementations that number their buffers have no two with the same number, however many live.
const Property no_smaller_among_very_many(
    {.id = "size/at-least-requested-100000-live-buffers",
     .title = "Of 100,000 live buffers of 100 to 200 bytes, each has a size no smaller than was asked for",
     .requirements = {"size/at-least-requested", "allocate/capacity"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::speed,
     .alone = true},
    [](Api& api) {
      constexpr unsigned count = 100000;
      const auto size_of = [](unsigned number) { return 200 - static_cast<Dword>(number / 1000); };
      std::vector<unsigned char*> buffers;
      api.run().step("allocate 100000 buffers, each no larger than the one before");
      Budget budget;
      for (unsigned i = 0; i < count && budget.allows_another(); ++i) {
        buffers.push_back(api.must_allocate(size_of(i)));
      }
      api.run().done();
      api.run().step("measure them and free them");
      Budget budget_to_free;
      for (unsigned i = 0; i < buffers.size() && budget_to_free.allows_another(); ++i) {
        expect_at_least(api, "size/at-least-requested", api.must_size(buffers[i]), size_of(i));
        api.must_free(buffers[i]);
      }
      api.run().done();
    });

const Property reported_bytes_are_usable(
    {.id = "size/all-usable-every-size",
     .title =
         "Every byte of the size that is reported is usable, for every size to 2048 bytes and around powers of two",
     .requirements = {"size/all-usable"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      api.run().step("two buffers of each size are written to their reported sizes, then both are read back");
      std::vector<Dword> sizes = edge_sizes(256 << 10);
      for (const Dword size : class_sizes(256 << 10)) sizes.push_back(size);
      for (Dword size = 1; size <= 2048; ++size) sizes.push_back(size);
      Budget budget;
      for (const Dword size : sizes) {
        if (!budget.allows_another()) break;
        unsigned char* const first = api.allocate_if_granted(size);
        unsigned char* const second = first != nullptr ? api.allocate_if_granted(size) : nullptr;
        if (second == nullptr) {
          if (first != nullptr) api.must_free(first);
          continue;
        }
        const std::optional<Dword> first_told = api.size_if_told(first), second_told = api.size_if_told(second);
        if (!first_told || !second_told) api.run().unsupported("Size is refused, and nothing is promised of it then");
        const std::string which = "one of two buffers of " + std::to_string(size) + " bytes";
        const Used both[] = {{first, *first_told, 1, which}, {second, *second_told, 2, which}};
        for (const Used& used : both) used.fill();
        for (const Used& used : both) expect_kept(api, used);
        api.must_free(first);
        api.must_free(second);
      }
      api.run().met("size/all-usable");
      api.run().done();
    });

// From 16 bytes to 1 MiB, so that the buffer grows within each class of sizes that an implementation may have.
void grow_by_an_eighth_at_a_time(Api& api) {
  unsigned char* buffer = api.must_allocate(16);
  Dword size = 16;
  while (size < 1 << 20) {
    size += size / 8;
    unsigned char* const grown = api.reallocate_if_granted(buffer, size);
    if (grown == nullptr) {
      api.free(buffer);
      return;
    }
    buffer = grown;
    expect_at_least(api, "size/after-reallocate", api.must_size(buffer), size);
  }
  api.must_free(buffer);
}

const Property follows_reallocate(
    {.id = "size/after-reallocate-any-sizes",
     .title = "The size follows a buffer through random grows and shrinks, and from 16 bytes to 1 MiB",
     .requirements = {"size/after-reallocate", "size/at-least-requested"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      Random random;
      api.run().step("100 buffers are reallocated 100 times each, at random");
      Budget budget;
      for (int i = 0; i < 100; ++i) {
        unsigned char* buffer = api.must_allocate(1 + random.size(4096));
        for (int j = 0; j < 100 && budget.allows_another(); ++j) {
          const Dword size = 1 + random.size(16384);
          unsigned char* const resized = api.reallocate_if_granted(buffer, size);
          if (resized == nullptr) continue;
          buffer = resized;
          expect_at_least(api, "size/after-reallocate", api.must_size(buffer), size);
        }
        api.must_free(buffer);
      }
      api.run().done();
      api.run().step("one buffer grows by an eighth at a time");
      grow_by_an_eighth_at_a_time(api);
      api.run().done();
    });

const Property large_reported_bytes_are_usable(
    {.id = "size/all-usable-large-sizes",
     .title =
         "Every byte of the size that is reported is usable also just below and above whole pages, from 1 to 8 MiB",
     .requirements = {"size/all-usable", "size/at-least-requested"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      constexpr Dword page = 4096;
      for (const Dword pages : {256U, 257U, 700U, 2048U}) {
        for (const Dword size : {pages * page - 40, pages * page - 16, pages * page + 1}) {
          api.run().step("write all of the size that is reported for " + std::to_string(size) + " bytes");
          unsigned char* const buffer = api.allocate_if_granted(size);
          if (buffer == nullptr) api.run().unsupported("it does not grant a few MiB");
          const Dword reported = api.must_size(buffer);
          expect_at_least(api, "size/at-least-requested", reported, size);
          // From the last page that was asked for on; the others are pages of ordinary buffers.
          fill_pattern(buffer, size - page, reported - (size - page), 1);
          api.expect_contents("size/all-usable", "of the reported size", buffer, size - page, reported - (size - page),
                              1);
          api.must_free(buffer);
          api.run().done();
        }
      }
    });

// Where a size is kept in fewer bits than it has, odd ones suffer first. The memory is not touched, and need not be there.
const Property large_odd_sizes(
    {.id = "size/at-least-requested-odd-sizes-to-1-gib",
     .title = "The size of a buffer of an odd number of bytes, from 16 MiB to 1 GiB, is no smaller, if there is one",
     .requirements = {"size/at-least-requested"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::only_calls,
     .alone = true},
    [](Api& api) {
      constexpr Dword largest = 1 << 30;
      bool is_any_granted = false;
      for (Dword power = 16 << 20; power <= largest; power *= 2) {
        for (const Dword size : {power + 1, power + power / 3 + 5, 2 * power - 1}) {
          api.run().step("allocate " + std::to_string(size) + " bytes, measure and free them", "", size);
          const PointerResult result = api.allocate(size);
          if (result.status == success) {
            is_any_granted = true;
            expect_at_least(api, "size/at-least-requested", api.must_size(result.buffer), size);
            api.must_free(result.buffer);
          }
          api.run().done(status_text(result.status));
        }
      }
      if (!is_any_granted) api.run().unsupported("it grants no buffer of more than 16 MiB");
    });

const Property usable_after_reallocate(
    {.id = "size/all-usable-after-reallocate",
     .title = "After a buffer grew or shrank a little or much, the size that is reported is all its own",
     .requirements = {"size/all-usable", "size/after-reallocate"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      constexpr Dword sizes[] = {0, 1, 10, 16, 30, 64, 200, 230, 256, 940, 1000, 4000, 4096, 60000, 180000, 200000};
      api.run().step("reallocate between any two of 16 sizes, write all that is reported, and look at new neighbours");
      for (const Dword old_size : sizes) {
        for (const Dword new_size : sizes) {
          if (new_size == 0) continue;
          const unsigned char* const old_buffer = api.allocate_if_granted(old_size);
          if (old_buffer == nullptr) continue;
          unsigned char* const buffer = api.reallocate_if_granted(old_buffer, new_size);
          if (buffer == nullptr) {
            api.free(old_buffer);
            continue;
          }
          // These may lie in what a shrinking buffer has given back.
          const Dword neighbour_size = std::max<Dword>(1, old_size);
          unsigned char* const neighbours[] = {api.must_allocate(16), api.allocate_if_granted(neighbour_size)};
          if (neighbours[1] == nullptr) {
            for (const unsigned char* const one : {neighbours[0], buffer}) api.must_free(one);
            continue;
          }
          const Dword reported = api.must_size(buffer);
          expect_at_least(api, "size/after-reallocate", reported, new_size);
          const std::string resized = "a buffer that was reallocated from " + std::to_string(old_size) + " to " +
                                      std::to_string(new_size) + " bytes";
          const Used all[] = {{neighbours[0], 16, 1, "a buffer of 16 bytes beside " + resized},
                              {neighbours[1], neighbour_size, 2,
                               "a buffer of " + std::to_string(neighbour_size) + " bytes beside " + resized},
                              {buffer, reported, 3, resized}};
          for (const Used& used : all) used.fill();
          for (const Used& used : all) expect_kept(api, used);
          for (const unsigned char* const one : {neighbours[0], neighbours[1], buffer}) api.must_free(one);
        }
      }
      api.run().met("size/all-usable");
      api.run().done();
    });

const Property size_of_an_old_buffer(
    {.id = "size/at-least-requested-of-an-old-buffer",
     .title = "The size of a buffer is no smaller after 70,000 others have come and gone",
     .requirements = {"size/at-least-requested"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::speed},
    [](Api& api) {
      constexpr Dword size = 4000;
      const unsigned char* const oldest = api.must_allocate(size);
      api.run().step("allocate and free 16 bytes, 70000 times");
      Budget budget;
      for (int i = 0; i < 70000 && budget.allows_another(); ++i) {
        api.must_free(api.must_allocate(16));
      }
      api.run().done();
      api.run().step("measure and free the buffer from before");
      expect_at_least(api, "size/at-least-requested", api.must_size(oldest), size);
      api.must_free(oldest);
      api.run().done();
    });

}  // namespace
}  // namespace conformance
