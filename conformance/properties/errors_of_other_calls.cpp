// What other calls have left in the thread's errors is nothing to these functions. Sizes that are refused in any event are
// left out.
#include <vector>

#include "worker/property.hpp"

namespace conformance {
namespace {

// Those of the sizes for which `make` gives a buffer.
template <class Make>
std::vector<Dword> granted_of(Api& api, std::initializer_list<Dword> sizes, Make make) {
  std::vector<Dword> granted;
  for (const Dword size : sizes) {
    const unsigned char* const buffer = make(size);
    if (buffer == nullptr) continue;
    api.must_free(buffer);
    granted.push_back(size);
  }
  return granted;
}

const Property allocate_after_another_failure(
    {.id = "allocate/succeeds-after-another-call-ran-out",
     .title = "Allocate and Free succeed when errno and last error still report another call that found no memory",
     .requirements = {"allocate/succeeds", "free/allocated"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::errors_of_others},
    [](Api& api) {
      const std::vector<Dword> sizes = granted_of(api, {1, 40, 300, 5000, 70000, 300000, 4 << 20},
                                                  [&](Dword size) { return api.allocate_if_granted(size); });
      const AfterRunningOut after;
      api.run().step("allocate and free buffers of 1 byte to 4 MiB");
      for (const Dword size : sizes) {
        const PointerResult result = api.allocate(size);
        api.expect_buffer("allocate/succeeds", result);
        api.must_free(result.buffer);
      }
      api.run().done();
    });

const Property reallocate_after_another_failure(
    {.id = "reallocate/changes-size-after-another-call-ran-out",
     .title = "Reallocate and Size succeed when errno and last error still report a call that found no memory",
     .requirements = {"reallocate/changes-size", "size/at-least-requested"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::errors_of_others},
    [](Api& api) {
      const std::vector<Dword> sizes = granted_of(api, {8, 40, 300, 5000, 70000, 300000, 4 << 20}, [&](Dword size) {
        return api.reallocate_if_granted(api.must_allocate(8), size);
      });
      const AfterRunningOut after;
      unsigned char* buffer = api.must_allocate(8);
      const auto resize = [&](Dword size) {
        const PointerResult result = api.reallocate(buffer, size);
        api.expect_buffer("reallocate/changes-size", result);
        buffer = result.buffer;
        api.expect_size("size/at-least-requested", "size", buffer, size);
      };
      api.run().step("grow a buffer from 8 bytes to 4 MiB, and shrink it back");
      for (auto size = sizes.begin(); size != sizes.end(); ++size) resize(*size);
      for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) resize(*size);
      api.must_free(buffer);
      api.run().done();
    });

}  // namespace
}  // namespace conformance
