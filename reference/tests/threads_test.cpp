// All functions at once, on different buffers and on the same one.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "apibuffer.h"
#include "c_library.hpp"

namespace {

constexpr int rounds = 20000;
// Threads that wait for each other are slow where other programs want the cores.
constexpr std::chrono::seconds most_time{10};

// Where two threads wait for each other, again and again. Not std::barrier: GCC 12's for mingw-w64 hangs at times.
class Rendezvous {
 public:
  void meet() {
    const int complete = (arrivals_.fetch_add(1) / 2 + 1) * 2;
    // Spins at first, so that both leave within nanoseconds of each other and really race.
    for (int spins = 0; arrivals_ < complete; ++spins) {
      if (spins > 1000) std::this_thread::yield();
    }
  }

 private:
  std::atomic<int> arrivals_ = 0;
};

// Runs rounds: prepare, then both calls at once, then judge.
template <typename Prepare, typename First, typename Second, typename Judge>
void race(Prepare prepare, First first, Second second, Judge judge) {
  Rendezvous rendezvous;
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    for (rendezvous.meet(); !is_over; rendezvous.meet()) {
      second();
      rendezvous.meet();
    }
  });
  const auto end = std::chrono::steady_clock::now() + most_time;
  for (int round = 0; round < rounds && std::chrono::steady_clock::now() < end; ++round) {
    prepare();
    rendezvous.meet();
    first();
    rendezvous.meet();
    judge();
  }
  is_over = true;
  rendezvous.meet();
  other.join();
}

}  // namespace

TEST_CASE("of two racing Frees exactly one succeeds") {
  void* buffer = nullptr;
  std::array<NET_API_STATUS, 2> statuses{};
  int wrong = 0;
  race([&] { NetApiBufferAllocate(64, &buffer); },  //
       [&] { statuses[0] = NetApiBufferFree(buffer); }, [&] { statuses[1] = NetApiBufferFree(buffer); },
       [&] {
         std::ranges::sort(statuses);
         wrong += statuses != std::array<NET_API_STATUS, 2>{NERR_Success, ERROR_INVALID_PARAMETER};
       });
  CHECK(wrong == 0);
}

TEST_CASE(
    "a Free that races Reallocate frees the old buffer, or fails, or frees the new one where it is at the same place") {
  void* buffer = nullptr;
  void* new_buffer = nullptr;
  std::array<NET_API_STATUS, 2> statuses{};
  int wrong = 0;
  race(
      [&] {
        NetApiBufferAllocate(64, &buffer);
        new_buffer = nullptr;
      },
      [&] { statuses[0] = NetApiBufferFree(buffer); },
      [&] { statuses[1] = NetApiBufferReallocate(buffer, 128, &new_buffer); },
      [&] {
        wrong += (new_buffer != nullptr) != (statuses[1] == NERR_Success);
        const bool is_freed = statuses[0] == NERR_Success;
        wrong += !is_freed && statuses[0] != ERROR_INVALID_PARAMETER;
        if (new_buffer == nullptr) {
          wrong += !is_freed || statuses[1] != ERROR_INVALID_PARAMETER;
        } else {
          const bool is_gone = NetApiBufferFree(new_buffer) == ERROR_INVALID_PARAMETER;
          wrong += is_gone != is_freed || (is_gone && new_buffer != buffer);
        }
      });
  CHECK(wrong == 0);
}

TEST_CASE("Size that races Free gives the size or an error, and never looks at freed memory") {
  void* buffer = nullptr;
  DWORD byte_count = 0;
  NET_API_STATUS status = 0;
  int wrong = 0;
  race(
      [&] {
        NetApiBufferAllocate(64, &buffer);
        byte_count = 0xA5A5A5A5;
      },
      [&] { NetApiBufferFree(buffer); }, [&] { status = NetApiBufferSize(buffer, &byte_count); },
      [&] {
        const bool has_size = status == NERR_Success && byte_count == 64;
        const bool is_refused = status == ERROR_INVALID_PARAMETER && byte_count == 0xA5A5A5A5;
        wrong += !has_size && !is_refused;
      });
  CHECK(wrong == 0);
}

TEST_CASE("Size that races a Reallocate without memory always finds the buffer") {
  void* buffer = nullptr;
  REQUIRE(NetApiBufferAllocate(64, &buffer) == NERR_Success);
  NET_API_STATUS resized = 0;
  NET_API_STATUS sized = 0;
  int wrong = 0;
  race([] {},
       [&] {
         const c_library::NoMalloc no_malloc;
         resized = NetApiBufferReallocate(buffer, 128, &buffer);
       },
       [&] {
         DWORD byte_count = 0;
         sized = NetApiBufferSize(buffer, &byte_count);
       },
       [&] { wrong += resized != ERROR_NOT_ENOUGH_MEMORY || sized != NERR_Success; });
  CHECK(wrong == 0);
  CHECK(NetApiBufferFree(buffer) == NERR_Success);
}

TEST_CASE("four threads allocate, resize, measure and free buffers that they pass to each other") {
  std::array<std::atomic<void*>, 16> slots{};
  std::atomic<int> wrong = 0;

  // A buffer in a slot holds its own size in its first bytes.
  const auto put = [](void* buffer, DWORD byte_count) { std::memcpy(buffer, &byte_count, sizeof byte_count); };
  const auto is_whole = [](void* buffer) {
    DWORD held = 0;
    DWORD byte_count = 0;
    std::memcpy(&held, buffer, sizeof held);
    return NetApiBufferSize(buffer, &byte_count) == NERR_Success && byte_count == held;
  };
  const auto work = [&](unsigned seed) {
    std::minstd_rand random(seed);
    for (int round = 0; round < rounds; ++round) {
      void* buffer = slots[random() % slots.size()].exchange(nullptr);
      if (buffer != nullptr && !is_whole(buffer)) ++wrong;
      const DWORD byte_count = random() % 3 == 0 ? 0 : 4 + static_cast<DWORD>(random() % 5000);
      if (NetApiBufferReallocate(buffer, byte_count, &buffer) != NERR_Success) ++wrong;
      if (buffer != nullptr) put(buffer, byte_count);
      buffer = slots[random() % slots.size()].exchange(buffer);
      if (NetApiBufferFree(buffer) != NERR_Success) ++wrong;
    }
  };

  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= 4; ++seed) threads.emplace_back(work, seed);
  for (std::thread& thread : threads) thread.join();
  for (std::atomic<void*>& slot : slots) CHECK(NetApiBufferFree(slot) == NERR_Success);
  CHECK(wrong == 0);
}
