// All four functions at once, from many threads, on buffers of their own and on each other's.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "properties/sizes.hpp"
#include "properties/threads.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

constexpr const char* requirement = "free/any-thread";
constexpr unsigned thread_count = 4;

struct Owned {
  unsigned char* buffer = nullptr;
  Dword size = 0;
  unsigned pattern = 0;
};

void expect_contents(Api& api, const Owned& owned) {
  const bool kept = !first_difference(owned.buffer, 0, owned.size, owned.pattern);
  api.run().expect(kept, requirement, "contents of a buffer, while other threads call", "kept", "changed");
}

const Property all_at_once(
    {.id = "free/any-thread-all-functions-at-once",
     .title = "Four threads allocate, reallocate, measure and free buffers of their own at once, and all of them are right",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free}},
    [](Api& api) {
      api.run().step("four threads, 12000 random calls each");
      in_threads(api, thread_count, [&](unsigned number) {
        Random random(number);
        std::vector<Owned> live(64);
        for (unsigned i = 0; i < 12000; ++i) {
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
            api.run().expect(api.must_size(owned.buffer) >= owned.size, requirement,
                             "size of a buffer, while other threads call", "no smaller than requested", "smaller");
          }
          api.run().still_running();
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
     .functions = {Function::allocate, Function::free}},
    [](Api& api) {
      api.run().step("four threads, 20000 buffers each, up to 32 at a time");
      in_threads(api, thread_count, [&](unsigned number) {
        Random random(number);
        std::vector<Owned> live(32);
        for (unsigned i = 0; i < 20000; ++i) {
          Owned& owned = live[random.below(32)];
          if (owned.buffer != nullptr) {
            expect_contents(api, owned);
            api.must_free(owned.buffer);
          }
          owned = {.buffer = nullptr, .size = 1 + random.size(1024), .pattern = number * 60 + i % 60};
          owned.buffer = api.must_allocate(owned.size);
          fill_pattern(owned.buffer, 0, owned.size, owned.pattern);
          api.run().still_running();
        }
        for (const Owned& owned : live) {
          if (owned.buffer != nullptr) api.must_free(owned.buffer);
        }
      });
      api.run().done();
    });

// A few buffers on their way from the thread that allocates to the one that frees.
class Belt {
 public:
  void put(const Owned& owned) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || buffers_.size() < 256; });
    if (closed_) throw CaseStopped();
    buffers_.push_back(owned);
    changed_.notify_all();
  }

  bool take(Owned& owned) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !buffers_.empty(); });
    if (buffers_.empty()) return false;
    owned = buffers_.front();
    buffers_.pop_front();
    changed_.notify_all();
    return true;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Owned> buffers_;
  bool closed_ = false;
};

// Closes the belt however its thread ends: the thread at the other end must not wait for ever.
struct BeltEnd {
  Belt& belt;
  ~BeltEnd() { belt.close(); }
};

// Two pairs of threads: in each the one allocates and writes so many buffers, and the other does with them what `use`
// does, which is given a Random of its thread, and frees them.
template <class Use>
void hand_over(Api& api, const char* text, unsigned buffers_of_a_pair, Use use) {
  api.run().step(text);
  Belt belts[2];
  in_threads(api, 4, [&](unsigned number) {
    const bool produces = number % 2 == 0;
    Belt& belt = belts[number / 2];
    const BeltEnd end{belt};
    Random random(number);
    for (unsigned i = 0; produces && i < buffers_of_a_pair; ++i) {
      const Dword size = 1 + random.size(1024);
      const Owned owned = {api.must_allocate(size), size, i % 200};
      fill_pattern(owned.buffer, 0, size, owned.pattern);
      belt.put(owned);
      api.run().still_running();
    }
    for (Owned owned; !produces && belt.take(owned);) {
      use(random, owned);
      expect_contents(api, owned);
      api.must_free(owned.buffer);
      api.run().still_running();
    }
  });
  api.run().done();
}

const Property freed_by_another_thread(
    {.id = "free/any-thread-freed-by-another",
     .title = "Buffers that one thread allocates are read and freed by another, 20,000 of them both ways",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::free}},
    [](Api& api) {
      hand_over(api, "two pairs of threads: one allocates and writes, the other reads and frees", 10000,
                [](Random&, const Owned&) {});
    });

const Property measured_at_once(
    {.id = "free/any-thread-one-buffer-measured-at-once",
     .title = "Four threads measure one buffer at once, and each is told its size every time",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::size, Function::free}},
    [](Api& api) {
      constexpr Dword size = 1000;
      unsigned char* const buffer = api.must_allocate(size);
      api.run().step("four threads, 30000 calls of Size each, all for one buffer");
      in_threads(api, thread_count, [&](unsigned) {
        for (unsigned i = 0; i < 30000; ++i) {
          api.run().expect(api.must_size(buffer) >= size, requirement, "size while other threads ask as well",
                           "no smaller than requested", "smaller");
          api.run().still_running();
        }
      });
      api.run().done();
      api.must_free(buffer);
    });

const Property each_measured_at_once(
    {.id = "free/any-thread-many-buffers-measured-at-once",
     .title = "Four threads measure buffers of their own at once, of sizes far apart, and each is told its own",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::size, Function::free}},
    [](Api& api) {
      api.run().step("four threads, 30000 calls of Size each, for two buffers of their own");
      in_threads(api, thread_count, [&](unsigned number) {
        // A small and a large one in turn: what one thread's answer leaves behind is wrong for the next thread's.
        const Dword sizes[] = {100 + number, 100000 + 1000 * number};
        unsigned char* const buffers[] = {api.must_allocate(sizes[0]), api.must_allocate(sizes[1])};
        for (unsigned i = 0; i < 30000; ++i) {
          api.run().expect(api.must_size(buffers[i % 2]) >= sizes[i % 2], requirement,
                           "size while other threads ask for others", "no smaller than requested", "smaller");
          api.run().still_running();
        }
        for (const unsigned char* const buffer : buffers) api.must_free(buffer);
      });
      api.run().done();
    });

const Property reallocated_by_another_thread(
    {.id = "free/any-thread-reallocated-by-another",
     .title = "Buffers that one thread allocates are measured, grown and freed by another, 5,000 of them both ways",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free}},
    [](Api& api) {
      hand_over(api, "two pairs of threads: one allocates and writes, the other measures, grows, reads and frees", 2500,
                [&api](Random& random, Owned& owned) {
                  api.run().expect(api.must_size(owned.buffer) >= owned.size, requirement,
                                   "size of another thread's buffer", "no smaller than requested", "smaller");
                  owned.buffer = api.must_reallocate(owned.buffer, owned.size + 1 + random.below(1024));
                });
    });

const Property freed_after_its_thread_ended(
    {.id = "free/any-thread-allocating-thread-has-ended",
     .title = "A buffer keeps its contents, has a size and can be freed after the thread that allocated it has ended",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::size, Function::free}},
    [](Api& api) {
      std::vector<Owned> all(200);
      api.run().step("20 threads one after the other allocate 10 buffers each");
      for (unsigned round = 0; round < 20; ++round) {
        in_threads(api, 1, [&](unsigned) {
          for (unsigned i = 0; i < 10; ++i) {
            const Dword size = 1 + i * 100;
            all[10 * round + i] = {api.must_allocate(size), size, i + 1};
            fill_pattern(all[10 * round + i].buffer, 0, size, i + 1);
          }
        });
      }
      api.run().done();
      api.run().step("this thread reads, measures and frees them");
      for (const Owned& owned : all) {
        expect_contents(api, owned);
        api.run().expect(api.must_size(owned.buffer) >= owned.size, requirement, "size of another thread's buffer",
                         "no smaller than requested", "smaller");
        api.must_free(owned.buffer);
      }
      api.run().done();
    });

}  // namespace
}  // namespace conformance
