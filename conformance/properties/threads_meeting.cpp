// Threads that meet within a few instructions: races whose window is small.
//
// Calls are many and short, and all for buffers of one kind, so that all threads work on the same few words of the
// implementation; and threads interrupt each other.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "properties/sizes.hpp"
#include "properties/threads.hpp"
#include "worker/platform.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

// How long threads go on with buffers of one kind.
constexpr std::chrono::milliseconds time_for_one_kind{50};

// ---- short cycles ----------------------------------------------------------------------------------------------------

constexpr SizeRange kinds[] = {{0, 0}, {16, 32}, {500, 520}, {1900, 2000}, {140000, 143000}};

// A buffer with a mark at both of its ends that no other buffer has.
struct Marked {
  unsigned char* buffer;
  Dword size;
  std::uint64_t mark;

  void write() const {
    std::memcpy(buffer, &mark, mark_bytes(size));
    std::memcpy(buffer + size - mark_bytes(size), &mark, mark_bytes(size));
  }
  // The first byte that changed of the mark with which so many bytes of the buffer, or all of them, begin.
  std::optional<std::size_t> changed_at_start(Dword bytes) const { return changed_from(0, mark_bytes(bytes)); }
  std::optional<std::size_t> changed_at_end() const { return changed_from(size - mark_bytes(size), mark_bytes(size)); }
  // What was written there; `at` is one of the places above.
  unsigned written(std::size_t at) const {
    const std::size_t of_mark = at < mark_bytes(size) ? at : at - (size - mark_bytes(size));
    return reinterpret_cast<const unsigned char*>(&mark)[of_mark];
  }

 private:
  std::optional<std::size_t> changed_from(std::size_t start, std::size_t count) const {
    const auto* const expected = reinterpret_cast<const unsigned char*>(&mark);
    const auto* const first = std::mismatch(expected, expected + count, buffer + start).first;
    return first != expected + count ? std::optional(start + static_cast<std::size_t>(first - expected)) : std::nullopt;
  }
  static std::size_t mark_bytes(Dword bytes) { return std::min<std::size_t>(bytes / 2, sizeof mark); }
};

// `which` says of which buffer, such as "of a buffer of 16 bytes".
void expect_unchanged(Api& api, const Marked& held, std::optional<std::size_t> changed, const std::string& which) {
  if (!changed) return api.run().met(any_thread);
  api.run().fail(any_thread, "byte " + std::to_string(*changed) + " " + which + ", while other threads call",
                 std::to_string(held.written(*changed)), std::to_string(held.buffer[*changed]));
}

void expect_marks(Api& api, const Marked& held) {
  const auto start = held.changed_at_start(held.size), changed = start ? start : held.changed_at_end();
  if (!changed) return api.run().met(any_thread);
  expect_unchanged(api, held, changed, "of a buffer of " + std::to_string(held.size) + " bytes");
}

void expect_claim(Api& api, Claims& claims, const unsigned char* buffer, Dword size) {
  if (!claims.claim(buffer)) {
    api.run().fail("allocate/disjoint", "address of a new buffer of " + std::to_string(size) + " bytes",
                   "no other thread's", "a buffer's that another thread holds");
  }
  api.run().met("allocate/disjoint");
}

// What the threads of one kind share: where each puts buffers that the next one takes, and who holds which address.
struct Shared {
  std::array<std::atomic<Marked*>, 4> exchange = {};
  Claims claims;
};

// Whose buffers a thread works on, and with which functions.
enum class Work { allocate_and_free_own, all_functions_on_exchanged };

// The calls of one thread, at random.
class Cycles {
 public:
  Cycles(Api& api, Shared& shared, unsigned thread, SizeRange sizes, Work work)
      : api_(api),
        shared_(shared),
        random_(thread),
        sizes_(sizes),
        is_exchanged_(work == Work::all_functions_on_exchanged),
        last_mark_(std::uint64_t{thread + 1} << 32) {
    for (Marked& one : all_) unused_.push_back(&one);
  }

  // What the thread holds after a few calls it still holds while it sleeps.
  void make_a_few_calls() {
    if (is_exchanged_ && random_.below(64) == 0) most_held_ = many;
    for (unsigned calls = 1 + random_.below(8); calls > 0; --calls) make_a_call();
    if (held_.size() == many) most_held_ = few;
  }

  void drop_all() {
    while (!held_.empty()) drop();
  }

  void drop_what_is_left() {
    for (auto& place : shared_.exchange) {
      if (Marked* const left = place.exchange(nullptr)) held_.push_back(left);
    }
    drop_all();
  }

 private:
  static constexpr unsigned few = 3;
  // More than a thread's own cache of free blocks is likely to hold.
  static constexpr unsigned many = 40;

  void make_a_call() {
    if (held_.empty() || (held_.size() < most_held_ && random_.below(2) == 0)) {
      make();
      if (is_exchanged_ && random_.below(2) == 0) exchange();
      return;
    }
    std::swap(held_[random_.below(static_cast<std::uint32_t>(held_.size()))], held_.back());
    if (!is_exchanged_) return drop();
    switch (random_.below(8)) {
      case 0: return measure();
      case 1: return resize();
      default: return drop();
    }
  }

  Dword size() { return sizes_.smallest + random_.below(sizes_.largest - sizes_.smallest + 1); }

  void make() {
    Marked* const made = unused_.back();
    unused_.pop_back();
    const Dword bytes = size();
    take(*made, api_.must_allocate(bytes), bytes);
    held_.push_back(made);
  }

  void exchange() {
    auto& place = shared_.exchange[random_.below(static_cast<std::uint32_t>(shared_.exchange.size()))];
    Marked* const got = place.exchange(held_.back());
    held_.pop_back();
    if (got != nullptr) held_.push_back(got);
  }

  void measure() {
    const Marked& held = *held_.back();
    api_.expect_size(any_thread, "size of a buffer, while other threads call", held.buffer, held.size);
  }

  void resize() {
    const Dword bytes = size();
    if (bytes == 0) return;
    Marked& held = *held_.back();
    give(held);
    held.buffer = api_.must_reallocate(held.buffer, bytes);
    auto changed = held.changed_at_start(std::min(held.size, bytes));
    if (!changed && bytes >= held.size) changed = held.changed_at_end();
    if (changed) {
      const std::string sizes = std::to_string(held.size) + " to " + std::to_string(bytes) + " bytes";
      expect_unchanged(api_, held, changed, "after Reallocate from " + sizes);
    }
    api_.run().met(any_thread);
    take(held, held.buffer, bytes);
  }

  void drop() {
    Marked* const dropped = held_.back();
    held_.pop_back();
    give(*dropped);
    api_.must_free(dropped->buffer);
    unused_.push_back(dropped);
  }

  void take(Marked& held, unsigned char* buffer, Dword bytes) {
    held = {buffer, bytes, ++last_mark_};
    expect_claim(api_, shared_.claims, buffer, bytes);
    held.write();
  }

  void give(const Marked& held) {
    expect_marks(api_, held);
    shared_.claims.release(held.buffer);
  }

  Api& api_;
  Shared& shared_;
  Random random_;
  SizeRange sizes_;
  bool is_exchanged_;
  std::uint64_t last_mark_;
  unsigned most_held_ = few;
  // Each exchange puts one in and takes one out, except the first at each place.
  std::array<Marked, many + std::tuple_size_v<decltype(Shared::exchange)>> all_;
  std::vector<Marked*> unused_, held_;
};

void make_short_cycles(Api& api, Work work) {
  for (const SizeRange& sizes : kinds) {
    // To allocate and free buffers of 0 bytes takes more than Allocate's and Free's documentation.
    if (sizes.largest == 0 && work == Work::allocate_and_free_own) continue;
    api.run().step("threads that interrupt each other make and drop buffers of " + sizes.text());
    Shared shared;
    std::deque<Cycles> cycles;
    for (unsigned number = 0; number < 2 * core_count(); ++number) {
      cycles.emplace_back(api, shared, number, sizes, work);
    }
    interrupt_each_other(api, time_for_one_kind, [&](unsigned number) { cycles[number].make_a_few_calls(); });
    for (Cycles& one : cycles) one.drop_all();
    cycles.front().drop_what_is_left();
    api.run().done();
  }
}

const Property short_cycles(
    {.id = "free/any-thread-short-cycles",
     .title = "Threads that interrupt each other anywhere allocate and free a few buffers of one kind of size",
     .requirements = {"free/any-thread", "allocate/disjoint"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::threads,
     .undisturbed = true},
    [](Api& api) { make_short_cycles(api, Work::allocate_and_free_own); });

const Property short_cycles_exchanged(
    {.id = "free/any-thread-short-cycles-exchanged",
     .title = "Threads that interrupt each other anywhere measure, resize and free buffers that others allocated",
     .requirements = {"free/any-thread", "allocate/disjoint", "allocate/zero-bytes"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::threads,
     .undisturbed = true},
    [](Api& api) { make_short_cycles(api, Work::all_functions_on_exchanged); });

const Property short_cycles_measured(
    {.id = "free/any-thread-short-cycles-measured",
     .title = "Threads that interrupt each other anywhere measure the same three buffers, and get the right size",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::threads,
     .undisturbed = true},
    [](Api& api) {
      constexpr Dword sizes[] = {100, 5000, 100000};
      unsigned char* buffers[std::size(sizes)];
      std::transform(std::begin(sizes), std::end(sizes), buffers, [&](Dword size) { return api.must_allocate(size); });
      api.run().step("threads that interrupt each other measure three buffers");
      std::deque<Random> random;
      for (unsigned number = 0; number < 2 * core_count(); ++number) random.emplace_back(number);
      interrupt_each_other(api, time_for_one_kind, [&](unsigned number) {
        for (unsigned calls = 1 + random[number].below(8); calls > 0; --calls) {
          const std::uint32_t i = random[number].below(std::size(sizes));
          api.expect_size(any_thread, "size while other threads ask for others", buffers[i], sizes[i]);
        }
      });
      api.run().done();
      for (const unsigned char* const buffer : buffers) api.must_free(buffer);
    });

// ---- first calls -----------------------------------------------------------------------------------------------------

// Threads start together, as often as they like: each on its core, and when all of them are seen to run.
class Start {
 public:
  Start(const CaseRun& run, unsigned threads) : run_(run), threads_(threads) {}

  // Begins the later, the higher the thread's number is: by `apart` each.
  void wait(unsigned number, std::chrono::nanoseconds apart) {
    do {
      const unsigned round = round_;
      if (++arrived_ == threads_) {
        open();
      } else {
        // Without a yield, after which it might be long until this thread runs again.
        while (round_ == round) run_.stop_if_failed();
      }
    } while (!all_run_);
    // The thread that came last would be ahead by the time that a word takes from core to core.
    while (Clock::now() < opened_ + std::chrono::microseconds(2) + number * apart) {
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  void open() {
    const Clock::time_point now = Clock::now();
    // All that came back so soon did not have to wait for a core.
    all_run_ = now < opened_ + std::chrono::microseconds(5) || patience_.has_passed();
    opened_ = now;
    arrived_ = 0;
    ++round_;
  }

  const CaseRun& run_;
  unsigned threads_;
  std::atomic<unsigned> arrived_ = 0, round_ = 0;
  // Written by the thread that comes last, and read by the others before they come again.
  bool all_run_ = false;
  Clock::time_point opened_;
  Deadline patience_{std::chrono::milliseconds(100)};
};

// What an implementation prepares in its first call, or in the first for a size, is prepared while other threads come:
// with the first one, or so much later each that the first one is still at it, or just over. `first_call` is given a
// function that keeps a buffer, and `last_call` each buffer in the end.
template <class FirstCall, class LastCall>
void call_first(Api& api, std::chrono::nanoseconds apart, FirstCall first_call, LastCall last_call) {
  api.run().step("threads make their first calls at once, and then the first of each size");
  const unsigned threads = core_count();
  Start start(api.run(), threads);
  Claims claims;
  in_threads(api, threads, [&](unsigned number) {
    platform::stay_on_core(number);
    std::vector<Marked> held;
    const auto keep = [&](unsigned char* buffer, Dword size) {
      expect_claim(api, claims, buffer, size);
      held.push_back({buffer, size, (held.size() + 1) * threads + number});
      held.back().write();
    };
    start.wait(number, apart);
    first_call(keep);
    for (Dword power = 16; power <= 1 << 20; power *= 2) {
      for (const Dword size : {power - 8, power, power + power / 2}) {
        start.wait(number, apart);
        keep(api.must_allocate(size), size);
      }
    }
    start.wait(number, apart);
    for (const Marked& one : held) {
      expect_marks(api, one);
      last_call(one);
    }
  });
  api.run().done();
}

void measure_and_free(Api& api, const Marked& one) {
  api.expect_size(any_thread, "size of a buffer, while other threads call", one.buffer, one.size);
  api.must_free(one.buffer);
}

const Property first_calls_allocate({.id = "free/any-thread-first-calls-allocate",
                                     .title = "The first calls of all are Allocate's, by all threads at once",
                                     .requirements = {"free/any-thread", "allocate/disjoint"},
                                     .functions = {Function::allocate, Function::free},
                                     .needs = Needs::threads,
                                     .alone = true,
                                     .undisturbed = true},
                                    [](Api& api) {
                                      call_first(
                                          api, std::chrono::nanoseconds(0),
                                          [&](auto keep) { keep(api.must_allocate(100), 100); },
                                          [&](const Marked& one) { api.must_free(one.buffer); });
                                    });

const Property first_calls_allocate_zero_bytes(
    {.id = "free/any-thread-first-calls-allocate-zero-bytes",
     .title = "The first calls of all are Allocate's of 0 bytes, by all threads at once",
     .requirements = {"free/any-thread", "allocate/disjoint", "allocate/zero-bytes"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::threads,
     .alone = true,
     .undisturbed = true},
    [](Api& api) {
      call_first(
          api, std::chrono::nanoseconds(300), [&](auto keep) { keep(api.must_allocate(0), 0); },
          [&](const Marked& one) { measure_and_free(api, one); });
    });

const Property first_calls_reallocate(
    {.id = "free/any-thread-first-calls-reallocate",
     .title = "The first calls of all are Reallocate's of NULL, by all threads at once",
     .requirements = {"free/any-thread", "allocate/disjoint", "reallocate/null-old"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::threads,
     .alone = true,
     .undisturbed = true},
    [](Api& api) {
      call_first(
          api, std::chrono::nanoseconds(1000), [&](auto keep) { keep(api.must_reallocate(nullptr, 99), 99); },
          [&](const Marked& one) { measure_and_free(api, one); });
    });

const Property first_calls_free({.id = "free/any-thread-first-calls-free-null",
                                 .title = "The first calls of all are Free's of NULL, by all threads at once",
                                 .requirements = {"free/any-thread", "allocate/disjoint", "free/null"},
                                 .functions = {Function::allocate, Function::size, Function::free},
                                 .needs = Needs::threads,
                                 .alone = true,
                                 .undisturbed = true},
                                [](Api& api) {
                                  call_first(
                                      api, std::chrono::nanoseconds(5000), [&](auto) { api.must_free(nullptr); },
                                      [&](const Marked& one) { measure_and_free(api, one); });
                                });

}  // namespace
}  // namespace conformance
