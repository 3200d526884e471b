// What the variable for an out-parameter holds before a call is nobody's business: NULL, as careful programs set it, or
// a buffer that lives on elsewhere. (Vectors fill it with a sentinel, so they show neither.)
#include <string>

#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr Dword live_size = 100, new_size = 200;
constexpr unsigned live_pattern = 3, old_pattern = 5, new_pattern = 8;

// Plays `call` twice, which is given what the variable holds and returns what came of it.
template <class Call>
void expect_the_same_whatever_it_holds(Api& api, const char* requirement, const char* function_name, Call call) {
  unsigned char* const live = api.must_allocate(live_size);
  fill_pattern(live, 0, live_size, live_pattern);
  for (const bool is_null : {true, false}) {
    const std::string what = is_null ? "NULL" : "a live buffer";
    api.run().step(std::string(function_name) + " into a variable that holds " + what);
    const PointerResult result = call(is_null ? nullptr : live);
    api.run().expect(result.status == success && result.buffer != nullptr && result.buffer != live, requirement,
                     "result", "NERR_Success (0) and a new buffer",
                     status_text(result.status) + (result.buffer == live ? " and the buffer that the variable held" : ""));
    fill_pattern(result.buffer, 0, new_size, new_pattern);
    api.run().expect(!first_difference(live, 0, live_size, live_pattern), "allocate/usable",
                     "contents of the buffer that the variable held", "kept", "changed");
    api.must_free(result.buffer);
    api.run().done(status_text(result.status));
  }
  // Had it been freed, one of these would lie in it.
  unsigned char* const first = api.must_allocate(live_size);
  unsigned char* const second = api.must_allocate(live_size);
  for (unsigned char* const buffer : {first, second}) fill_pattern(buffer, 0, live_size, new_pattern);
  api.run().expect(!first_difference(live, 0, live_size, live_pattern), "allocate/usable",
                   "contents of the buffer that the variable held, after others were allocated", "kept", "changed");
  for (const unsigned char* const buffer : {first, second, live}) api.must_free(buffer);
}

const Property allocate_takes_any_variable(
    {.id = "allocate/succeeds-whatever-the-variable-holds",
     .title = "Allocate stores a new buffer in a variable that holds NULL, or a live buffer, which lives on",
     .requirements = {"allocate/succeeds", "allocate/usable"},
     .functions = {Function::allocate, Function::free}},
    [](Api& api) {
      expect_the_same_whatever_it_holds(api, "allocate/succeeds", "Allocate", [&](const void* held) {
        return api.allocate_into(held, new_size);
      });
    });

const Property reallocate_of_null_takes_any_variable(
    {.id = "reallocate/null-old-whatever-the-variable-holds",
     .title = "Reallocate of NULL stores a new buffer in a variable that holds NULL, or a live buffer, which lives on",
     .requirements = {"reallocate/null-old", "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::free}},
    [](Api& api) {
      expect_the_same_whatever_it_holds(api, "reallocate/null-old", "Reallocate NULL", [&](const void* held) {
        return api.reallocate_into(held, nullptr, new_size);
      });
    });

const Property reallocate_takes_any_variable(
    {.id = "reallocate/changes-size-whatever-the-variable-holds",
     .title = "Reallocate stores its buffer, with the contents, in a variable that holds NULL, or a live buffer, which lives on",
     .requirements = {"reallocate/changes-size", "reallocate/keeps-contents", "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::free}},
    [](Api& api) {
      constexpr Dword old_size = 50;
      expect_the_same_whatever_it_holds(api, "reallocate/changes-size", "Reallocate", [&](const void* held) {
        unsigned char* const old_buffer = api.must_allocate(old_size);
        fill_pattern(old_buffer, 0, old_size, old_pattern);
        const PointerResult result = api.reallocate_into(held, old_buffer, new_size);
        api.run().expect(result.buffer == nullptr || !first_difference(result.buffer, 0, old_size, old_pattern),
                         "reallocate/keeps-contents", "contents after Reallocate", "kept", "changed");
        return result;
      });
    });

}  // namespace
}  // namespace conformance
