// What other calls have left in the thread's errors is nothing to these functions.
#include "worker/property.hpp"

namespace conformance {
namespace {

const Property allocate_after_another_failure(
    {.id = "allocate/succeeds-after-another-call-ran-out",
     .title = "Allocate and Free succeed when errno and last error still tell of another call that found no memory",
     .requirements = {"allocate/succeeds", "free/allocated"},
     .functions = {Function::allocate, Function::free}},
    [](Api& api) {
      const AfterRunningOut after;
      api.run().step("allocate and free buffers of 1 byte to 4 MiB");
      for (const Dword size : {1U, 40U, 300U, 5000U, 70000U, 300000U, 4U << 20}) api.must_free(api.must_allocate(size));
      api.run().done();
    });

const Property reallocate_after_another_failure(
    {.id = "reallocate/changes-size-after-another-call-ran-out",
     .title = "Reallocate and Size succeed when errno and last error still tell of a call that found no memory",
     .requirements = {"reallocate/changes-size", "size/at-least-requested"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free}},
    [](Api& api) {
      const AfterRunningOut after;
      unsigned char* buffer = api.must_allocate(8);
      api.run().step("grow a buffer from 8 bytes to 4 MiB, and shrink it back");
      for (const Dword size : {40U, 300U, 5000U, 70000U, 300000U, 4U << 20, 300000U, 70000U, 5000U, 300U, 40U, 8U}) {
        buffer = api.must_reallocate(buffer, size);
        api.expect_size("size/at-least-requested", "size", buffer, size);
      }
      api.must_free(buffer);
      api.run().done();
    });

}  // namespace
}  // namespace conformance
