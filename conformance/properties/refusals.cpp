// Requests that were refused leave nothing behind: what could be had before can be had afterwards, by every thread.
#include "properties/exhausting.hpp"
#include "properties/threads.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr Dword smaller = 100;

const Property capacity_after_refusals(
    {.id = "allocate/capacity-after-refusals",
     .title = "Ordinary buffers can be had after 4 GiB were asked for and refused hundreds of times",
     .requirements = {"allocate/capacity"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      bool is_granted = false;
      prepare_to_run_out(api);
      api.run().step("with memory limited, allocate 0xFFFFFFFF bytes, 300 times or until they are granted");
      {
        const MemoryLimit limit(api.run(), few_further_bytes);
        for (int i = 0; i < 300 && !is_granted; ++i) is_granted = api.allocate(largest_request).status == success;
      }
      api.run().done();
      if (is_granted) api.run().unsupported(meets_huge_requests);
      api.run().step("allocate buffers of 1 byte to 16 MiB and free them");
      for (const Dword size : {Dword{1}, smaller, Dword{70000}, Dword{16 << 20}}) {
        api.must_free(api.must_allocate(size));
      }
      api.run().met("allocate/capacity");
      api.run().done();
    });

// A lock that knows its thread does not stop the one that forgot to give it back.
const Property another_thread_after_refusals(
    {.id = "free/any-thread-after-refusals",
     .title = "After calls of one thread that were refused, another thread can call all functions",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      PointerResult allocated = {}, reallocated = {};
      prepare_to_run_out(api);
      unsigned char* const buffer = api.must_allocate(smaller);
      api.run().step(
          "with memory limited, allocate 0xFFFFFFFF bytes and reallocate 100 bytes to them; ask for NULL's size");
      {
        const MemoryLimit limit(api.run(), further_bytes);
        api.size(nullptr);
        allocated = api.allocate(largest_request);
        if (allocated.status != success) reallocated = api.reallocate(buffer, largest_request);
      }
      api.run().done();
      if (allocated.status == success || reallocated.status == success) api.run().unsupported(meets_huge_requests);
      api.run().step("in another thread, reallocate the buffer, and make, measure and free others");
      in_threads(api, 1, [&](unsigned) {
        api.must_free(api.must_reallocate(buffer, 2 * smaller));
        unsigned char* const own = api.must_allocate(smaller);
        api.expect_size("free/any-thread", "size of a buffer", own, smaller);
        api.must_free(own);
      });
      api.run().done();
    });

// What an implementation prepares with the first call that needs it is not there yet.
template <class Call>
void expect_first_call_to_be_refused(Api& api, const char* requirement, const char* step, Call call) {
  api.run().step(step);
  const Status status = call();
  api.run().done(status_text(status));
  api.run().expect(status == invalid_parameter, requirement, "status of the first call of a process",
                   status_text(invalid_parameter), status_text(status));
}

const Property first_call_measures_null(
    {.id = "size/null-buffer-first-call",
     .title = "The size of NULL is refused with ERROR_INVALID_PARAMETER by the first call of a process",
     .requirements = {"size/null-buffer"},
     .functions = {Function::size},
     .needs = Needs::only_calls,
     .alone = true},
    [](Api& api) {
      expect_first_call_to_be_refused(api, "size/null-buffer", "measure NULL, before any other call",
                                      [&] { return api.size(nullptr).status; });
    });

const Property first_call_allocates_to_null(
    {.id = "allocate/null-out-first-call",
     .title = "NULL for Buffer is refused with ERROR_INVALID_PARAMETER by the first call of a process",
     .requirements = {"allocate/null-out"},
     .functions = {Function::allocate},
     .needs = Needs::only_calls,
     .alone = true},
    [](Api& api) {
      expect_first_call_to_be_refused(api, "allocate/null-out", "allocate 40 bytes to NULL, before any other call",
                                      [&] { return api.allocate_to_null(40); });
    });

}  // namespace
}  // namespace conformance
