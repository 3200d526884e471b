// What Size reports after a buffer shrank by a few bytes: less than an implementation can give back, or as much as it can.
#include <optional>
#include <string>
#include <vector>

#include "properties/budget.hpp"
#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr Dword most_shrunk_by = 64;

struct Shrunk {
  unsigned char* buffer;
  Dword old_size, new_size, reported;
  unsigned pattern;

  // Where the bytes begin that are written: of a large buffer its end is enough.
  std::size_t from() const { return new_size > 2 * most_shrunk_by ? new_size - 2 * most_shrunk_by : 0; }
  void fill() const { fill_pattern(buffer, from(), reported - from(), pattern); }
  std::optional<std::size_t> first_changed() const {
    return first_difference(buffer, from(), reported - from(), pattern);
  }
};

// One buffer for each number of bytes to shrink by, with old sizes below and above `edge`.
std::vector<Shrunk> shrink_around(Api& api, Dword edge) {
  std::vector<Shrunk> all;
  for (Dword by = 1; by <= most_shrunk_by; ++by) {
    // Every remainder of 64 once, each beside another number of bytes at another edge.
    const Dword offset = (5 * by + edge / 16) % 64;
    const Dword old_size = edge + offset > by ? edge + offset : by + 1;
    all.push_back({api.must_allocate(old_size), old_size, old_size - by, 0, by});
  }
  for (Shrunk& one : all) {
    const bool aliased = one.pattern % 2 == 0;
    const PointerResult result = api.reallocate(one.buffer, one.new_size, aliased);
    api.expect_buffer("reallocate/changes-size", result);
    one.buffer = result.buffer;
  }
  return all;
}

// All bytes that Size reports are written, of buffers that lie beside each other, and beside others that may lie in what
// the shrinking ones have given back.
void use_all_that_is_reported(Api& api, Dword edge) {
  constexpr unsigned others_count = 32, others_pattern = 200;
  std::vector<Shrunk> all = shrink_around(api, edge);
  for (unsigned i = 0; i < others_count; ++i) {
    const Dword size = 1 + i * 2;
    all.push_back({api.must_allocate(size), size, size, 0, others_pattern + i});
  }
  for (Shrunk& one : all) one.reported = api.must_size(one.buffer);
  for (const Shrunk& one : all) {
    if (one.reported < one.new_size) {
      api.run().fail("size/at-least-requested",
                     "size of a buffer of " + std::to_string(one.new_size) + " bytes that was reallocated from " +
                         std::to_string(one.old_size),
                     "at least " + std::to_string(one.new_size), std::to_string(one.reported));
    }
    one.fill();
  }
  for (const Shrunk& one : all) {
    const auto at = one.first_changed();
    if (!at) continue;
    api.run().fail("size/all-usable",
                   "byte " + std::to_string(*at) + " of the reported " + std::to_string(one.reported) +
                       " bytes of a buffer of " + std::to_string(one.old_size) + " bytes that was reallocated to " +
                       std::to_string(one.new_size) + ", beside others that are used up to their reported sizes",
                   std::to_string(pattern_byte(one.pattern, *at)), std::to_string(one.buffer[*at]));
  }
  for (const Shrunk& one : all) api.must_free(one.buffer);
}

// Multiples of what allocators count in, and of large ones powers of two, up to them and from them on.
std::vector<Dword> edges() {
  constexpr Dword largest = 1 << 20;
  std::vector<Dword> in_order;
  for (Dword edge = 16; edge < 1024; edge += edge < 128 ? 16 : 128) in_order.push_back(edge);
  for (Dword edge = 1024; edge <= largest; edge *= 2) in_order.insert(in_order.end(), {edge - 64, edge});
  constexpr std::size_t stride = 13;  // a prime number that does not divide how many they are
  return mixed(in_order, stride);
}

const Property usable_after_a_small_shrink(
    {.id = "size/all-usable-after-a-small-shrink",
     .title =
         "After a buffer shrank by 1 to 64 bytes, around any size to 1 MiB, the size that is reported is all its own",
     .requirements = {"size/all-usable", "size/at-least-requested", "reallocate/changes-size"},
     .relies_on = {"allocate/capacity"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      Budget budget(Budget::of_a_loop, 4);
      api.run().step("around sizes to 1 MiB: shrink buffers by 1 to 64 bytes, and write all that is reported");
      for (const Dword edge : edges()) {
        if (!budget.allows_another()) break;
        use_all_that_is_reported(api, edge);
      }
      api.run().done();
    });

}  // namespace
}  // namespace conformance
