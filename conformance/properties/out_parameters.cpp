// An out-parameter's variable may hold anything before the call: NULL, as careful programs set it, or a buffer that lives
// on elsewhere. (Vectors fill it with a sentinel, so they show neither.) It may also lie anywhere.
#include <algorithm>
#include <cstring>
#include <string>

#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr Dword live_size = 100, new_size = 200;
constexpr unsigned live_pattern = 3, old_pattern = 5, new_pattern = 8;

// Runs `call` twice. It receives what the variable holds before the call, and returns the outcome.
template <class Call>
void expect_the_same_whatever_it_holds(Api& api, const char* requirement, const char* function_name, Call call) {
  unsigned char* const live = api.must_allocate(live_size);
  fill_pattern(live, 0, live_size, live_pattern);
  for (const bool is_null : {true, false}) {
    const std::string what = is_null ? "NULL" : "a live buffer";
    api.run().step(std::string(function_name) + " into a variable that holds " + what);
    const PointerResult result = call(is_null ? nullptr : live);
    api.run().expect(
        result.status == success && result.buffer != nullptr && result.buffer != live, requirement, "result",
        "NERR_Success (0) and a new buffer",
        status_text(result.status) + (result.buffer == live ? " and the buffer that the variable held" : ""));
    fill_pattern(result.buffer, 0, new_size, new_pattern);
    api.expect_contents("allocate/usable", "of the buffer that the variable held", live, 0, live_size, live_pattern);
    api.must_free(result.buffer);
    api.run().done(status_text(result.status));
  }
  // If it had been freed, one of these would overlap it.
  unsigned char* const first = api.must_allocate(live_size);
  unsigned char* const second = api.must_allocate(live_size);
  for (unsigned char* const buffer : {first, second}) fill_pattern(buffer, 0, live_size, new_pattern);
  api.expect_contents("allocate/usable", "of the buffer that the variable held, after others were allocated", live, 0,
                      live_size, live_pattern);
  for (const unsigned char* const buffer : {first, second, live}) api.must_free(buffer);
}

const Property allocate_takes_any_variable(
    {.id = "allocate/succeeds-whatever-the-variable-holds",
     .title = "Allocate stores a new buffer in a variable that holds NULL, or a live buffer, which lives on",
     .requirements = {"allocate/succeeds", "allocate/usable"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      expect_the_same_whatever_it_holds(api, "allocate/succeeds", "Allocate",
                                        [&](const void* held) { return api.allocate_into(held, new_size); });
    });

const Property reallocate_of_null_takes_any_variable(
    {.id = "reallocate/null-old-whatever-the-variable-holds",
     .title = "Reallocate of NULL stores a new buffer in a variable that holds NULL, or a live buffer, which lives on",
     .requirements = {"reallocate/null-old", "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      expect_the_same_whatever_it_holds(api, "reallocate/null-old", "Reallocate NULL",
                                        [&](const void* held) { return api.reallocate_into(held, nullptr, new_size); });
    });

const Property reallocate_takes_any_variable(
    {.id = "reallocate/changes-size-whatever-the-variable-holds",
     .title = "Reallocate stores its buffer, with the contents, in a variable that holds NULL, or a live buffer, which "
              "lives on",
     .requirements = {"reallocate/changes-size", "reallocate/keeps-contents", "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      constexpr Dword old_size = 50;
      expect_the_same_whatever_it_holds(api, "reallocate/changes-size", "Reallocate", [&](const void* held) {
        unsigned char* const old_buffer = api.must_allocate(old_size);
        fill_pattern(old_buffer, 0, old_size, old_pattern);
        const PointerResult result = api.reallocate_into(held, old_buffer, new_size);
        const char* const requirement = "reallocate/keeps-contents";
        if (result.buffer == nullptr) {
          api.run().met(requirement);
        } else {
          api.expect_contents(requirement, "after Reallocate", result.buffer, 0, old_size, old_pattern);
        }
        return result;
      });
    });

const Property reallocate_to_zero_takes_any_variable(
    {.id = "reallocate/zero-bytes-whatever-the-variable-holds",
     .title = "Reallocate to 0 bytes stores NULL in a variable that holds another live buffer, which lives on",
     .requirements = {"reallocate/zero-bytes", "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      unsigned char* const live = api.must_allocate(live_size);
      fill_pattern(live, 0, live_size, live_pattern);
      api.run().step("Reallocate to 0 bytes into a variable that holds a live buffer");
      const PointerResult result = api.reallocate_into(live, api.must_allocate(live_size), 0);
      api.run().done(status_text(result.status));
      api.run().expect(result.status == success && result.buffer == nullptr, "reallocate/zero-bytes", "result",
                       "NERR_Success (0) and NULL",
                       status_text(result.status) + (result.buffer == nullptr ? "" : " and a buffer"));
      api.run().step("allocate three more; the buffer that the variable held lives on");
      unsigned char* const others[] = {api.must_allocate(live_size), api.must_allocate(live_size),
                                       api.must_allocate(live_size)};
      for (unsigned char* const buffer : others) fill_pattern(buffer, 0, live_size, new_pattern);
      api.expect_contents("allocate/usable", "of the buffer that the variable held", live, 0, live_size, live_pattern);
      for (const unsigned char* const buffer : others) api.must_free(buffer);
      api.must_free(live);
      api.run().done();
    });

// The new buffer may get the very address that the variable holds from before, of a buffer that was freed.
const Property reallocate_takes_a_stale_variable(
    {.id = "reallocate/keeps-contents-into-a-stale-variable",
     .title = "Reallocate keeps the contents where the variable holds the address of a buffer that was freed",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      api.run().step("grow buffers of many sizes into a variable that holds the address of a freed one");
      for (Dword old_size = 16; old_size <= 64 << 10; old_size *= 2) {
        unsigned char* const old_buffer = api.must_allocate(old_size);
        unsigned char* const stale = api.must_allocate(2 * old_size);
        fill_pattern(old_buffer, 0, old_size, old_pattern);
        fill_pattern(stale, 0, 2 * old_size, new_pattern);
        api.must_free(stale);
        const PointerResult result = api.reallocate_into(stale, old_buffer, 2 * old_size);
        api.expect_buffer("reallocate/changes-size", result);
        api.expect_contents("reallocate/keeps-contents", "after Reallocate", result.buffer, 0, old_size, old_pattern);
        api.must_free(result.buffer);
      }
      api.run().done();
    });

const Property reallocate_stores_in_another_variable(
    {.id = "reallocate/changes-size-into-another-variable",
     .title = "Reallocate stores its buffer in another variable, however little it grows or shrinks, and however large "
              "it is",
     .requirements = {"reallocate/changes-size", "reallocate/keeps-contents"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      api.run().step("reallocate by a few bytes and by half, into a variable that holds no buffer");
      for (const Dword size : {Dword{100}, Dword{3000}, Dword{100000}, Dword{2} << 20}) {
        for (const Dword other_size : {size, size - 5, size + 5, size / 2, size + size / 2}) {
          unsigned char* const old_buffer = api.must_allocate(size);
          fill_pattern(old_buffer, 0, 50, old_pattern);
          const PointerResult result = api.reallocate(old_buffer, other_size, false);
          if (result.status != success || result.buffer == nullptr) {
            api.run().fail("reallocate/changes-size",
                           "result of " + std::to_string(size) + " to " + std::to_string(other_size) + " bytes",
                           "NERR_Success (0) and a buffer",
                           status_text(result.status) + (result.stored ? "" : " and nothing stored"));
          }
          api.expect_contents("reallocate/keeps-contents", "after Reallocate", result.buffer, 0, 50, old_pattern);
          api.must_free(result.buffer);
        }
      }
      api.run().done();
    });

// What reads or writes more than the variable finds no memory behind it.
const Property pointers_at_the_end_of_memory(
    {.id = "abi/full-pointers-at-the-end-of-memory",
     .title = "Allocate and Reallocate store their pointers in a variable that is the last there is of its memory",
     .requirements = {"abi/full-pointers", "allocate/succeeds", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::variables},
    [](Api& api) {
      void* const variable = platform::end_of_memory() - sizeof(void*);
      api.run().step("allocate, grow and free a buffer through one variable, behind which there is no memory");
      const PointerResult allocated = api.allocate_at(variable, live_size);
      api.expect_buffer("allocate/succeeds", allocated);
      fill_pattern(allocated.buffer, 0, live_size, live_pattern);
      api.expect_contents("abi/full-pointers", "of the buffer", allocated.buffer, 0, live_size, live_pattern);
      std::memset(variable, 0xA5, sizeof(void*));
      const PointerResult grown = api.reallocate_at(variable, allocated.buffer, new_size);
      api.expect_buffer("reallocate/changes-size", grown);
      fill_pattern(grown.buffer, 0, new_size, new_pattern);
      api.expect_contents("abi/full-pointers", "of the buffer that was grown", grown.buffer, 0, new_size, new_pattern);
      api.free(grown.buffer);
      api.run().done();
    });

const Property size_at_the_end_of_memory(
    {.id = "size/writes-32-bits-at-the-end-of-memory",
     .title = "Size stores 32 bits in a variable that is the last there is of its memory",
     .requirements = {"size/writes-32-bits", "size/at-least-requested"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::variables},
    [](Api& api) {
      const unsigned char* const buffer = api.must_allocate(live_size);
      api.run().step("measure a buffer of 100 bytes into a DWORD behind which there is no memory");
      const SizeResult result = api.size_at(platform::end_of_memory() - sizeof(Dword), buffer);
      api.run().expect(result.status == success && result.bytes >= live_size, "size/at-least-requested", "result",
                       "NERR_Success (0) and at least 100",
                       status_text(result.status) + " and " + std::to_string(result.bytes));
      api.must_free(buffer);
      api.run().done();
    });

const Property allocate_into_a_buffer(
    {.id = "allocate/succeeds-into-a-live-buffer",
     .title =
         "A list whose links lie in its buffers is made by Allocate, which stores each pointer in the buffer before",
     .requirements = {"allocate/succeeds", "allocate/usable"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::variables},
    [](Api& api) {
      constexpr unsigned count = 50;
      constexpr Dword node_size = 40;
      unsigned char* nodes[count] = {api.must_allocate(node_size)};
      api.run().step("allocate 49 buffers, each with a pointer variable that lies in the one before");
      for (unsigned i = 1; i < count; ++i) {
        fill_pattern(nodes[i - 1], sizeof(void*), node_size - sizeof(void*), i);
        const PointerResult result = api.allocate_at(nodes[i - 1], node_size);
        api.expect_buffer("allocate/succeeds", result);
        nodes[i] = result.buffer;
      }
      api.run().done();
      api.run().step("free them, from the first on");
      for (unsigned i = 0; i < count; ++i) {
        const bool is_kept =
            i + 1 == count || !first_difference(nodes[i], sizeof(void*), node_size - sizeof(void*), i + 1);
        api.run().expect(is_kept, "allocate/usable", "what lies behind the pointer", "as written", "changed");
        api.must_free(nodes[i]);
      }
      api.run().done();
    });

const Property size_into_a_buffer(
    {.id = "size/writes-32-bits-into-a-buffer",
     .title = "Size stores 32 bits in a variable that lies in another buffer, or in the buffer that is measured",
     .requirements = {"size/writes-32-bits", "size/at-least-requested"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::variables},
    [](Api& api) {
      unsigned char* const buffer = api.must_allocate(live_size);
      unsigned char* const other = api.must_allocate(live_size);
      const Dword reported = api.must_size(buffer);
      for (unsigned char* const place : {other, buffer}) {
        for (const Dword at : {Dword{0}, live_size / 8 * 4, live_size - Dword{sizeof(Dword)}}) {
          api.run().step(std::string("measure a buffer of 100 bytes into byte ") + std::to_string(at) +
                         (place == buffer ? " of its own" : " of another one"));
          for (unsigned char* const each : {buffer, other}) fill_pattern(each, 0, live_size, live_pattern);
          const SizeResult result = api.size_at(place + at, buffer);
          api.run().done(status_text(result.status));
          api.run().expect(result.status == success && result.bytes == reported, "size/at-least-requested", "result",
                           "NERR_Success (0) and " + std::to_string(reported) + ", as into a variable elsewhere",
                           status_text(result.status) + " and " + std::to_string(result.bytes));
          const char* const beside = "of the buffer with the variable, beside it";
          const Dword behind = at + Dword{sizeof(Dword)};
          api.expect_contents("size/writes-32-bits", beside, place, 0, at, live_pattern);
          api.expect_contents("size/writes-32-bits", beside, place, behind, live_size - behind, live_pattern);
        }
      }
      api.must_free(buffer);
      api.must_free(other);
    });

const Property reallocate_into_a_buffer(
    {.id = "reallocate/changes-size-into-a-live-buffer",
     .title = "Reallocate stores its buffer in a variable that lies in another buffer, and leaves the rest of that",
     .requirements = {"reallocate/changes-size", "reallocate/keeps-contents", "allocate/usable"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::variables},
    [](Api& api) {
      unsigned char* const place = api.must_allocate(live_size);
      for (const Dword size : {Dword{50}, Dword{210}, Dword{5000}}) {
        api.run().step("reallocate " + std::to_string(size) + " bytes to 200 into a variable in another buffer");
        unsigned char* const old_buffer = api.must_allocate(size);
        fill_pattern(old_buffer, 0, size, old_pattern);
        fill_pattern(place, 0, live_size, live_pattern);
        const PointerResult result = api.reallocate_at(place, old_buffer, new_size);
        api.expect_buffer("reallocate/changes-size", result);
        api.expect_contents("reallocate/keeps-contents", "after Reallocate", result.buffer, 0, std::min(size, new_size),
                            old_pattern);
        api.expect_contents("allocate/usable", "of the buffer with the variable", place, sizeof(void*),
                            live_size - sizeof(void*), live_pattern);
        api.must_free(result.buffer);
        api.run().done();
      }
      api.must_free(place);
    });

}  // namespace
}  // namespace conformance
