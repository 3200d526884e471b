// What Reallocate keeps where one of the two sizes lies around a large power of two, or a number of pages: there copying
// changes its way, and a header or a rounding may carry a size over the edge.
#include <algorithm>
#include <string>
#include <vector>

#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

// Visits the bytes that are written and looked at of those that are kept: both ends, and a few of each piece between.
template <class Visit>
void for_each_place(Dword kept, Visit visit) {
  constexpr Dword few = 16, many = 64;
  const Dword piece = std::max<Dword>(4096, kept / 64);
  for (Dword at = 0; at < kept; at += piece) visit(at, std::min(few, kept - at));
  const Dword at_end = std::min(many, kept);
  visit(kept - at_end, at_end);
}

class Edges {
 public:
  explicit Edges(Api& api) : api_(api) {}

  // From one size to the other and back: growing and shrinking, or neither.
  void between(Dword size, Dword other_size) {
    reallocate_and_check(size, other_size);
    if (size != other_size) reallocate_and_check(other_size, size);
  }

 private:
  // Nothing is judged where a size need not be had, and is not.
  void reallocate_and_check(Dword old_size, Dword new_size) {
    const Dword kept = std::min(old_size, new_size);
    const unsigned pattern = ++number_ % 256;  // what a former buffer left behind is another one
    const PointerResult old = api_.allocate(old_size);
    if (is_refused(old, old_size)) return;
    for_each_place(kept, [&](Dword at, Dword bytes) { fill_pattern(old.buffer, at, bytes, pattern); });
    const PointerResult changed = api_.reallocate(old.buffer, new_size, number_ % 2 == 0);
    if (is_refused(changed, new_size)) return api_.must_free(old.buffer);
    for_each_place(kept, [&](Dword at, Dword bytes) {
      const auto difference = first_difference(changed.buffer, at, bytes, pattern);
      if (!difference) return;
      api_.run().fail("reallocate/keeps-contents",
                      "byte " + std::to_string(*difference) + " after Reallocate from " + std::to_string(old_size) +
                          " to " + std::to_string(new_size),
                      std::to_string(pattern_byte(pattern, *difference)), std::to_string(changed.buffer[*difference]));
    });
    api_.must_free(changed.buffer);
  }

  bool is_refused(const PointerResult& result, Dword size) {
    if (size > largest_ordinary && result.status != success) return true;
    api_.expect_buffer("reallocate/changes-size", result);
    return false;
  }

  Api& api_;
  unsigned number_ = 0;
};

// The sizes around an edge: by bytes, and by what headers take.
std::vector<Dword> around(Dword edge) {
  std::vector<Dword> sizes = {edge};
  for (const Dword distance : {1U, 2U, 8U, 16U, 24U, 32U}) {
    sizes.push_back(edge - distance);
    sizes.push_back(edge + distance);
  }
  return sizes;
}

const Property keeps_contents_around_large_edges(
    {.id = "reallocate/keeps-contents-around-large-edges",
     .title =
         "Reallocate keeps the contents from and to sizes around powers of two, from 4 KiB to 16 MiB, and around pages",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::speed},
    [](Api& api) {
      constexpr Dword small = 100, page = 4096;
      Edges edges(api);
      for (Dword edge = 4 << 10; edge <= 1 << 20; edge *= 2) {
        api.run().step("from and to sizes around " + std::to_string(edge));
        for (const Dword size : around(edge)) {
          for (const Dword other : {small, size / 2, size - 1, size, size + 1, size + size / 2})
            edges.between(size, other);
        }
        api.run().done();
      }
      api.run().step("from and to sizes around 3 to 33 pages");
      for (Dword pages = 3; pages <= 33; pages += 2) {
        for (const Dword size : {pages * page - 1, pages * page, pages * page + 1}) {
          for (const Dword other : {small, size - 1, size, size + page}) edges.between(size, other);
        }
      }
      api.run().done();
      api.run().step("from and to sizes around 16 MiB");
      for (const Dword size : {largest_ordinary - 1, largest_ordinary, largest_ordinary + 1}) {
        for (const Dword other : {small, size / 2, size - 1}) edges.between(size, other);
      }
      edges.between(largest_ordinary + (largest_ordinary >> 2), 2 * largest_ordinary);
      api.run().done();
    });

}  // namespace
}  // namespace conformance
