// What happens when memory really cannot be had.
#include <array>
#include <chrono>
#include <span>
#include <string>

#include "properties/exhausting.hpp"
#include "properties/rest.hpp"
#include "worker/pattern.hpp"
#include "worker/platform.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

void expect_honest_failure(Api& api, const Facts& facts, const std::string& call) {
  constexpr const char* requirement = "allocate/failure-is-an-error";
  if (facts.success_without_buffer) {
    api.run().fail(requirement, call + " when memory is used up", "an error", "success without a buffer");
  }
  if (facts.buffer_broken) {
    api.run().fail(requirement, "a buffer from the last memory there was", "keeps what was written", "does not");
  }
  if (!facts.ran_out) api.run().unsupported(keeps_memory_in_reserve);
  api.run().met(requirement);
}

bool says_memory_ran_out(Status status) { return status == not_enough_memory || status == out_of_memory; }

bool keeps_its_ends(unsigned char* buffer, Dword size) {
  constexpr unsigned char mark = 0x5A;
  buffer[0] = buffer[size - 1] = mark;
  return buffer[0] == mark && buffer[size - 1] == mark;
}

Facts exhaust(Api& api) {
  static Hoard hoard;
  Facts facts;
  prepare_to_run_out(api);
  api.run().step("with memory limited, allocate 1 MiB again and again until it fails; free all");
  {
    const MemoryLimit limit(api.run(), further_bytes);
    facts = allocate_until_it_fails(api, exhausting_size, hoard);
    free_hoard(api, hoard);
  }
  api.run().done(status_text(facts.status));
  return facts;
}

// Requests of many sizes while there is less memory than they ask for, and what came of them.
struct RefusedSizes {
  Dword without_buffer = 0;  // the first size that was granted without a buffer, or 0
  Dword broken = 0;          // the first size whose buffer does not keep its ends, or 0
  Dword other_code = 0;      // the first size that was refused with another code than those of lacking memory, or 0
  Status code = success;     // that code

  void note(const PointerResult& result, Dword size) {
    if (result.status != success) {
      if (other_code != 0 || says_memory_ran_out(result.status)) return;
      other_code = size;
      code = result.status;
    } else if (result.buffer == nullptr) {
      if (without_buffer == 0) without_buffer = size;
    } else if (broken == 0 && !keeps_its_ends(result.buffer, size)) {
      broken = size;
    }
  }
  void judge(Api& api, const char* requirement, const std::string& call) const {
    const auto text = [&call](Dword size) {
      return call + std::to_string(size) + " bytes, when less memory than that is left,";
    };
    api.run().expect(without_buffer == 0, requirement, text(without_buffer), "an error, or a buffer",
                     "success without a buffer");
    api.run().expect(broken == 0, requirement, "the ends of the buffer of " + text(broken), "as written",
                     "something else");
  }
};

// What is asked for when no more buffers of a size can be had, in quarters of that size.
constexpr std::array<Dword, 4> quarters_asked_for = {5, 12, 28, 56};
constexpr std::size_t most_hoards = 4;

// Uses memory up in ever smaller buffers. When no more of a size can be had, `request` asks for more than that.
template <class Request>
void request_more_than_is_left(Api& api, Request request) {
  static std::array<SmallHoard, most_hoards> hoards;
  // The last bytes may be what an exception of Windows needs to report that there are none.
  const std::span used(hoards.data(), most_hoards - (platform::has_last_error ? 1 : 0));
  bool is_used_up = false;
  prepare_to_run_out(api);
  api.run().step(
      "with memory limited, use it up in buffers of 1 MiB and in smaller ones, and ask for more than is left");
  {
    const MemoryLimit limit(api.run(), few_further_bytes);
    is_used_up = use_memory_up(api, used, [&](Dword size) {
      for (const Dword quarters : quarters_asked_for) request(size / 4 * quarters);
    });
    for (auto& hoard : hoards) free_hoard(api, hoard);
  }
  api.run().done();
  if (!is_used_up) api.run().unsupported(keeps_memory_in_reserve);
}

RefusedSizes allocate_more_than_is_left(Api& api) {
  RefusedSizes sizes;
  request_more_than_is_left(api, [&](Dword size) {
    const PointerResult result = api.allocate(size);
    sizes.note(result, size);
    if (result.status == success) api.free(result.buffer);
  });
  return sizes;
}

const Property running_out_is_an_error(
    {.id = "allocate/failure-is-an-error-out-of-memory",
     .title = "When memory is used up Allocate fails with an error, for small and large buffers, and every buffer "
              "until then is a whole one",
     .requirements = {"allocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      const Facts facts = exhaust(api);
      expect_honest_failure(api, facts, "Allocate");
      allocate_more_than_is_left(api).judge(api, "allocate/failure-is-an-error", "Allocate of ");
    });

const Property running_out_has_a_code(
    {.id = "allocate/out-of-memory-code-out-of-memory",
     .title = "When memory is used up Allocate says so: ERROR_NOT_ENOUGH_MEMORY or ERROR_OUTOFMEMORY",
     .requirements = {"allocate/out-of-memory-code"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      constexpr const char* requirement = "allocate/out-of-memory-code";
      constexpr const char* expected = "ERROR_NOT_ENOUGH_MEMORY (8) or ERROR_OUTOFMEMORY (14)";
      const Facts facts = exhaust(api);
      if (!facts.is_used_up()) api.run().unsupported(keeps_memory_in_reserve);
      api.run().expect(says_memory_ran_out(facts.status), requirement, "status", expected, status_text(facts.status));
      const RefusedSizes sizes = allocate_more_than_is_left(api);
      api.run().expect(sizes.other_code == 0, requirement,
                       "status for " + std::to_string(sizes.other_code) + " bytes, when less memory than that is left,",
                       expected, status_text(sizes.code));
    });

const Property memory_can_be_had_again(
    {.id = "free/gives-memory-back-after-running-out",
     .title = "After memory was used up and all buffers were freed, as many can be had again",
     .requirements = {"free/gives-memory-back"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      static Hoard hoard;
      std::size_t first_count = 0, second_count = 0;
      bool is_used_up = false;
      api.run().step("with memory limited, allocate 1 MiB until it fails, free all, and once more");
      {
        const MemoryLimit limit(api.run(), further_bytes_to_use_again);
        is_used_up = allocate_until_it_fails(api, exhausting_size, hoard).is_used_up();
        first_count = hoard.count;
        free_hoard(api, hoard);
        for (int turn = 0; turn < 2 && is_used_up && second_count < first_count / 2; ++turn) {
          // What was freed may be given back some time later.
          if (turn > 0) rest(api.run(), std::chrono::milliseconds(500));
          allocate_until_it_fails(api, exhausting_size, hoard);
          second_count = hoard.count;
          free_hoard(api, hoard);
        }
      }
      api.run().done();
      if (!is_used_up) api.run().unsupported(keeps_memory_in_reserve);
      if (first_count == 0) api.run().unsupported("it does not grant 1 MiB");
      // Half: an implementation may keep freed memory for a while, or may lose some to fragments.
      api.run().expect(second_count >= first_count / 2, "free/gives-memory-back", "buffers that could be had again",
                       "at least " + std::to_string(first_count / 2), std::to_string(second_count));
    });

// A buffer that was to grow when memory was used up.
struct Refused {
  unsigned char* buffer;  // as it was before the call that failed, filled with the pattern
  PointerResult result;   // of that call, through the variable that held the buffer
};

constexpr unsigned refused_pattern = 9;

// A buffer that has grown before: implementations may set something aside for the next time.
unsigned char* allocate_and_grow(Api& api, Dword size) {
  return api.must_reallocate(api.must_allocate(size / 2), size);
}

// Grows a buffer through one variable until that fails. Leaves the case where it cannot be made to fail.
Refused grow_until_it_fails(Api& api, unsigned char* buffer, Dword old_size) {
  constexpr Dword new_size = 64 << 20;
  static Hoard hoard;
  Refused refused = {buffer, {}};
  bool is_used_up = false;
  fill_pattern(refused.buffer, 0, old_size, refused_pattern);
  api.run().step("with memory limited and used up, grow " + std::to_string(old_size) +
                 " bytes to 64 MiB through one variable");
  {
    const MemoryLimit limit(api.run(), further_bytes);
    is_used_up = allocate_until_it_fails(api, exhausting_size, hoard).is_used_up();
    // What is found for a first growth may be its last memory.
    for (Dword attempt = 0; is_used_up && attempt < 16; ++attempt) {
      refused.result = api.reallocate(refused.buffer, new_size + attempt * new_size);
      if (refused.result.status != success || refused.result.buffer == nullptr) break;
      refused.buffer = refused.result.buffer;
    }
    free_hoard(api, hoard);
  }
  api.run().done(status_text(refused.result.status));
  if (!is_used_up) api.run().unsupported(keeps_memory_in_reserve);
  api.run().expect(refused.result.status != success || refused.result.buffer != nullptr,
                   "reallocate/failure-is-an-error", "result", "an error, or a buffer", "success without a buffer");
  if (refused.result.status == success) api.run().unsupported(keeps_memory_in_reserve);
  return refused;
}

void expect_old_contents(Api& api, const unsigned char* buffer, Dword old_size) {
  api.expect_contents("reallocate/failure-keeps-old", "of the old buffer, after the failure", buffer, 0, old_size,
                      refused_pattern);
}

// That the buffer's memory is not handed out again, as it would be if the buffer had been freed.
void expect_old_buffer_to_stay_its_own(Api& api, const unsigned char* buffer, Dword old_size) {
  constexpr unsigned other_pattern = refused_pattern + 1;
  std::array<unsigned char*, 3> others = {};
  for (unsigned char*& other : others) {
    other = api.allocate_if_granted(old_size);
    if (other != nullptr) fill_pattern(other, 0, old_size, other_pattern);
  }
  expect_old_contents(api, buffer, old_size);
  for (const unsigned char* const other : others) {
    if (other != nullptr) api.must_free(other);
  }
}

void expect_old_buffer_to_survive(Api& api, unsigned char* buffer, Dword old_size) {
  const Refused refused = grow_until_it_fails(api, buffer, old_size);
  api.run().step("the old buffer holds its contents, also when three others of its size have been allocated");
  expect_old_contents(api, refused.buffer, old_size);
  expect_old_buffer_to_stay_its_own(api, refused.buffer, old_size);
  api.run().done();
  api.run().step("free what the variable holds");
  const Status freed = api.free(refused.result.buffer);
  api.run().done(status_text(freed));
  api.run().expect(freed == success, "reallocate/failure-keeps-old", "Free of the variable", "NERR_Success (0)",
                   status_text(freed));
}

const Property failed_reallocate_keeps_old(
    {.id = "reallocate/failure-keeps-old-out-of-memory",
     .title = "When memory is used up Reallocate fails with an error and keeps the old buffer, and Free takes what the "
              "variable holds",
     .requirements = {"reallocate/failure-keeps-old", "reallocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) { expect_old_buffer_to_survive(api, api.must_allocate(5000), 5000); });

const Property failed_reallocate_keeps_large_old(
    {.id = "reallocate/failure-keeps-old-large-out-of-memory",
     .title = "When memory is used up Reallocate of 4 MiB fails with an error and keeps the old buffer, and Free takes "
              "what the variable holds",
     .requirements = {"reallocate/failure-keeps-old", "reallocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) { expect_old_buffer_to_survive(api, allocate_and_grow(api, 4 << 20), 4 << 20); });

void expect_to_work_after_a_refusal(Api& api, Dword old_size) {
  // The variable may hold something else now; the old buffer is what has to live on.
  unsigned char* const buffer = grow_until_it_fails(api, allocate_and_grow(api, old_size), old_size).buffer;
  api.run().step("measure the old buffer, and write all of the size that is reported");
  const Dword reported = api.must_size(buffer);
  api.run().expect(reported >= old_size, "reallocate/failure-keeps-old", "size of the old buffer",
                   "at least " + std::to_string(old_size), std::to_string(reported));
  expect_old_contents(api, buffer, old_size);
  fill_pattern(buffer, 0, reported, refused_pattern);
  api.expect_contents("size/all-usable", "of the reported size", buffer, 0, reported, refused_pattern);
  api.run().done();
  api.run().step("with memory to be had again, allocate three others of its size, and grow it by 1000 bytes");
  expect_old_buffer_to_stay_its_own(api, buffer, old_size);
  unsigned char* const grown = api.must_reallocate(buffer, old_size + 1000);
  expect_old_contents(api, grown, old_size);
  expect_old_buffer_to_stay_its_own(api, grown, old_size);
  api.must_free(grown);
  api.run().done();
}

const Property failed_reallocate_leaves_a_working_buffer(
    {.id = "reallocate/failure-keeps-old-in-use-afterwards",
     .title = "Buffers of 600 to 300000 bytes that could not grow report their size, can be written to the end, are "
              "not handed out again, and grow once there is memory",
     .requirements = {"reallocate/failure-keeps-old", "size/all-usable", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      // Implementations have ways of their own for small, larger and large buffers.
      for (const Dword old_size : {600U, 5000U, 40000U, 300000U}) expect_to_work_after_a_refusal(api, old_size);
    });

const Property growing_beyond_what_is_left_is_an_error(
    {.id = "reallocate/failure-is-an-error-each-size-out-of-memory",
     .title = "When memory is used up Reallocate to small and large sizes fails with an error, from NULL and from "
              "40 bytes, which are kept",
     .requirements = {"reallocate/failure-is-an-error", "reallocate/failure-keeps-old"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) {
      constexpr const char* requirement = "reallocate/failure-is-an-error";
      constexpr Dword old_size = 40;
      RefusedSizes from_null, from_old;
      // One for each request.
      std::array<unsigned char*, most_hoards * quarters_asked_for.size()> old_buffers;
      for (unsigned char*& buffer : old_buffers) {
        buffer = api.must_allocate(old_size);
        fill_pattern(buffer, 0, old_size, refused_pattern);
      }
      unsigned number = 0;
      request_more_than_is_left(api, [&](Dword size) {
        const PointerResult made = api.reallocate(nullptr, size, false);
        from_null.note(made, size);
        if (made.status == success) api.free(made.buffer);
        unsigned char*& old_buffer = old_buffers[number++];
        const PointerResult grown = api.reallocate(old_buffer, size, false);
        from_old.note(grown, size);
        if (grown.status != success) return;
        api.free(grown.buffer);
        old_buffer = nullptr;
      });
      from_null.judge(api, requirement, "Reallocate of NULL to ");
      from_old.judge(api, requirement, "Reallocate of 40 bytes to ");
      for (const unsigned char* const buffer : old_buffers) {
        if (buffer == nullptr) continue;
        expect_old_contents(api, buffer, old_size);
        api.must_free(buffer);
      }
    });

// What shows that a success is a real one: the ends of the buffer, or the size that is reported for it.
enum class Proof { ends, size };

void run_out_beside_the_buffer(Api& api, Proof proof) {
  constexpr const char* requirement = "allocate/failure-is-an-error";
  constexpr Dword size = 128 << 20;
  unsigned failures = 0;
  for (std::uint64_t more_mib = 0; more_mib <= 16; more_mib += 2) {
    api.run().step("with memory limited to 128 + " + std::to_string(more_mib) + " MiB, allocate 128 MiB");
    PointerResult result = {};
    {
      const MemoryLimit limit(api.run(), size + (more_mib << 20));
      result = api.allocate(size);
    }
    api.run().done(status_text(result.status));
    const bool is_success = result.status == success;
    api.run().expect(!is_success || result.buffer != nullptr, requirement, "result", "an error, or a buffer",
                     "success without a buffer");
    if (!is_success) {
      ++failures;
      continue;
    }
    if (proof == Proof::ends) {
      api.run().expect(keeps_its_ends(result.buffer, size), requirement, "the ends of the buffer", "as written",
                       "something else");
    } else {
      api.expect_size("size/at-least-requested", "size of the buffer", result.buffer, size);
    }
    api.must_free(result.buffer);
  }
  api.run().observe("requests-that-failed", std::to_string(failures) + " of 9");
}

const Property running_out_beside_the_buffer(
    {.id = "allocate/failure-is-an-error-beside-the-buffer",
     .title =
         "Where memory runs out between a buffer and what an implementation keeps beside it, a buffer that Allocate "
         "does give is a real one",
     .requirements = {"allocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) { run_out_beside_the_buffer(api, Proof::ends); });

const Property measured_after_running_out_beside_it(
    {.id = "size/at-least-requested-memory-ran-out-beside-the-buffer",
     .title = "Where memory runs out between a buffer and what is kept beside it, a buffer that was given has its size",
     .requirements = {"size/at-least-requested", "allocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) { run_out_beside_the_buffer(api, Proof::size); });

void grow_until_memory_is_used_up(Api& api, Proof proof) {
  constexpr Dword step_size = 4 << 20;
  static Hoard hoard;
  unsigned char* buffer = api.must_allocate(4000);
  PointerResult grown = {};
  SizeResult reported = {};
  Dword asked = 0;
  bool is_without_buffer = false, is_real = true, is_used_up = false;
  api.run().step("with memory limited and used up, grow a buffer by 4 MiB again and again until that fails");
  {
    const MemoryLimit limit(api.run(), further_bytes);
    is_used_up = allocate_until_it_fails(api, exhausting_size, hoard).is_used_up();
    for (Dword steps = 1; steps <= 64 && is_real && is_used_up; ++steps) {
      asked = steps * step_size;
      grown = api.reallocate(buffer, asked, false);
      if (grown.status != success) break;
      buffer = grown.buffer;
      is_without_buffer = buffer == nullptr;
      if (is_without_buffer) break;
      if (proof == Proof::size) reported = api.size(buffer);
      is_real =
          proof == Proof::ends ? keeps_its_ends(buffer, asked) : reported.status == success && reported.bytes >= asked;
    }
    free_hoard(api, hoard);
  }
  api.run().done(status_text(grown.status));
  const std::string expected = "an error, or at least " + std::to_string(asked) + " bytes";
  api.run().expect(!is_without_buffer, "reallocate/failure-is-an-error", "a buffer that was grown", expected,
                   "success without a buffer");
  if (proof == Proof::ends) {
    api.run().expect(is_real, "reallocate/failure-is-an-error", "the ends of a buffer that was grown", "as written",
                     "something else");
  } else {
    api.run().expect(is_real, "size/after-reallocate", "a buffer that was grown", expected,
                     "success with " + std::to_string(reported.bytes) + " bytes");
  }
  // The last buffer is not checked: this case does not judge what a refusal does to it.
  if (!is_used_up || grown.status == success) api.run().unsupported(keeps_memory_in_reserve);
}

const Property grown_is_real(
    {.id = "reallocate/failure-is-an-error-out-of-memory",
     .title = "When memory is used up Reallocate fails with an error, and until then every success has the new size",
     .requirements = {"reallocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) { grow_until_memory_is_used_up(api, Proof::ends); });

const Property grown_is_measured(
    {.id = "size/after-reallocate-out-of-memory",
     .title =
         "Until memory is used up and Reallocate fails with an error, Size reports the new size after every success",
     .requirements = {"size/after-reallocate", "reallocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::memory_limit,
     .alone = true},
    [](Api& api) { grow_until_memory_is_used_up(api, Proof::size); });

}  // namespace
}  // namespace conformance
