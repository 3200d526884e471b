// Where buffers lie: apart from each other, aligned, and anywhere in the address space.
#include <string>
#include <vector>

#include "properties/budget.hpp"
#include "properties/disjoint.hpp"
#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr std::size_t very_many = 100000;

// Of so many in a row all but the last are of the smallest size.
std::vector<LiveBuffer> allocate_many(Api& api, std::size_t count, Dword smallest, Dword largest,
                                      std::size_t in_a_row = 1) {
  Random random;
  std::vector<LiveBuffer> ranges;
  api.run().step("allocate " + std::to_string(count) + " buffers of " + std::to_string(smallest) + " to " +
                 std::to_string(largest) + " bytes");
  Budget budget;
  for (std::size_t i = 0; i < count && budget.allows_another(); ++i) {
    const bool is_random = (i + 1) % in_a_row == 0;
    const Dword size = is_random ? smallest + random.below(largest - smallest + 1) : smallest;
    ranges.push_back({api.must_allocate(size), size});
  }
  api.run().done();
  return ranges;
}

void free_all(Api& api, const std::vector<LiveBuffer>& ranges) {
  api.run().step("free them all");
  Budget budget;
  for (const LiveBuffer& range : ranges) {
    if (!budget.allows_another()) break;
    api.must_free(range.start);
  }
  api.run().done();
}

const Property very_many_are_apart({.id = "allocate/disjoint-very-many",
                                    .title = "100,000 live buffers of 1 to 80 bytes do not overlap",
                                    .requirements = {"allocate/disjoint"},
                                    .functions = {Function::allocate, Function::free},
                                    .needs = Needs::addresses,
                                    .alone = true},
                                   [](Api& api) {
                                     const std::vector<LiveBuffer> ranges = allocate_many(api, very_many, 1, 80);
                                     expect_disjoint(api, ranges);
                                     free_all(api, ranges);
                                   });

const Property zero_sized_are_apart(
    {.id = "allocate/disjoint-very-many-zero-sized",
     .title = "40,000 live buffers of 0 to 3 bytes, nine of ten of them zero-sized, have addresses of their own",
     .requirements = {"allocate/disjoint", "allocate/zero-bytes"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::addresses,
     .alone = true},
    [](Api& api) {
      const std::vector<LiveBuffer> ranges = allocate_many(api, 40000, 0, 3, 8);
      expect_disjoint(api, ranges);
      free_all(api, ranges);
    });

const Property reallocated_are_apart({.id = "allocate/disjoint-after-reallocate",
                                      .title = "5,000 live buffers that grew and shrank at random do not overlap",
                                      .requirements = {"allocate/disjoint", "reallocate/changes-size"},
                                      .functions = {Function::allocate, Function::reallocate, Function::free},
                                      .needs = Needs::addresses,
                                      .alone = true},
                                     [](Api& api) {
                                       Random random;
                                       std::vector<LiveBuffer> ranges = allocate_many(api, 5000, 1, 200);
                                       api.run().step("reallocate each of them at random");
                                       for (LiveBuffer& range : ranges) {
                                         range.bytes = 1 + random.size(2000);
                                         range.start = api.must_reallocate(range.start, range.bytes);
                                       }
                                       api.run().done();
                                       expect_disjoint(api, ranges);
                                       free_all(api, ranges);
                                     });

void expect_aligned(Api& api, const char* requirement, std::uintptr_t unit, const unsigned char* buffer, Dword size) {
  const std::uintptr_t remainder = reinterpret_cast<std::uintptr_t>(buffer) % unit;
  if (remainder == 0) return api.run().met(requirement);
  api.run().fail(requirement,
                 "address of a buffer of " + std::to_string(size) + " bytes, modulo " + std::to_string(unit), "0",
                 std::to_string(remainder));
}

// Keeps every buffer until the end: an allocator that reuses one place would show only that place's alignment.
void every_size_is_aligned(Api& api, const char* requirement, std::uintptr_t unit) {
  std::vector<unsigned char*> buffers;
  api.run().step("allocate every size to 2048 bytes, and around powers of two to 1 MiB");
  std::vector<Dword> sizes = edge_sizes(1 << 20);
  for (Dword size = 1; size <= 2048; ++size) sizes.push_back(size);
  Budget budget;
  for (const Dword size : sizes) {
    if (!budget.allows_another()) break;
    unsigned char* const buffer = api.allocate_if_granted(size);
    if (buffer == nullptr) continue;
    buffers.push_back(buffer);
    expect_aligned(api, requirement, unit, buffer, size);
  }
  api.run().done();
  api.run().step("free them all");
  for (const unsigned char* const buffer : buffers) api.must_free(buffer);
  api.run().done();
}

// Places that were used before, and those beyond an implementation's first thousands, may come from elsewhere.
void all_of_many_are_aligned(Api& api, const char* requirement, std::uintptr_t unit) {
  constexpr Dword size = 24;
  Budget budget;
  for (const char* const when : {"allocate 8000 buffers of 24 bytes, and free them", "the same once more"}) {
    api.run().step(when);
    std::vector<unsigned char*> buffers;
    while (buffers.size() < 8000 && budget.allows_another()) {
      buffers.push_back(api.allocate_if_granted(size));
      if (buffers.back() != nullptr) expect_aligned(api, requirement, unit, buffers.back(), size);
    }
    for (const unsigned char* const buffer : buffers) {
      if (buffer != nullptr) api.must_free(buffer);
    }
    api.run().done();
  }
}

void every_reallocated_size_is_aligned(Api& api, const char* requirement, std::uintptr_t unit) {
  api.run().step("one buffer is reallocated to every size to 2048 bytes and back");
  unsigned char* buffer = api.must_allocate(1);
  Budget budget;
  for (Dword i = 1; i <= 4096 && budget.allows_another(); ++i) {
    const Dword size = i <= 2048 ? i : 4097 - i;
    buffer = api.must_reallocate(buffer, size, false);
    expect_aligned(api, requirement, unit, buffer, size);
  }
  api.free(buffer);
  api.run().done();
}

void every_size_from_null_is_aligned(Api& api, const char* requirement, std::uintptr_t unit) {
  api.run().step("NULL is reallocated to every size to 256 bytes");
  std::vector<unsigned char*> buffers;
  for (Dword size = 1; size <= 256; ++size) {
    unsigned char* const buffer = api.reallocate_if_granted(nullptr, size);
    if (buffer == nullptr) break;
    buffers.push_back(buffer);
    expect_aligned(api, requirement, unit, buffer, size);
  }
  for (const unsigned char* const one : buffers) api.must_free(one);
  api.run().done();
}

const Property aligned_for_32_bit_data({.id = "allocate/aligned-32-bit-every-size",
                                        .title = "A buffer of any size is aligned for 32-bit data",
                                        .requirements = {"allocate/aligned-32-bit"},
                                        .functions = {Function::allocate, Function::free},
                                        .needs = Needs::addresses},
                                       [](Api& api) {
                                         every_size_is_aligned(api, "allocate/aligned-32-bit", 4);
                                         all_of_many_are_aligned(api, "allocate/aligned-32-bit", 4);
                                       });

const Property reallocated_aligned_for_32_bit_data(
    {.id = "allocate/aligned-32-bit-every-reallocated-size",
     .title = "A buffer that was reallocated to any size is aligned for 32-bit data",
     .requirements = {"allocate/aligned-32-bit", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::addresses},
    [](Api& api) { every_reallocated_size_is_aligned(api, "allocate/aligned-32-bit", 4); });

const Property from_null_aligned_for_32_bit_data(
    {.id = "allocate/aligned-32-bit-every-size-from-null",
     .title = "A buffer of any size that Reallocate made from NULL is aligned for 32-bit data",
     .requirements = {"allocate/aligned-32-bit", "reallocate/null-old"},
     .functions = {Function::reallocate, Function::free},
     .needs = Needs::addresses},
    [](Api& api) { every_size_from_null_is_aligned(api, "allocate/aligned-32-bit", 4); });

const Property aligned_naturally({.id = "allocate/aligned-natural-every-size",
                                  .title = "A buffer of any size is aligned to 16 bytes, or to 8 in a 32-bit process",
                                  .requirements = {"allocate/aligned-natural"},
                                  .functions = {Function::allocate, Function::free},
                                  .needs = Needs::addresses},
                                 [](Api& api) {
                                   every_size_is_aligned(api, "allocate/aligned-natural", 2 * sizeof(void*));
                                   all_of_many_are_aligned(api, "allocate/aligned-natural", 2 * sizeof(void*));
                                 });

const Property reallocated_aligned_naturally(
    {.id = "allocate/aligned-natural-every-reallocated-size",
     .title = "A buffer that was reallocated to any size is aligned to 16 bytes, or to 8 in a 32-bit process",
     .requirements = {"allocate/aligned-natural", "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::addresses},
    [](Api& api) {
      every_reallocated_size_is_aligned(api, "allocate/aligned-natural", 2 * sizeof(void*));
      every_size_from_null_is_aligned(api, "allocate/aligned-natural", 2 * sizeof(void*));
    });

void work_on_high_addresses(Api& api, const char* where) {
  api.run().step("allocate, write, reallocate, measure and free buffers of 64 KiB to 2 MiB");
  constexpr unsigned pattern = 7;
  std::vector<unsigned char*> buffers;
  for (Dword size = 64 << 10; size <= 2 << 20; size *= 2) {
    // Nothing says that an implementation must find memory anywhere: only what it does find is judged.
    const PointerResult allocated = api.allocate(size);
    if (allocated.status != success) api.run().unsupported(std::string("it has no memory above ") + where);
    fill_pattern(allocated.buffer, 0, size, pattern);
    const PointerResult grown = api.reallocate(allocated.buffer, 2 * size, false);
    if (grown.status != success) api.run().unsupported(std::string("it has no memory above ") + where);
    buffers.push_back(grown.buffer);
    fill_pattern(grown.buffer, 0, 2 * size, pattern);
    api.expect_contents("abi/full-pointers", "of the buffer that was grown", grown.buffer, 0, 2 * size, pattern);
    api.size(grown.buffer);
  }
  const PointerResult untouched = api.allocate(4 << 20);
  if (untouched.status == success) {
    const Status status = api.free(untouched.buffer);
    api.run().expect(status == success, "abi/full-pointers", "NetApiBufferFree", "NERR_Success (0)",
                     status_text(status));
  }
  for (const unsigned char* const buffer : buffers) api.free(buffer);
  api.run().done();
}

const Property works_above_4_gib({.id = "abi/full-pointers-above-4-gib",
                                  .title = "With no room left below 4 GiB, all functions work on buffers above",
                                  .requirements = {"abi/full-pointers"},
                                  .functions = {Function::allocate, Function::reallocate, Function::size,
                                                Function::free},
                                  .needs = Needs::addresses,
                                  .alone = true},
                                 [](Api& api) {
                                   if (sizeof(void*) == 4)
                                     api.run().unsupported("a 32-bit process has no addresses above 4 GiB");
                                   api.run().step("take the free addresses below 4 GiB");
                                   platform::occupy_low_addresses();
                                   api.run().done();
                                   work_on_high_addresses(api, "4 GiB");
                                 });

const Property works_above_2_gib(
    {.id = "abi/full-pointers-above-2-gib",
     .title = "With no room left below 2 GiB, all functions work on the buffers of a 32-bit process above",
     .requirements = {"abi/full-pointers"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::addresses,
     .alone = true},
    [](Api& api) {
      if (sizeof(void*) != 4) api.run().unsupported("for a 64-bit process these are no high addresses");
      api.run().step("take the free addresses below 2 GiB");
      if (!platform::occupy_low_addresses()) api.run().not_run("this system gives a 32-bit process 2 GiB and no more");
      api.run().done();
      work_on_high_addresses(api, "2 GiB");
    });

}  // namespace
}  // namespace conformance
