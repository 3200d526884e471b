// Buffers that go from thread to thread, and threads that come and go.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <string>
#include <vector>

#include "properties/budget.hpp"
#include "properties/sizes.hpp"
#include "properties/threads.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

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
    Budget budget;
    for (unsigned i = 0; produces && i < buffers_of_a_pair && budget.allows_another(); ++i) {
      const Dword size = 1 + random.size(1024);
      const Owned owned = {api.must_allocate(size), size, i % 200};
      fill_pattern(owned.buffer, 0, size, owned.pattern);
      belt.put(owned);
    }
    for (Owned owned; !produces && belt.take(owned);) {
      use(random, owned);
      expect_contents(api, owned);
      api.must_free(owned.buffer);
    }
  });
  api.run().done();
}

const Property freed_by_another_thread(
    {.id = "free/any-thread-freed-by-another",
     .title = "Buffers that one thread allocates are read and freed by another, 20,000 of them both ways",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::threads},
    [](Api& api) {
      hand_over(api, "two pairs of threads: one allocates and writes, the other reads and frees", 10000,
                [](Random&, const Owned&) {});
    });

const Property reallocated_by_another_thread(
    {.id = "free/any-thread-reallocated-by-another",
     .title = "Buffers that one thread allocates are measured, grown and freed by another, 5,000 of them both ways",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::threads},
    [](Api& api) {
      hand_over(api, "two pairs of threads: one allocates and writes, the other measures, grows, reads and frees", 2500,
                [&api](Random& random, Owned& owned) {
                  api.expect_size(any_thread, "size of another thread's buffer", owned.buffer, owned.size);
                  owned.buffer = api.must_reallocate(owned.buffer, owned.size + 1 + random.below(1024));
                });
    });

const Property freed_after_its_thread_ended(
    {.id = "free/any-thread-allocating-thread-has-ended",
     .title = "A buffer keeps its contents, has a size and can be freed after the thread that allocated it has ended",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::size, Function::free},
     .needs = Needs::threads},
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
        api.expect_size(any_thread, "size of another thread's buffer", owned.buffer, owned.size);
        api.must_free(owned.buffer);
      }
      api.run().done();
    });

const Property passed_on_twice(
    {.id = "free/any-thread-passed-on-twice",
     .title = "Buffers that one thread allocates and another reallocates are freed by a third, in both ways",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::threads,
     .undisturbed = true},
    [](Api& api) {
      api.run().step("three threads: one allocates, one reallocates, one frees, or reallocates to 0 bytes");
      // Where calls are slow, fewer buffers have to do.
      const Deadline deadline(std::chrono::milliseconds(500));
      Belt to_second, to_third;
      const auto expect_size = [&api](const Owned& owned) {
        api.expect_size(any_thread, "size of another thread's buffer", owned.buffer, owned.size);
      };
      const auto allocate = [&] {
        const BeltEnd end{to_second};
        Random random(0);
        for (unsigned i = 0; i < 6000 && deadline.allows(i); ++i) {
          // Above some KiB the C library's threads take what others gave back at once, and not what they themselves did.
          const Dword size = 1 + random.below(3000);
          const Owned owned = {api.must_allocate(size), size, i % 200};
          expect_size(owned);
          fill_pattern(owned.buffer, 0, size, owned.pattern);
          to_second.put(owned);
        }
      };
      const auto reallocate = [&] {
        const BeltEnd end{to_second}, next_end{to_third};
        Random random(1);
        for (Owned owned; to_second.take(owned);) {
          expect_size(owned);
          const Dword size = 1 + random.below(3000);
          owned.buffer = api.must_reallocate(owned.buffer, size);
          owned.size = std::min(owned.size, size);
          expect_contents(api, owned);
          owned.size = size;
          fill_pattern(owned.buffer, 0, size, owned.pattern);
          to_third.put(owned);
        }
      };
      const auto free = [&] {
        const BeltEnd end{to_third};
        bool by_free = false;
        for (Owned owned; to_third.take(owned); by_free = !by_free) {
          expect_size(owned);
          expect_contents(api, owned);
          if (by_free) {
            api.must_free(owned.buffer);
          } else {
            const Status status = api.reallocate(owned.buffer, 0).status;
            api.run().expect(status == success, any_thread, "Reallocate of another thread's buffer to 0 bytes",
                             "NERR_Success (0)", status_text(status));
          }
        }
      };
      in_threads(api, 3, [&](unsigned number) { number == 0 ? allocate() : number == 1 ? reallocate() : free(); });
      api.run().done();
    });

const Property measured_after_a_change(
    {.id = "free/any-thread-measured-after-anothers-change",
     .title = "A thread that has measured a buffer gets the new size after another has changed it or used its address",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::threads},
    [](Api& api) {
      for (Dword size = 10; size < 3000; size += size / 2) {
        unsigned char* buffer = api.must_allocate(size);
        const auto expect_size = [&](Dword bytes, const char* what) {
          api.expect_size(any_thread, what, buffer, bytes);
        };
        api.run().step("measure a buffer of " + std::to_string(size) +
                       " bytes, and again after others have changed it");
        expect_size(size, "size of a buffer");
        // By little, so that the address is likely to stay.
        in_threads(api, 1, [&](unsigned) { buffer = api.must_reallocate(buffer, size + 3); });
        expect_size(size + 3, "size of a buffer that another thread has reallocated");
        in_threads(api, 1, [&](unsigned) {
          api.must_free(buffer);
          buffer = api.must_allocate(size + 6);
        });
        expect_size(size + 6, "size of a buffer that another thread has allocated in freed memory");
        api.run().done();
        api.must_free(buffer);
      }
    });

const Property many_threads_in_turn(
    {.id = "free/any-thread-thousand-in-turn",
     .title = "1,100 threads come one after the other, and each can allocate a buffer and free it",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::threads},
    [](Api& api) {
      // Where threads are slow to come, as under Wine, some hundreds have to do.
      Budget budget(std::chrono::milliseconds(500));
      api.run().step("1100 threads, or as many as come in half a second, each of which ends before the next begins");
      for (unsigned round = 0; round < 1100 && budget.allows_another(); ++round) {
        in_threads(api, 1, [&](unsigned) { api.must_free(api.must_allocate(100)); });
      }
      api.run().done();
    });

// Lives as long as its thread: it ends after what the implementation keeps for the thread, which began later.
class Last {
 public:
  ~Last() {
    if (api_ == nullptr) return;
    try {
      for (const unsigned char* const buffer : held_) api_->must_free(buffer);
      use(*api_);
    } catch (const CaseStopped&) {
      // Recorded.
    }
  }

  void hold(Api& api) {
    api_ = &api;
    for (unsigned char*& buffer : held_) buffer = api.must_allocate(size);
  }

  // Allocates more than were held, frees every other one and allocates it anew, and looks whether each is its own.
  static void use(Api& api) {
    Owned all[100];
    unsigned pattern = 0;
    const auto allocate = [&](Owned& owned) {
      owned = {api.must_allocate(size), size, ++pattern};
      fill_pattern(owned.buffer, 0, size, owned.pattern);
    };
    const auto free = [&](const Owned& owned) {
      expect_contents(api, owned);
      api.must_free(owned.buffer);
    };
    for (Owned& owned : all) allocate(owned);
    for (std::size_t i = 0; i < std::size(all); i += 2) free(all[i]);
    for (std::size_t i = 0; i < std::size(all); i += 2) allocate(all[i]);
    for (const Owned& owned : all) free(owned);
  }

 private:
  static constexpr Dword size = 100;

  Api* api_ = nullptr;
  unsigned char* held_[20] = {};
};

const Property called_as_threads_end(
    {.id = "free/any-thread-called-as-it-ends",
     .title = "A thread allocates and frees in the destructors of its own variables, and no other buffer suffers",
     .requirements = {"free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::threads,
     .alone = true},
    [](Api& api) {
      api.run().step("20 threads, one after the other, hold buffers of 100 bytes which a destructor frees");
      for (unsigned round = 0; round < 20; ++round) {
        in_threads(api, 1, [&](unsigned) {
          thread_local Last last;
          last.hold(api);
        });
        Last::use(api);
        api.run().stop_if_failed();
      }
      api.run().done();
    });

}  // namespace
}  // namespace conformance
