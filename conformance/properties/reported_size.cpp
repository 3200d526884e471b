// What NetApiBufferSize reports, for every size.
#include <string>

#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

void expect_at_least(Api& api, const char* requirement, Dword reported, Dword requested) {
  if (reported >= requested) return api.run().expect(true, requirement, "size", "", "");
  api.run().fail(requirement, "size of a buffer of " + std::to_string(requested) + " bytes",
                 "at least " + std::to_string(requested), std::to_string(reported));
}

const Property no_smaller_than_requested(
    {.id = "size/at-least-requested-every-size",
     .title = "The size of a buffer of any size to 4096 bytes, and around powers of two to 16 MiB, is no smaller",
     .requirements = {"size/at-least-requested"},
     .functions = {Function::allocate, Function::size, Function::free}},
    [](Api& api) {
      api.run().step("every size to 4096 bytes, and around powers of two and pages to 16 MiB");
      std::vector<Dword> sizes = edge_sizes(16 << 20);
      for (Dword size = 1; size <= 4096; ++size) sizes.push_back(size);
      for (const Dword size : sizes) {
        unsigned char* const buffer = api.must_allocate(size);
        expect_at_least(api, "size/at-least-requested", api.must_size(buffer), size);
        api.must_free(buffer);
        api.run().still_running();
      }
      api.run().done();
    });

const Property reported_bytes_are_usable(
    {.id = "size/all-usable-every-size",
     .title = "Every byte of the size that is reported is usable, for every size to 2048 bytes and around powers of two",
     .requirements = {"size/all-usable"},
     .functions = {Function::allocate, Function::size, Function::free}},
    [](Api& api) {
      api.run().step("two buffers of each size are written to their reported sizes, then both are read back");
      std::vector<Dword> sizes = edge_sizes(256 << 10);
      for (const Dword size : class_sizes(256 << 10)) sizes.push_back(size);
      for (Dword size = 1; size <= 2048; ++size) sizes.push_back(size);
      for (const Dword size : sizes) {
        unsigned char* const first = api.must_allocate(size);
        unsigned char* const second = api.must_allocate(size);
        const Dword first_size = api.must_size(first), second_size = api.must_size(second);
        fill_pattern(first, 0, first_size, 1);
        fill_pattern(second, 0, second_size, 2);
        const bool kept = !first_difference(first, 0, first_size, 1) && !first_difference(second, 0, second_size, 2);
        if (!kept) {
          api.run().fail("size/all-usable", "two buffers of " + std::to_string(size) + " bytes",
                         "each keeps what was written to all of its reported size", "one wrote into the other");
        }
        api.must_free(first);
        api.must_free(second);
        api.run().still_running();
      }
      api.run().expect(true, "size/all-usable", "contents", "", "");
      api.run().done();
    });

const Property follows_reallocate(
    {.id = "size/after-reallocate-any-sizes",
     .title = "The size follows a buffer through random grows and shrinks",
     .requirements = {"size/after-reallocate", "size/at-least-requested"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free}},
    [](Api& api) {
      Random random;
      api.run().step("100 buffers are reallocated 100 times each, at random");
      for (int i = 0; i < 100; ++i) {
        unsigned char* buffer = api.must_allocate(1 + random.size(4096));
        for (int j = 0; j < 100; ++j) {
          const Dword size = 1 + random.size(16384);
          buffer = api.must_reallocate(buffer, size);
          expect_at_least(api, "size/after-reallocate", api.must_size(buffer), size);
          api.run().still_running();
        }
        api.must_free(buffer);
      }
      api.run().done();
    });

}  // namespace
}  // namespace conformance
