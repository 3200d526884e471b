// The map by itself, with addresses at which there is no memory.
#include "live_map.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <thread>

#include "c_library.hpp"

namespace live_map = apibuf::live_map;

namespace {

// Every call gives an address whose leaf no test has used yet, in a region where no malloc puts its memory.
const void* address_in_a_fresh_leaf() {
  static std::uintptr_t address = sizeof(void*) == 8 ? std::uintptr_t{1} << 40 : 0xF0000000;
  address += std::uintptr_t{1} << (sizeof(void*) == 8 ? 27 : 22);
  return reinterpret_cast<const void*>(address);
}

const void* contested_address = nullptr;

}  // namespace

TEST_CASE("an address is claimed only between insert and erase, and once at a time") {
  const void* const address = address_in_a_fresh_leaf();
  CHECK_FALSE(live_map::claim(address));
  REQUIRE(live_map::insert(address));
  CHECK(live_map::claim(address));
  live_map::restore(address);
  CHECK(live_map::claim(address));
  live_map::erase(address);
  CHECK_FALSE(live_map::claim(address));
}

TEST_CASE("the neighbours of a live address are not live") {
  const auto* const address = static_cast<const char*>(address_in_a_fresh_leaf());
  REQUIRE(live_map::insert(address));
  for (const std::size_t distance : {std::size_t{1}, live_map::granule - 1, live_map::granule}) {
    CHECK_FALSE(live_map::claim(address + distance));
    CHECK_FALSE(live_map::claim(address - distance));
  }
  REQUIRE(live_map::claim(address));
  live_map::erase(address);
}

TEST_CASE("an address that is no multiple of the granule cannot be live") {
  CHECK_FALSE(live_map::insert(static_cast<const char*>(address_in_a_fresh_leaf()) + 1));
}

TEST_CASE("only addresses of up to 48 bits can be live; a 32-bit process has no others") {
  const auto* const highest = reinterpret_cast<const void*>(~std::uintptr_t{0} - (live_map::granule - 1));
  CHECK_FALSE(live_map::claim(highest));
  const bool is_inserted = live_map::insert(highest);
  CHECK(is_inserted == (sizeof(void*) == 4));
  CHECK(live_map::claim(highest) == is_inserted);
  if (is_inserted) live_map::erase(highest);
}

TEST_CASE("insert fails where there is no memory for the leaf, and succeeds once there is") {
  const void* const address = address_in_a_fresh_leaf();
  {
    const live_map::Reservation reservation;  // so that none is to spare
    const c_library::NoCalloc no_calloc;
    CHECK_FALSE(live_map::insert(address));
  }
  CHECK_FALSE(live_map::claim(address));
  REQUIRE(live_map::insert(address));
  REQUIRE(live_map::claim(address));
  live_map::erase(address);
}

TEST_CASE("where two threads make the same leaf at once, what either inserts stays") {
  contested_address = address_in_a_fresh_leaf();
  const auto* const neighbour = static_cast<const char*>(contested_address) + live_map::granule;
  {
    const live_map::Reservation reservation;  // so that none is to spare, and both make one
    c_library::before_next_calloc([] { live_map::insert(contested_address); });
    REQUIRE(live_map::insert(neighbour));
  }
  REQUIRE(live_map::claim(contested_address));
  REQUIRE(live_map::claim(neighbour));
  live_map::erase(contested_address);
  live_map::erase(neighbour);
}

TEST_CASE("what a reservation set aside and did not need is there for the next one, and only one such is kept") {
  static bool is_one_freed = false;
  c_library::after_next_free([] { is_one_freed = true; });
  {
    const live_map::Reservation first;
    const live_map::Reservation second;
  }
  CHECK(is_one_freed);
  const c_library::NoCalloc no_calloc;
  const live_map::Reservation first;
  CHECK(first);
  const live_map::Reservation second;
  CHECK_FALSE(second);
}

TEST_CASE("a moved address is live where it went, even if that needs a new leaf and there is no memory left") {
  const void* const old_address = address_in_a_fresh_leaf();
  const void* const new_address = address_in_a_fresh_leaf();
  REQUIRE(live_map::insert(old_address));
  REQUIRE(live_map::claim(old_address));
  live_map::Reservation reservation;
  REQUIRE(reservation);
  live_map::begin_move(old_address);
  {
    const c_library::NoCalloc no_calloc;
    live_map::end_move(old_address, new_address, reservation);
  }
  CHECK_FALSE(live_map::claim(old_address));
  REQUIRE(live_map::claim(new_address));
  live_map::erase(new_address);
}

TEST_CASE("an address that moved to itself is live again") {
  const void* const address = address_in_a_fresh_leaf();
  REQUIRE(live_map::insert(address));
  REQUIRE(live_map::claim(address));
  live_map::Reservation reservation;
  live_map::begin_move(address);
  live_map::end_move(address, address, reservation);
  CHECK(live_map::claim(address));
  live_map::erase(address);
}

TEST_CASE("a second claim waits for the first to end, and then sees what came of it") {
  const void* const address = address_in_a_fresh_leaf();
  const auto second_claim = [address](void (*end_first_claim)(const void*) noexcept) {
    REQUIRE(live_map::insert(address));
    REQUIRE(live_map::claim(address));
    std::atomic<bool> has_returned = false;
    bool is_claimed = false;
    std::thread second([&] {
      is_claimed = live_map::claim(address);
      has_returned = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK_FALSE(has_returned);
    end_first_claim(address);
    second.join();
    return is_claimed;
  };
  CHECK_FALSE(second_claim(live_map::erase));
  CHECK(second_claim(live_map::restore));
  live_map::erase(address);
  CHECK_FALSE(second_claim([](const void* moved) noexcept {
    live_map::begin_move(moved);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    live_map::Reservation reservation;
    const void* const new_address = static_cast<const char*>(moved) + live_map::granule;
    live_map::end_move(moved, new_address, reservation);
    REQUIRE(live_map::claim(new_address));
    live_map::erase(new_address);
  }));
}
