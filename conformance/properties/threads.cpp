// All four functions at once, from many threads, on buffers of their own.
#include "properties/threads.hpp"

#include <atomic>
#include <chrono>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "properties/budget.hpp"
#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr unsigned thread_count = 4;

// Where calls are slow, a loop ends after this time, and not after its count.
constexpr std::chrono::milliseconds most_time{200};

const Property all_at_once(
    {.id = "free/any-thread-all-functions-at-once",
     .title =
         "Four threads allocate, reallocate, measure and free buffers of their own at once, and all of them are right",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::threads,
     .undisturbed = true},
    [](Api& api) {
      api.run().step("four threads, 12000 random calls each, or as many as a fifth of a second allows");
      const Deadline deadline(most_time);
      in_threads(api, thread_count, [&](unsigned number) {
        Random random(number);
        std::vector<Owned> live(64);
        for (unsigned i = 0; i < 12000 && deadline.allows(i); ++i) {
          Owned& owned = live[random.below(64)];
          const Dword size = 1 + random.size(4096);
          if (owned.buffer == nullptr) {
            owned = {api.must_allocate(size), size, number * 50 + i % 50};
            fill_pattern(owned.buffer, 0, size, owned.pattern);
          } else if (const std::uint32_t choice = random.below(3); choice == 0) {
            expect_contents(api, owned);
            api.must_free(owned.buffer);
            owned = {};
          } else if (choice == 1) {
            owned.buffer = api.must_reallocate(owned.buffer, size);
            owned.size = std::min(owned.size, size);
            expect_contents(api, owned);
            owned.size = size;
            fill_pattern(owned.buffer, 0, size, owned.pattern);
          } else {
            api.expect_size(any_thread, "size of a buffer, while other threads call", owned.buffer, owned.size);
          }
        }
        for (const Owned& owned : live) {
          if (owned.buffer == nullptr) continue;
          expect_contents(api, owned);
          api.must_free(owned.buffer);
        }
      });
      api.run().done();
    });

const Property allocate_and_free_at_once(
    {.id = "free/any-thread-allocate-and-free-at-once",
     .title = "Four threads allocate and free buffers of their own at once, and the contents stay theirs",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::threads,
     .undisturbed = true},
    [](Api& api) {
      api.run().step("four threads, 20000 buffers each, or as many as a fifth of a second allows, up to 32 at a time");
      const Deadline deadline(most_time);
      in_threads(api, thread_count, [&](unsigned number) {
        Random random(number);
        std::vector<Owned> live(32);
        for (unsigned i = 0; i < 20000 && deadline.allows(i); ++i) {
          Owned& owned = live[random.below(32)];
          if (owned.buffer != nullptr) {
            expect_contents(api, owned);
            api.must_free(owned.buffer);
          }
          owned = {.buffer = nullptr, .size = 1 + random.size(1024), .pattern = number * 60 + i % 60};
          owned.buffer = api.must_allocate(owned.size);
          fill_pattern(owned.buffer, 0, owned.size, owned.pattern);
        }
        for (const Owned& owned : live) {
          if (owned.buffer != nullptr) api.must_free(owned.buffer);
        }
      });
      api.run().done();
    });

// Buffers of one thread that shares the claims with others. Every call is made in each of its forms, as dice fall.
class Holder {
 public:
  Holder(Api& api, Claims& claims, unsigned thread)
      : api_(api), claims_(claims), random_(thread), pattern_(thread + 1) {}

  void make(Dword size) {
    const bool from_null = random_.below(2) == 0 && size > 0;
    take(from_null ? api_.must_reallocate(nullptr, size) : api_.must_allocate(size), size);
  }

  // The one made last.
  void resize(Dword size) {
    const Owned owned = give();
    unsigned char* const buffer = api_.must_reallocate(owned.buffer, size);
    api_.expect_contents(any_thread, "of a reallocated buffer, while other threads call", buffer, 0,
                         std::min({owned.size, size, end_bytes}), pattern_);
    take(buffer, size);
  }

  void measure() {
    api_.expect_size(any_thread, "size of a buffer, while other threads call", held_.back().buffer, held_.back().size);
  }

  void drop() {
    const Owned owned = give();
    if (random_.below(2) == 0) return api_.must_free(owned.buffer);
    api_.must_reallocate_to_zero(owned.buffer);
  }

  Random& random() { return random_; }

 private:
  // The bytes at both ends are enough, and keep large buffers fast.
  static constexpr Dword end_bytes = 64;

  void take(unsigned char* buffer, Dword size) {
    const auto address = reinterpret_cast<std::uintptr_t>(buffer);
    api_.run().expect(claims_.claim(buffer), "allocate/disjoint", "address of a new buffer", "no other thread's",
                      "a buffer's that another thread holds");
    // A buffer of 0 bytes has no contents that could be misaligned.
    const bool is_aligned = size == 0 || address % (2 * sizeof(void*)) == 0;
    api_.run().expect(is_aligned, "allocate/aligned-natural", "address of a buffer in a thread", "aligned naturally",
                      "misaligned");
    fill_pattern(buffer, 0, std::min(size, end_bytes), pattern_);
    if (size > end_bytes) fill_pattern(buffer, size - end_bytes, end_bytes, pattern_);
    held_.push_back({buffer, size, pattern_});
  }

  Owned give() {
    const Owned owned = held_.back();
    held_.pop_back();
    const Dword size = owned.size;
    const char* const which = "of a buffer, while other threads call";
    api_.expect_contents(any_thread, which, owned.buffer, 0, std::min(size, end_bytes), pattern_);
    if (size > end_bytes) {
      api_.expect_contents(any_thread, which, owned.buffer, size - end_bytes, end_bytes, pattern_);
    }
    claims_.release(owned.buffer);
    return owned;
  }

  Api& api_;
  Claims& claims_;
  Random random_;
  unsigned pattern_;
  std::vector<Owned> held_;
};

// A few sizes within each doubling, and 0: implementations have lists, and locks, of their own for each class of sizes, and
// these are to be crowded one by one. They are far from the edges of most classes, whatever a buffer takes beside its
// contents.
std::vector<SizeRange> classes_up_to(Dword largest) {
  std::vector<SizeRange> classes = {{0, 0}, {1, 16}};
  for (Dword power = 32; power <= largest; power *= 2) classes.push_back({power / 32 * 22, power / 32 * 23});
  return classes;
}

const Property each_size_at_once(
    {.id = "free/any-thread-each-kind-of-size-at-once",
     .title = "Threads that interrupt each other make, resize, measure and drop buffers of one class of sizes at once",
     .requirements = {"free/any-thread", "allocate/disjoint", "allocate/aligned-natural"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::threads,
     .undisturbed = true},
    [](Api& api) {
      constexpr std::chrono::milliseconds time_for_one_class{3};
      for (const SizeRange& sizes : classes_up_to(1 << 20)) {
        api.run().step("threads that interrupt each other, buffers of " + sizes.text());
        Claims claims;
        std::deque<Holder> holders;
        for (unsigned number = 0; number < 2 * core_count(); ++number) holders.emplace_back(api, claims, number);
        interrupt_each_other(api, time_for_one_class, [&](unsigned number) {
          Holder& holder = holders[number];
          const auto size = [&] { return sizes.smallest + holder.random().below(sizes.largest - sizes.smallest + 1); };
          const unsigned count = 1 + holder.random().below(6);
          for (unsigned i = 0; i < count; ++i) holder.make(size());
          holder.measure();
          // To copy large contents takes much longer than to meet.
          if (sizes.largest > 0 && holder.random().below(1 + sizes.largest / 16384) == 0) holder.resize(size());
          for (unsigned i = 0; i < count; ++i) holder.drop();
        });
        api.run().done();
      }
    });

const Property measured_at_once(
    {.id = "free/any-thread-one-buffer-measured-at-once",
     .title = "Four threads measure one buffer at once, and each gets its size every time",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::threads,
     .undisturbed = true},
    [](Api& api) {
      constexpr Dword size = 1000;
      unsigned char* const buffer = api.must_allocate(size);
      api.run().step(
          "four threads, 30000 calls of Size each, or as many as a fifth of a second allows, all for one buffer");
      const Deadline deadline(most_time);
      in_threads(api, thread_count, [&](unsigned) {
        for (unsigned i = 0; i < 30000 && deadline.allows(i); ++i) {
          api.expect_size(any_thread, "size while other threads ask as well", buffer, size);
        }
      });
      api.run().done();
      api.must_free(buffer);
    });

const Property each_measured_at_once(
    {.id = "free/any-thread-many-buffers-measured-at-once",
     .title = "Four threads measure buffers of their own at once, of sizes far apart, and each gets its own",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::threads,
     .undisturbed = true},
    [](Api& api) {
      api.run().step(
          "four threads, 30000 calls of Size each, or as many as a fifth of a second allows, for two buffers of their "
          "own");
      const Deadline deadline(most_time);
      in_threads(api, thread_count, [&](unsigned number) {
        // A small and a large one in turn: what one thread's answer leaves behind is wrong for the next thread's.
        const Dword sizes[] = {100 + number, 100000 + 1000 * number};
        unsigned char* const buffers[] = {api.must_allocate(sizes[0]), api.must_allocate(sizes[1])};
        for (unsigned i = 0; i < 30000 && deadline.allows(i); ++i) {
          api.expect_size(any_thread, "size while other threads ask for others", buffers[i % 2], sizes[i % 2]);
        }
        for (const unsigned char* const buffer : buffers) api.must_free(buffer);
      });
      api.run().done();
    });

const Property many_alive({.id = "free/any-thread-many-alive",
                           .title = "130 living threads allocate and free buffers at once, and share no address",
                           .requirements = {"free/any-thread", "allocate/disjoint", "allocate/aligned-natural"},
                           .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
                           .needs = Needs::threads},
                          [](Api& api) {
                            // More than twice as many as a table of 64 threads has room for.
                            constexpr unsigned threads = 130;
                            api.run().step("130 threads make and drop buffers of up to 1024 bytes");
                            Claims claims;
                            std::atomic<unsigned> without_buffer = threads;
                            in_threads(api, threads, [&](unsigned number) {
                              Holder holder(api, claims, number);
                              holder.make(100);
                              // None ends before all have called.
                              for (--without_buffer; without_buffer > 0 && !api.run().failed();)
                                std::this_thread::yield();
                              holder.drop();
                              for (unsigned round = 0; round < 30; ++round) {
                                for (unsigned i = 0; i < 3; ++i) holder.make(1 + holder.random().below(1024));
                                for (unsigned i = 0; i < 3; ++i) holder.drop();
                              }
                            });
                            api.run().done();
                          });

}  // namespace
}  // namespace conformance
