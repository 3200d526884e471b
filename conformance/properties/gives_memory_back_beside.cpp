// Memory that is lost beside buffers: by calls that need none, for each thread, or because it stays with a thread that has
// no use for it.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>

#include "properties/growth.hpp"
#include "properties/threads.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

const Property other_calls_lose_nothing(
    {.id = "free/gives-memory-back-beside-other-calls",
     .title =
         "Buffers that are measured and reallocated to their own size before they are freed, beside Free of NULL, do "
         "not make the process grow",
     .requirements = {"free/gives-memory-back", "reallocate/gives-memory-back", "free/null", "size/at-least-requested"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      const Activity activity = {
          "allocate 40 bytes, measure them, call Free without a buffer, reallocate them to 40 bytes, and free them",
          small_buffer, 10000};
      expect_no_growth(api, "free/gives-memory-back", activity, [&] {
        const unsigned char* const buffer = api.must_allocate(small_buffer);
        api.must_size(buffer);
        api.must_free(nullptr);
        api.must_free(api.must_reallocate(buffer, small_buffer));
      });
    });

const Property threads_lose_nothing(
    {.id = "free/gives-memory-back-of-each-thread",
     .title = "Threads that allocate one buffer, free it and end leave nothing behind that was made for them",
     .requirements = {"free/gives-memory-back", "free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr int threads = 150;
      // What is made for a thread is no buffer, so no quarantine holds it.
      const Activity activity = {.description = "a thread allocates 40 bytes, frees them and ends",
                                 .lost_bytes = small_buffer,
                                 .repetitions = threads,
                                 .enough_bytes = 0};
      Activity without_calls = activity;
      without_calls.description = "a thread comes and ends";
      const auto call_once = [&] {
        in_threads(api, 1, [&api](unsigned) { api.must_free(api.must_allocate(small_buffer)); });
      };
      const auto call_nothing = [&] { in_threads(api, 1, [](unsigned) {}); };
      api.run().step(activity.description);
      const auto growth = endless_growth(api, activity, call_once);
      // A system may lose memory with each thread by itself.
      if (growth && endless_growth(api, without_calls, call_nothing)) {
        api.run().unsupported("threads that make no calls leave memory behind as well");
      }
      api.run().expect(!growth, "free/gives-memory-back",
                       "memory of the process, while again and again " + activity.description, "stops growing",
                       "grew by " + std::to_string(growth.value_or(0) >> 20) + " MiB and went on");
      api.run().done();
    });

// A thread that lives through a case and does what it is given.
class Helper {
 public:
  explicit Helper(Api& api) : api_(api) {
    try {
      thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) {
      api.run().not_run("this machine does not let the case have a thread");
    }
  }
  ~Helper() {
    give([] {}, true);
    thread_.join();
  }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  // Returns when it is done. A failure is the case's.
  void execute(const std::function<void()>& task) {
    Watch watch(api_, 1);
    give([&watch, &task] { watch.execute(0, task); }, false);
    watch.wait();
    api_.run().stop_if_failed();
  }

 private:
  void give(std::function<void()> task, bool is_last) {
    const std::lock_guard lock(mutex_);  // the thread holds it until it is done with the task before
    task_ = std::move(task);
    is_last_ = is_last;
    changed_.notify_one();
  }

  void work() {
    for (bool goes_on = true; goes_on;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return static_cast<bool>(task_); });
      goes_on = !is_last_;
      task_();
      task_ = nullptr;
    }
  }

  Api& api_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> task_;
  bool is_last_ = false;
  std::thread thread_;
};

// What one thread frees another one can have: else a program with a thread that allocates and one that frees grows.
const Property one_allocates_and_one_frees(
    {.id = "free/gives-memory-back-from-thread-to-thread",
     .title = "Where one thread only allocates and another only frees, and both live on, the process does not grow",
     .requirements = {"free/gives-memory-back", "free/any-thread"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::memory_figures,
     .alone = true},
    [](Api& api) {
      constexpr Dword count = 500, bytes = 1000;
      static unsigned char* buffers[count];
      Helper helper(api);
      expect_no_growth(api, "free/gives-memory-back",
                       {"one thread allocates 500 buffers of 1000 bytes, and another frees them", count * bytes, 6},
                       [&] {
                         for (unsigned char*& buffer : buffers) buffer = touched(api.must_allocate(bytes), bytes);
                         helper.execute([&api] {
                           for (const unsigned char* const buffer : buffers) api.must_free(buffer);
                         });
                       });
    });

}  // namespace
}  // namespace conformance
