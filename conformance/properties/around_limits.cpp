// Sizes around the limits of implementations: whole pages less a header, powers of two, and round decimal numbers. A block
// that is short there is short by a few bytes, which lie in the next mapping.
#include <string>

#include "properties/budget.hpp"
#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr Dword end_bytes = 64;

// A buffer that is written at both ends. Its very last byte is 0: where it hits a length or an address, that gets smaller.
class Ends {
 public:
  Ends(Api& api, Dword size, unsigned pattern)
      : api_(api), size_(size), pattern_(pattern), buffer_(api.must_allocate(size)) {
    fill_pattern(buffer_, 0, end_bytes, pattern_);
    fill_pattern(buffer_, size_ - end_bytes, end_bytes - 1, pattern_);
    buffer_[size_ - 1] = 0;
  }

  void expect_kept(const std::string& which) const {
    api_.expect_contents("allocate/usable", which.c_str(), buffer_, 0, end_bytes, pattern_);
    api_.expect_contents("allocate/usable", which.c_str(), buffer_, size_ - end_bytes, end_bytes - 1, pattern_);
    api_.run().expect(buffer_[size_ - 1] == 0, "allocate/usable", "the last byte " + which, "0",
                      std::to_string(buffer_[size_ - 1]));
    api_.expect_size("size/at-least-requested", ("size " + which).c_str(), buffer_, size_);
  }

  void free() const { api_.must_free(buffer_); }

 private:
  Api& api_;
  Dword size_;
  unsigned pattern_;
  unsigned char* buffer_;
};

// One buffer after the other, of the sizes from `limit` - below to `limit` + above, beside one that lives through all.
void use_sizes_around(Api& api, Dword limit, Dword below, Dword above) {
  // Its lowest byte is 0xFF: whatever hits that byte of its length makes it smaller.
  const Ends neighbour(api, (limit & ~Dword{0xFF}) - 1, 1);
  for (Dword size = limit - below; size <= limit + above; ++size) {
    const Ends used(api, size, 2);
    const std::string text = "of a buffer of " + std::to_string(size) + " bytes";
    used.expect_kept(text);
    neighbour.expect_kept("of a neighbour " + text);
    used.free();
  }
  neighbour.free();
}

const Property usable_around_limits(
    {.id = "allocate/usable-around-limits",
     .title = "Buffers of whole pages less a few bytes, and of round decimal numbers, are usable to their last bytes, "
              "and hit no neighbour",
     .requirements = {"allocate/usable", "size/at-least-requested", "free/allocated"},
     .relies_on = {"allocate/capacity"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::speed},
    [](Api& api) {
      constexpr Dword page = 4096, most_header = 64, usual_header = 16;
      Budget budget(Budget::of_a_loop, 4);
      api.run().step("sizes around whole pages, from 36 KiB to 8 MiB");
      for (const Dword pages : {9U, 33U, 129U, 300U, 512U, 1024U, 2048U}) {
        if (budget.allows_another()) use_sizes_around(api, pages * page, most_header, 2);
      }
      api.run().done();
      api.run().step("sizes around round decimal numbers, from 5,000 to 16,000,000");
      for (Dword unit = 1000; unit <= 1000000; unit *= 10) {
        for (const Dword tenths : {10U, 12U, 15U, 16U, 20U, 25U, 32U, 40U, 50U, 64U, 80U}) {
          const Dword limit = unit * tenths / 10 * 5;
          if (limit <= largest_ordinary - usual_header && budget.allows_another()) {
            use_sizes_around(api, limit, usual_header, 1);
          }
        }
      }
      for (const Dword thousands : {8U, 16U, 32U, 48U, 64U, 96U, 128U, 256U, 512U, 1000U, 1024U, 2000U, 2048U}) {
        if (budget.allows_another()) use_sizes_around(api, thousands * 1000, usual_header, 1);
      }
      api.run().done();
    });

}  // namespace
}  // namespace conformance
