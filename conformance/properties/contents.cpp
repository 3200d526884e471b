// What buffers hold: every size is usable, Reallocate keeps contents between all pairs of sizes.
#include <string>

#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr Dword every_size_up_to = 4096;

void expect_pattern(Api& api, const char* requirement, const unsigned char* buffer, std::size_t bytes,
                    unsigned pattern, const std::string& when) {
  const auto difference = first_difference(buffer, 0, bytes, pattern);
  if (!difference) return api.run().expect(true, requirement, "contents", "", "");
  api.run().fail(requirement, "byte " + std::to_string(*difference) + " " + when,
                 std::to_string(pattern_byte(pattern, *difference)), std::to_string(buffer[*difference]));
}

void fill_and_check(Api& api, const char* requirement, Dword size) {
  unsigned char* const buffer = api.must_allocate(size);
  fill_pattern(buffer, 0, size, size);
  expect_pattern(api, requirement, buffer, size, size, "of a buffer of " + std::to_string(size) + " bytes");
  api.must_free(buffer);
  api.run().still_running();
}

const Property usable_every_size(
    {.id = "allocate/usable-every-size",
     .title = "Every byte of a buffer of any size to 4096 bytes, and around powers of two to 16 MiB, is usable",
     .requirements = {"allocate/usable", "allocate/succeeds"},
     .functions = {Function::allocate, Function::free}},
    [](Api& api) {
      api.run().step("allocate, write, read back and free every size to 4096 bytes");
      for (Dword size = 1; size <= every_size_up_to; ++size) fill_and_check(api, "allocate/usable", size);
      api.run().done();
      api.run().step("the same around powers of two and pages to 4 MiB");
      for (const Dword size : edge_sizes(4 << 20)) fill_and_check(api, "allocate/usable", size);
      api.run().done();
      api.run().step("the same around quarters of powers of two to 512 KiB");
      for (const Dword size : class_sizes(512 << 10)) fill_and_check(api, "allocate/usable", size);
      api.run().done();
    });

const Property neighbours_keep_contents(
    {.id = "allocate/usable-beside-ten-thousand-others",
     .title = "Ten thousand live buffers of all sizes keep their contents while every other one is freed and replaced",
     .requirements = {"allocate/usable"},
     .functions = {Function::allocate, Function::free}},
    [](Api& api) {
      struct Live {
        unsigned char* buffer;
        Dword size;
        unsigned pattern;
      };
      Random random;
      std::vector<Live> live(10000);
      unsigned pattern = 0;
      const auto refill = [&](Live& entry) {
        const Dword size = 1 + random.size(2048);
        entry = {api.must_allocate(size), size, ++pattern};
        fill_pattern(entry.buffer, 0, size, entry.pattern);
        api.run().still_running();
      };
      const auto release = [&](const Live& entry) {
        expect_pattern(api, "allocate/usable", entry.buffer, entry.size, entry.pattern,
                       "of a buffer of " + std::to_string(entry.size) + " bytes that lived beside others");
        api.must_free(entry.buffer);
        api.run().still_running();
      };
      api.run().step("allocate and write 10000 buffers");
      for (Live& entry : live) refill(entry);
      api.run().done();
      api.run().step("check, free and replace every other one");
      for (std::size_t i = 0; i < live.size(); i += 2) {
        release(live[i]);
        refill(live[i]);
      }
      api.run().done();
      api.run().step("check and free all");
      for (const Live& entry : live) release(entry);
      api.run().done();
    });

void reallocate_and_check(Api& api, Dword old_size, Dword new_size) {
  constexpr const char* requirement = "reallocate/keeps-contents";
  const std::string when = "after Reallocate from " + std::to_string(old_size) + " to " + std::to_string(new_size);
  unsigned char* const old_buffer = api.must_allocate(old_size);
  fill_pattern(old_buffer, 0, old_size, old_size);
  unsigned char* const new_buffer = api.must_reallocate(old_buffer, new_size);
  expect_pattern(api, requirement, new_buffer, std::min(old_size, new_size), old_size, when);
  fill_pattern(new_buffer, 0, new_size, new_size + 1);
  expect_pattern(api, requirement, new_buffer, new_size, new_size + 1, when + ", written anew");
  api.must_free(new_buffer);
  api.run().still_running();
}

const Property keeps_contents_between_edges(
    {.id = "reallocate/keeps-contents-between-all-edges",
     .title = "Reallocate keeps the contents between any two sizes around powers of two and pages to 64 KiB",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free}},
    [](Api& api) {
      const std::vector<Dword> sizes = edge_sizes(64 << 10);
      api.run().step("every pair of sizes around powers of two and pages");
      for (const Dword old_size : sizes) {
        for (const Dword new_size : sizes) reallocate_and_check(api, old_size, new_size);
      }
      api.run().done();
      api.run().step("the same between megabytes and a few sizes");
      for (const Dword old_size : {Dword{1} << 20, (Dword{3} << 20) + 1}) {
        for (const Dword new_size : {Dword{1}, Dword{4096}, Dword{1} << 20, Dword{5} << 20}) {
          reallocate_and_check(api, old_size, new_size);
          reallocate_and_check(api, new_size, old_size);
        }
      }
      api.run().done();
    });

const Property keeps_contents_every_size(
    {.id = "reallocate/keeps-contents-every-size",
     .title = "Reallocate keeps the contents from every size to 4096 bytes to one less, one more, double and random sizes",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free}},
    [](Api& api) {
      Random random;
      api.run().step("every size to 4096 bytes, to five other sizes each");
      for (Dword size = 1; size <= every_size_up_to; ++size) {
        for (const Dword new_size : {std::max<Dword>(1, size - 1), size, size + 1, 2 * size, 1 + random.below(8192)}) {
          reallocate_and_check(api, size, new_size);
        }
      }
      api.run().done();
    });

const Property grown_at_once_and_looked_at_later(
    {.id = "reallocate/keeps-contents-three-thousand-grown",
     .title = "3,000 buffers that are grown as soon as they were allocated have their size and contents long afterwards",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size", "size/after-reallocate"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free}},
    [](Api& api) {
      constexpr Dword old_size = 40, new_size = 90;
      std::vector<unsigned char*> buffers;
      api.run().step("allocate, write and grow 3000 buffers of 40 bytes to 90, all of which live on");
      for (unsigned i = 0; i < 3000; ++i) {
        unsigned char* const buffer = api.must_allocate(old_size);
        fill_pattern(buffer, 0, old_size, i % 250);
        buffers.push_back(api.must_reallocate(buffer, new_size));
        api.run().still_running();
      }
      api.run().done();
      api.run().step("measure, check and free them, the oldest first");
      for (unsigned i = 0; i < buffers.size(); ++i) {
        const Dword reported = api.must_size(buffers[i]);
        api.run().expect(reported >= new_size, "size/after-reallocate", "size of a buffer that grew long ago",
                         "at least 90", std::to_string(reported));
        expect_pattern(api, "reallocate/keeps-contents", buffers[i], old_size, i % 250, "of a buffer that grew long ago");
        api.must_free(buffers[i]);
        api.run().still_running();
      }
      api.run().done();
    });

const Property keeps_contents_while_growing(
    {.id = "reallocate/keeps-contents-growing-by-small-steps",
     .title = "A buffer that grows by 1 to 64 bytes at a time to 64 KiB, beside others that do too, keeps its contents",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free}},
    [](Api& api) {
      Random random;
      struct Growing {
        unsigned char* buffer;
        Dword size;
      };
      Growing growing[3] = {};
      api.run().step("three buffers grow in turn");
      for (Growing& one : growing) one = {api.must_allocate(1), 0};
      while (growing[0].size < 64 << 10) {
        for (Growing& one : growing) {
          const Dword new_size = one.size + 1 + random.below(64);
          one.buffer = api.must_reallocate(one.buffer, new_size);
          // What a former step wrote is checked whole now and then, and at its end each time.
          const bool check_all = random.below(64) == 0;
          const Dword from = check_all ? 0 : one.size - std::min<Dword>(one.size, 64);
          const auto difference = first_difference(one.buffer, from, one.size - from, 1);
          api.run().expect(!difference, "reallocate/keeps-contents", "contents after a small step", "kept", "changed");
          fill_pattern(one.buffer, one.size, new_size - one.size, 1);
          one.size = new_size;
          api.run().still_running();
        }
      }
      for (const Growing& one : growing) {
        expect_pattern(api, "reallocate/keeps-contents", one.buffer, one.size, 1, "after many small steps");
        api.must_free(one.buffer);
      }
      api.run().done();
    });

}  // namespace
}  // namespace conformance
