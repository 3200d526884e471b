// Calls after which everything is as it was: Free of NULL, calls that are refused, buffers that come and go. Whatever an
// implementation counts, live buffers beside them keep their contents, their sizes and their memory.
#include <array>
#include <string>
#include <vector>

#include "properties/budget.hpp"
#include "properties/exhausting.hpp"
#include "worker/memory_limit.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

// How many buffers live: some, and the numbers at which what is counted or kept in groups comes to an end.
constexpr std::array<unsigned, 14> counts = {1, 2, 3, 4, 7, 8, 16, 32, 33, 64, 100, 128, 256, 300};

struct Live {
  unsigned char* buffer;
  Dword size;
  unsigned pattern;
};

// No two hold the same contents, so an overlap shows. Ends early if the implementation refuses so many buffers.
void add_live(Api& api, std::vector<Live>& all, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    const auto number = static_cast<unsigned>(all.size());
    const Dword size = 1 + 37 * number % 200;
    unsigned char* const buffer = api.allocate_if_granted(size);
    if (buffer == nullptr) return;
    all.push_back({buffer, size, number + 1});
    fill_pattern(buffer, 0, size, all.back().pattern);
  }
}

void free_live(Api& api, std::vector<Live>& all, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) api.must_free(all[i].buffer);
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to));
}

void expect_contents(Api& api, const std::vector<Live>& all, const std::string& what) {
  const std::string which = "of a buffer that lived beside: " + what;
  for (const auto& [buffer, size, pattern] : all) {
    api.expect_contents("allocate/usable", which.c_str(), buffer, 0, size, pattern);
  }
}

// Makes as many calls as buffers live, and half as many of which the other half is then freed: a count of what lives that
// the calls lower comes to 0 while something does. What is allocated next may then lie anywhere.
template <class Calls>
void expect_no_effect(Api& api, const std::string& what, unsigned count, Calls make_calls) {
  for (const bool frees_some : {false, true}) {
    std::vector<Live> all;
    add_live(api, all, count);
    const auto alive = static_cast<unsigned>(all.size());
    make_calls(all, frees_some ? (alive + 1) / 2 : alive);
    if (frees_some) free_live(api, all, 0, alive / 2);
    add_live(api, all, count);
    expect_contents(api, all, what);
    free_live(api, all, 0, all.size());
  }
}

struct Call {
  const char* text;
  void (*make)(Api& api, Live& live);
};

// Small numbers of all calls first: implementations may be slow, and then these are enough.
template <std::size_t size>
void expect_no_effect_of(Api& api, const std::array<Call, size>& calls) {
  Budget budget(Budget::of_a_loop, 4);
  for (const unsigned count : counts) {
    for (const Call& call : calls) {
      if (!budget.allows_another()) return;
      api.run().step(std::to_string(count) + " live buffers beside as many times: " + call.text);
      expect_no_effect(api, call.text, count, [&](std::vector<Live>& all, unsigned times) {
        for (unsigned i = 0; i < times; ++i) call.make(api, all[i]);
      });
      api.run().done();
    }
  }
}

// What these calls return is left to other cases, here and below.
const Property free_of_null_has_no_effect(
    {.id = "allocate/usable-beside-free-of-null",
     .title = "Live buffers keep their contents beside Free of NULL, as many times as buffers live",
     .requirements = {"allocate/usable", "free/null"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls,
     .alone = true},
    [](Api& api) { expect_no_effect_of(api, std::array{Call{"free NULL", [](Api& a, Live&) { a.free(nullptr); }}}); });

constexpr std::array calls_of_all_functions = {
    Call{"measure a live buffer", [](Api& api, Live& live) { api.size(live.buffer); }},
    Call{"measure NULL", [](Api& api, Live&) { api.size(nullptr); }},
    Call{"allocate 40 bytes to NULL", [](Api& api, Live&) { api.allocate_to_null(40); }},
    Call{"reallocate NULL to 0",
         [](Api& api, Live&) {
           const PointerResult result = api.reallocate(nullptr, 0, false);
           if (result.status == success && result.buffer != nullptr) api.must_free(result.buffer);
         }},
    Call{"reallocate a live buffer to its own size",
         [](Api& api, Live& live) { live.buffer = api.must_reallocate(live.buffer, live.size); }},
    Call{"allocate 0 bytes and free them", [](Api& api, Live&) { api.must_free(api.must_allocate(0)); }},
    Call{"allocate 0 bytes and reallocate them to 0", [](Api& api, Live&) { api.reallocate(api.must_allocate(0), 0); }},
    Call{"allocate 40 bytes and reallocate them to 0",
         [](Api& api, Live&) { api.reallocate(api.must_allocate(40), 0); }},
    Call{"reallocate NULL to 40 bytes and free them",
         [](Api& api, Live&) { api.must_free(api.must_reallocate(nullptr, 40)); }},
};

const Property calls_have_no_effect(
    {.id = "allocate/usable-beside-calls-without-effect",
     .title = "Live buffers keep their contents beside calls that change nothing, and buffers that come and go at once",
     .requirements = {"allocate/usable", "size/at-least-requested", "size/null-buffer", "allocate/null-out",
                      "allocate/zero-bytes", "reallocate/zero-bytes", "reallocate/null-old",
                      "reallocate/keeps-contents"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::only_calls,
     .alone = true},
    [](Api& api) { expect_no_effect_of(api, calls_of_all_functions); });

const Property refusals_have_no_effect(
    {.id = "allocate/usable-beside-refusals",
     .title = "Live buffers keep their contents beside requests for 4 GiB that are refused, as many as buffers live",
     .requirements = {"allocate/usable", "allocate/failure-is-an-error", "reallocate/failure-keeps-old"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      prepare_to_run_out(api);
      for (const unsigned count : {1U, 2U, 8U, 33U, 256U}) {
        for (const bool allocates : {true, false}) {
          const std::string what = allocates ? "allocate 4 GiB" : "reallocate a live buffer to 4 GiB";
          api.run().step("with memory limited, " + std::to_string(count) +
                         " live buffers beside as many times: " + what);
          expect_no_effect(api, what, count, [&](std::vector<Live>& all, unsigned times) {
            bool is_granted = false;
            {
              const MemoryLimit limit(api.run(), few_further_bytes);
              for (unsigned i = 0; i < times && !is_granted; ++i) {
                const PointerResult result =
                    allocates ? api.allocate(largest_request) : api.reallocate(all[i].buffer, largest_request);
                is_granted = result.status == success;
              }
            }
            if (is_granted) api.run().unsupported(meets_huge_requests);
          });
          api.run().done();
        }
      }
    });

}  // namespace
}  // namespace conformance
