// How much can be had: ordinary numbers of buffers, ordinary sizes, and what becomes of sizes that are not ordinary.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "properties/budget.hpp"
#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr std::size_t page = 4096;

unsigned char mark(std::size_t at) { return static_cast<unsigned char>(at / page + 1); }

constexpr unsigned char last_mark = 0x5A;

// A byte that is not what was written to it.
struct Wrong {
  std::size_t at;
  unsigned char expected, actual;
};

std::optional<Wrong> look_at(const unsigned char* buffer, std::size_t at, unsigned char expected) {
  return buffer[at] != expected ? std::optional(Wrong{at, expected, buffer[at]}) : std::nullopt;
}

std::optional<Wrong> first_wrong_mark(const unsigned char* buffer, std::size_t bytes, std::size_t stride) {
  for (std::size_t at = 0; at < bytes; at += stride) {
    if (const auto wrong = look_at(buffer, at, mark(at))) return wrong;
  }
  return std::nullopt;
}

// Touches a byte of every page, and the last byte; the first of them that does not keep what was written.
std::optional<Wrong> touch_every_page(unsigned char* buffer, std::size_t bytes, std::size_t stride) {
  for (std::size_t at = 0; at < bytes; at += stride) buffer[at] = mark(at);
  buffer[bytes - 1] = last_mark;
  const auto wrong = first_wrong_mark(buffer, bytes - 1, stride);
  return wrong ? wrong : look_at(buffer, bytes - 1, last_mark);
}

// `which` says of which buffer, such as "of a buffer of 64 bytes".
void expect_none(Api& api, const char* requirement, const std::optional<Wrong>& wrong, const std::string& which) {
  if (wrong) {
    api.run().fail(requirement, "byte " + std::to_string(wrong->at) + " " + which, std::to_string(wrong->expected),
                   std::to_string(wrong->actual));
  }
  api.run().met(requirement);
}

std::string of_a_buffer(Dword size) { return "of a buffer of " + std::to_string(size) + " bytes"; }

const Property very_many_live_buffers(
    {.id = "allocate/capacity-100000-live-buffers",
     .title = "100,000 buffers of 64 bytes can live at once, each keeping its own mark",
     .requirements = {"allocate/capacity"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::speed,
     .alone = true},
    [](Api& api) {
      constexpr std::uint32_t count = 100000;
      std::vector<unsigned char*> buffers;
      api.run().step("allocate 100000 buffers of 64 bytes");
      Budget budget;
      for (std::uint32_t i = 0; i < count && budget.allows_another(); ++i) {
        unsigned char* const buffer = api.must_allocate(64);
        for (int byte = 0; byte < 4; ++byte) buffer[byte] = static_cast<unsigned char>(i >> (8 * byte));
        buffer[63] = static_cast<unsigned char>(i);
        buffers.push_back(buffer);
      }
      api.run().done();
      api.run().step("check their marks and free them");
      Budget budget_to_free;
      for (std::uint32_t i = 0; i < buffers.size() && budget_to_free.allows_another(); ++i) {
        const unsigned char* const buffer = buffers[i];
        std::optional<Wrong> wrong = look_at(buffer, 63, static_cast<unsigned char>(i));
        for (unsigned byte = 0; byte < 4 && !wrong; ++byte) {
          wrong = look_at(buffer, byte, static_cast<unsigned char>(i >> (8 * byte)));
        }
        if (wrong) {
          const std::string which = "number " + std::to_string(i) + " of " + std::to_string(buffers.size());
          expect_none(api, "allocate/capacity", wrong, of_a_buffer(64) + ", " + which + " live ones");
        }
        api.run().met("allocate/capacity");
        api.must_free(buffer);
      }
      api.run().done();
    });

const Property ordinary_large_sizes(
    {.id = "allocate/capacity-ordinary-large-sizes",
     .title = "Buffers of 32 KiB to 16 MiB can be had, all of them at once, and every page of them is there",
     .requirements = {"allocate/capacity"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      std::vector<unsigned char*> buffers;
      api.run().step("allocate and touch buffers of 32 KiB to 16 MiB");
      for (Dword size = 32 << 10; size <= 16 << 20; size *= 2) {
        buffers.push_back(api.must_allocate(size));
        expect_none(api, "allocate/capacity", touch_every_page(buffers.back(), size, page), of_a_buffer(size));
      }
      api.run().done();
      api.run().step("free them");
      for (const unsigned char* const buffer : buffers) api.must_free(buffer);
      api.run().done();
    });

// Only their ends are touched: a heap that is too small for them shows in the status.
const Property many_large_buffers(
    {.id = "allocate/capacity-24-buffers-of-16-mib",
     .title =
         "24 buffers of 16 MiB can be had at once, on a machine with four times that memory, and all of them are there",
     .requirements = {"allocate/capacity"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls,
     .alone = true},
    [](Api& api) {
      constexpr Dword size = 16 << 20;
      const std::uint64_t most = platform::physical_bytes() / 4 / size;
      std::vector<unsigned char*> buffers(static_cast<std::size_t>(std::min<std::uint64_t>(24, most)));
      api.run().step("allocate " + std::to_string(buffers.size()) + " buffers of 16 MiB");
      for (std::size_t i = 0; i < buffers.size(); ++i) {
        buffers[i] = api.must_allocate(size);
        buffers[i][0] = buffers[i][size - 1] = static_cast<unsigned char>(i);
      }
      api.run().done();
      api.run().step("check their ends and free them");
      for (std::size_t i = 0; i < buffers.size(); ++i) {
        const auto mark = static_cast<unsigned char>(i);
        const auto first = look_at(buffers[i], 0, mark);
        const std::string which = "number " + std::to_string(i) + " of " + std::to_string(buffers.size());
        expect_none(api, "allocate/capacity", first ? first : look_at(buffers[i], size - 1, mark),
                    of_a_buffer(size) + ", " + which + " live ones");
        api.must_free(buffers[i]);
      }
      api.run().done();
    });

// Large buffers may have records of their own, or mappings, of which there is a limited number.
const Property very_many_large_buffers(
    {.id = "allocate/capacity-1500-buffers-of-100-kb",
     .title = "1,500 buffers of 100,000 bytes can be had at once, on a machine with four times that memory",
     .requirements = {"allocate/capacity"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::speed,
     .alone = true},
    [](Api& api) {
      constexpr Dword size = 100000;
      const std::uint64_t most = platform::physical_bytes() / 4 / size;
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(1500, most));
      std::vector<unsigned char*> buffers;
      api.run().step("allocate " + std::to_string(count) + " buffers of 100000 bytes");
      Budget budget;
      while (buffers.size() < count && budget.allows_another()) {
        unsigned char* const buffer = api.must_allocate(size);
        buffer[0] = buffer[size - 1] = static_cast<unsigned char>(buffers.size());
        buffers.push_back(buffer);
      }
      api.run().done();
      api.run().step("check their ends and free them");
      for (std::size_t i = 0; i < buffers.size(); ++i) {
        const auto written = static_cast<unsigned char>(i);
        const auto first = look_at(buffers[i], 0, written);
        expect_none(api, "allocate/capacity", first ? first : look_at(buffers[i], size - 1, written),
                    of_a_buffer(size) + ", number " + std::to_string(i));
        api.must_free(buffers[i]);
      }
      api.run().done();
    });

const Property every_ordinary_size(
    {.id = "allocate/capacity-every-page-to-4-mib",
     .title = "Buffers of every 1024 bytes to 1 MiB and of every page to 4 MiB can be had, their last bytes included",
     .requirements = {"allocate/capacity"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      const auto sweep = [&](Dword from, Dword to, Dword stride) {
        Budget budget;
        for (Dword size = from; size <= to && budget.allows_another(); size += stride) {
          unsigned char* const buffer = api.must_allocate(size);
          buffer[0] = 1;
          buffer[size - 1] = 2;
          const auto first = look_at(buffer, 0, 1);
          expect_none(api, "allocate/capacity", first ? first : look_at(buffer, size - 1, 2), of_a_buffer(size));
          api.must_free(buffer);
        }
      };
      api.run().step("allocate, touch and free one buffer after the other");
      sweep(1024, 1 << 20, 1024);
      sweep(1 << 20, 4 << 20, page);
      api.run().done();
    });

const Property reallocate_of_ordinary_large_sizes(
    {.id = "reallocate/changes-size-doubling-to-16-mib",
     .title = "A buffer doubles from 16 bytes to 16 MiB and halves back, every page of it there and kept at each size",
     .requirements = {"reallocate/changes-size", "reallocate/keeps-contents", "allocate/capacity"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      api.run().step("double from 16 bytes to 16 MiB, and halve back");
      Dword old_size = 16;
      unsigned char* buffer = api.must_allocate(old_size);
      touch_every_page(buffer, old_size, page);
      const auto resize = [&](Dword size) {
        buffer = api.must_reallocate(buffer, size);
        // The byte at the end of the smaller size lies on no page's start, unless that end is the old one.
        auto wrong = first_wrong_mark(buffer, std::min(old_size, size) - 1, page);
        if (!wrong && size >= old_size) wrong = look_at(buffer, old_size - 1, last_mark);
        const std::string resized = "after Reallocate from " + std::to_string(old_size) + " to " + std::to_string(size);
        expect_none(api, "reallocate/keeps-contents", wrong, resized + " bytes");
        old_size = size;
        expect_none(api, "reallocate/changes-size", touch_every_page(buffer, size, page),
                    "written " + resized + " bytes");
      };
      for (Dword size = 32; size <= 16 << 20; size *= 2) resize(size);
      for (const Dword size : {Dword{15} << 20, Dword{16} << 20}) resize(size);
      for (Dword size = 8 << 20; size >= 16; size /= 2) resize(size);
      api.must_free(buffer);
      api.run().done();
    });

// Both ends and a byte every 64 MiB: the whole of it would take as much memory as the machine may have.
constexpr std::size_t huge_stride = 64 << 20;

void expect_honest(Api& api, const char* requirement, const PointerResult& result, Dword size) {
  const std::string what = "a request for " + std::to_string(size) + " bytes";
  if (result.status != success) return api.run().met(requirement);
  if (result.buffer == nullptr) api.run().fail(requirement, what, "an error, or a buffer", "success without a buffer");
  if (const auto wrong = touch_every_page(result.buffer, size, huge_stride)) {
    api.run().fail(requirement, what, "an error, or a buffer of this size",
                   "a buffer whose byte " + std::to_string(wrong->at) + " is " + std::to_string(wrong->actual) +
                       " after " + std::to_string(wrong->expected) + " was written");
  }
}

constexpr Dword huge_sizes[] = {0x40000000, 0x7FFFFFFF, 0x80000000, 0xC0000001, 0xFFFFFFE8, 0xFFFFFFFF};

const Property huge_sizes_are_honest(
    {.id = "allocate/failure-is-an-error-huge-sizes",
     .title = "Requests for 1 GiB to 4 GiB fail with an error, or give a buffer that is there from end to end",
     .requirements = {"allocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls,
     .alone = true},
    [](Api& api) {
      for (const Dword size : huge_sizes) {
        api.run().step("allocate " + std::to_string(size) + " bytes, and touch them if they are there", "", size);
        const PointerResult result = api.allocate(size);
        expect_honest(api, "allocate/failure-is-an-error", result, size);
        if (result.status == success) api.must_free(result.buffer);
        api.run().done(status_text(result.status));
      }
    });

const Property huge_reallocations_are_honest(
    {.id = "reallocate/failure-is-an-error-huge-sizes",
     .title =
         "Reallocate to 1 GiB to 4 GiB fails with an error, or gives a whole buffer, whose contents survive a shrink",
     .requirements = {"reallocate/failure-is-an-error", "reallocate/keeps-contents"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::only_calls,
     .alone = true},
    [](Api& api) {
      constexpr unsigned pattern = 2;
      for (const Dword size : huge_sizes) {
        api.run().step("reallocate 64 bytes to " + std::to_string(size) + ", and touch them if they are there", "",
                       size);
        unsigned char* const old_buffer = api.must_allocate(64);
        fill_pattern(old_buffer, 0, 64, pattern);
        const PointerResult result = api.reallocate(old_buffer, size, false);
        const std::string which = "after Reallocate to " + std::to_string(size) + " bytes";
        api.expect_contents("reallocate/keeps-contents", which.c_str(),
                            result.status == success ? result.buffer : old_buffer, 0, 64, pattern);
        expect_honest(api, "reallocate/failure-is-an-error", result, size);
        unsigned char* last = old_buffer;
        if (result.status == success) {
          // Shrinking need not succeed, but what it leaves has the contents: others than the 64 bytes that were freed.
          fill_pattern(result.buffer, 0, 64, pattern + 1);
          const PointerResult shrunk = api.reallocate(result.buffer, 60, false);
          last = shrunk.status == success ? shrunk.buffer : result.buffer;
          const std::string shrunk_from = "after Reallocate from " + std::to_string(size) + " to 60 bytes";
          api.expect_contents("reallocate/keeps-contents", shrunk_from.c_str(), last, 0, 60, pattern + 1);
        }
        api.must_free(last);
        api.run().done(status_text(result.status));
      }
    });

}  // namespace
}  // namespace conformance
