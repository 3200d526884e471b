// Buffers that were shrunk or grown are given back whole, whichever way: an implementation that resizes them in place has
// to remember what they lie in.
#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "properties/disjoint.hpp"
#include "properties/exhausting.hpp"
#include "properties/growth.hpp"
#include "properties/sizes.hpp"
#include "properties/threads.hpp"
#include "worker/memory_limit.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

// ---- what is done ---------------------------------------------------------------------------------------------------

enum class Way { free, zero_bytes, zero_bytes_into_another_variable, move_and_free, free_in_another_thread };
constexpr const char* way_texts[] = {"free them", "reallocate them to 0",
                                     "reallocate them to 0 through another variable", "move them and free them",
                                     "free them in another thread"};

enum class Between { nothing, size, free_of_null };
constexpr const char* between_texts[] = {"", ", measure them", ", call Free without a buffer"};

constexpr Dword smallest = 24, large = 32 << 10, largest = 4 << 20;

struct Plan {
  Dword size, new_size;
  Way way;
  Between between;

  // Of large ones fewer: to move them takes long.
  unsigned at_once() const { return size < large ? 4 : 1; }

  std::string text() const {
    return "resize buffers of " + std::to_string(size) + " bytes to " + std::to_string(new_size) +
           between_texts[static_cast<std::size_t>(between)] + " and " + way_texts[static_cast<std::size_t>(way)];
  }
};

// Shrinks by little, by parts and to almost nothing. 0 is left out because it frees the buffer.
std::array<Dword, 11> new_sizes(Dword size) {
  return {size - 1, size - size / 8, size - size / 4, size / 2,        size / 4,    1,
          size,     size + 1,        size + size / 8, size + size / 2, 2 * size + 1};
}

// Quick ways appear twice, since threads take their time.
constexpr Way ways[] = {
    Way::free, Way::zero_bytes,    Way::move_and_free,         Way::zero_bytes_into_another_variable,
    Way::free, Way::move_and_free, Way::free_in_another_thread};

// Some sizes of each class, between powers of two as well. The numbers of new sizes, ways and calls between have no common
// divisor, so each of them meets each other one at many sizes. The order lets every part of the list hold some of all.
std::vector<Plan> plans() {
  std::vector<Plan> in_order;
  for (Dword size = smallest; size <= largest; size += size < large ? size / 8 : size / 3) {
    for (const Dword new_size : new_sizes(size)) {
      const std::size_t number = in_order.size();
      in_order.push_back(
          {size, new_size, ways[number % std::size(ways)], static_cast<Between>(number % std::size(between_texts))});
    }
  }
  constexpr std::size_t stride = 7919;  // a prime number, larger than the list
  return mixed(in_order, stride);
}

using Buffers = std::vector<unsigned char*>;

// As many as one round of a plan takes.
Buffers allocate_some(Api& api, const Plan& plan, Dword size) {
  Buffers buffers(plan.at_once());
  for (unsigned char*& buffer : buffers) buffer = api.must_allocate(size);
  return buffers;
}

void resize(Api& api, const Plan& plan, Buffers& buffers) {
  for (unsigned char*& buffer : buffers) {
    buffer = api.must_reallocate(buffer, plan.new_size);
    // What these return is left to other cases.
    if (plan.between == Between::size) api.size(buffer);
    if (plan.between == Between::free_of_null) api.free(nullptr);
  }
}

// What the way moves is noted in `buffers`.
void give_back(Api& api, const Plan& plan, Buffers& buffers) {
  const auto free_all = [&api, &buffers] {
    for (const unsigned char* const buffer : buffers) api.must_free(buffer);
  };
  const auto reallocate_all_to_zero = [&api, &buffers](bool aliased) {
    for (const unsigned char* const buffer : buffers) api.must_reallocate_to_zero(buffer, aliased);
  };
  switch (plan.way) {
    case Way::free: return free_all();
    case Way::zero_bytes: return reallocate_all_to_zero(true);
    case Way::zero_bytes_into_another_variable: return reallocate_all_to_zero(false);
    case Way::move_and_free:
      for (unsigned char*& buffer : buffers) {
        buffer = api.must_reallocate(buffer, std::min(5 * plan.new_size + 100, largest_ordinary));
      }
      return free_all();
    case Way::free_in_another_thread: return in_threads(api, 1, [&free_all](unsigned) { free_all(); });
  }
}

// Calls visit(plan) for each plan of buffers up to a size, or as many as there is time for: implementations may be slow.
template <class Visit>
void for_each_plan(Dword up_to, Visit visit) {
  Budget budget(Budget::of_a_loop, 4);
  for (const Plan& plan : plans()) {
    if (plan.size > up_to) continue;
    if (!budget.allows_another()) break;
    visit(plan);
  }
}

// ---- memory is given back -------------------------------------------------------------------------------------------

// Addresses that buffers of one size have had.
class Places {
 public:
  // Whether half of them are addresses from before; they are noted.
  bool has_half(const Buffers& buffers) {
    const auto known = std::count_if(buffers.begin(), buffers.end(), [this](const unsigned char* buffer) {
      return std::find(seen_.begin(), seen_.end(), buffer) != seen_.end();
    });
    seen_.insert(seen_.end(), buffers.begin(), buffers.end());
    return known >= static_cast<std::ptrdiff_t>((buffers.size() + 1) / 2);
  }

 private:
  std::vector<const unsigned char*> seen_;
};

// Whether buffers are placed where others of their sizes were before: then that memory can be used again. Where
// they do not, nothing is proved: an implementation may wait with it.
bool is_soon_used_again(Api& api, const Plan& plan) {
  constexpr int most_rounds = 12;
  constexpr Dword joining_size = 100000;
  Places old_places, new_places, last_places;
  for (int round = 0; round < most_rounds; ++round) {
    Buffers buffers = allocate_some(api, plan, plan.size);
    const bool old_known = old_places.has_half(buffers);
    resize(api, plan, buffers);
    const bool new_known = new_places.has_half(buffers);
    give_back(api, plan, buffers);
    if (last_places.has_half(buffers) && old_known && new_known) return true;
    // Some allocators join what they have only when more is asked for.
    api.must_free(api.must_allocate(joining_size));
  }
  return false;
}

void expect_no_growth_by(Api& api, const Plan& plan) {
  constexpr Dword round_bytes = 1 << 20;
  // A quarantine holds more buffers where they are small.
  const Dword small = std::max<Dword>(16, std::min(plan.size, plan.new_size));
  const Activity activity = {
      .description = plan.text(),
      .lost_bytes = std::uint64_t{plan.at_once()} * plan.size,
      .repetitions = static_cast<int>(std::max<Dword>(1, round_bytes / plan.size / plan.at_once())),
      .enough_bytes = quarantine_bytes / small * plan.size};
  expect_no_growth(api, "free/gives-memory-back", activity, [&] {
    Buffers buffers = allocate_some(api, plan, plan.size);
    for (unsigned char* const buffer : buffers) touched(buffer, plan.size);
    resize(api, plan, buffers);
    for (unsigned char* const buffer : buffers) touched(buffer, plan.new_size);
    give_back(api, plan, buffers);
  });
}

const Property gives_back_resized(
    {.id = "free/gives-memory-back-resized",
     .title = "Buffers of every class of sizes that were shrunk or grown, by little or much, are given back whole, "
              "whichever way",
     .requirements = {"free/gives-memory-back", "reallocate/gives-memory-back", "reallocate/zero-bytes", "free/null",
                      "free/any-thread", "size/at-least-requested"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      // Where memory is not used again soon the process is watched, which takes long: some sizes and ways are enough then.
      constexpr std::size_t most_watched = 8;
      std::vector<Plan> to_watch;
      api.run().step("resize buffers of 24 bytes to 4 MiB, give them back, and look where the next ones lie");
      for_each_plan(largest, [&](const Plan& plan) {
        if (to_watch.size() < most_watched && !is_soon_used_again(api, plan)) to_watch.push_back(plan);
      });
      api.run().done();
      for (const Plan& plan : to_watch) expect_no_growth_by(api, plan);
    });

// ---- and no memory twice --------------------------------------------------------------------------------------------

// What was given back is asked for again in sizes around the two that it has had.
void expect_disjoint_afterwards(Api& api, const Plan& plan) {
  std::vector<LiveBuffer> buffers;
  const auto allocate_more = [&](Dword size) {
    for (const unsigned char* const buffer : allocate_some(api, plan, size)) buffers.push_back({buffer, size});
  };
  Buffers resized = allocate_some(api, plan, plan.size);
  resize(api, plan, resized);
  allocate_more(plan.size);
  std::vector<LiveBuffer> all = buffers;
  for (const unsigned char* const buffer : resized) all.push_back({buffer, plan.new_size});
  const std::string when = ", in the midst of: " + plan.text();
  expect_disjoint(api, all, when);
  give_back(api, plan, resized);
  for (const Dword size : {plan.new_size + plan.new_size / 6 + 1, plan.new_size, plan.size}) allocate_more(size);
  expect_disjoint(api, buffers, when);
  for (const LiveBuffer& buffer : buffers) api.must_free(buffer.start);
}

const Property disjoint_after_resized(
    {.id = "allocate/disjoint-where-resized-buffers-lay",
     .title = "Where buffers lay that were shrunk or grown and given back, no two others share memory",
     .requirements = {"allocate/disjoint", "reallocate/changes-size", "reallocate/zero-bytes", "free/null",
                      "free/any-thread", "size/at-least-requested"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::addresses},
    [](Api& api) {
      api.run().step("resize buffers of 24 bytes to 256 KiB, give them back, and allocate others");
      for_each_plan(256 << 10, [&](const Plan& plan) { expect_disjoint_afterwards(api, plan); });
      api.run().done();
    });

// ---- after a refusal ------------------------------------------------------------------------------------------------

// Whether requests that are refused take memory themselves, again and again, as they do under Wine, which keeps a note for
// each page that it did not get. With hundreds of them in a round the process is soon too large for anything to be judged.
bool do_refusals_take_memory(Api& api) {
  constexpr int requests = 30;
  constexpr std::uint64_t much_bytes = 4 << 20;
  unsigned char* const buffer = api.must_allocate(1000);
  bool is_more_each_time = true;
  for (int time = 0; time < 2 && is_more_each_time; ++time) {
    const std::uint64_t before = platform::private_bytes();
    PointerResult result = {};
    {
      const MemoryLimit limit(api.run(), few_further_bytes);
      for (int i = 0; i < requests; ++i) {
        result = api.reallocate(buffer, largest_request);
        if (result.status == success) break;
      }
    }
    if (result.status == success) {
      api.must_free(result.buffer);
      api.run().unsupported(meets_huge_requests);
    }
    is_more_each_time = platform::private_bytes() >= before + much_bytes;
  }
  api.must_free(buffer);
  return is_more_each_time;
}

const Property gives_back_shrunk_after_refusals(
    {.id = "free/gives-memory-back-shrunk-after-refusals",
     .title = "Buffers that were shrunk, and then could not grow, give all of their memory back",
     .requirements = {"free/gives-memory-back", "reallocate/failure-keeps-old", "reallocate/failure-is-an-error"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      struct Group {
        Dword size;
        unsigned count;
      };
      constexpr Group groups[] = {{1000, 300}, {20000, 15}, {300000, 1}};
      static std::array<unsigned char*, 300> buffers;
      prepare_to_run_out(api);
      if (do_refusals_take_memory(api)) api.run().unsupported("requests that are refused take memory themselves");
      for (const auto& [size, count] : groups) {
        const std::span<unsigned char*> used(buffers.data(), count);
        const std::string text =
            "shrink buffers of " + std::to_string(size) + " bytes, fail to grow them to 4 GiB, free them";
        expect_no_growth(api, "free/gives-memory-back", {text, std::uint64_t{size} * count, 1}, [&, size = size] {
          bool is_granted = false;
          for (unsigned char*& buffer : used) {
            buffer = api.must_reallocate(touched(api.must_allocate(size), size), size - size / 3);
          }
          {
            const MemoryLimit limit(api.run(), further_bytes);
            for (unsigned char*& buffer : used) {
              const PointerResult result = api.reallocate(buffer, largest_request);
              if (result.status != success) continue;
              is_granted = true;
              buffer = result.buffer;
              break;
            }
          }
          for (const unsigned char* const buffer : used) api.must_free(buffer);
          if (is_granted) api.run().unsupported(meets_huge_requests);
        });
      }
    });

}  // namespace
}  // namespace conformance
