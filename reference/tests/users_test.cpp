// The two retrieving functions from the caller's side: one buffer for everything, whole entries, one Free.
#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

#include "apibuffer_users.h"
#include "c_library.hpp"
#include "last_error.hpp"
#include "remote/directory.hpp"
#include "text_of.hpp"

namespace {

using apibuf::remote::User;
using apibuf::remote::users;

// A buffer of the functions, which is freed at the end of the scope.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { CHECK(NetApiBufferFree(bytes_) == NERR_Success); }

  LPBYTE* out() { return &bytes_; }
  bool is_null() const { return bytes_ == nullptr; }

  template <typename Info>
  const Info* infos() const {
    return reinterpret_cast<const Info*>(bytes_);
  }

  std::size_t size() const {
    DWORD byte_count = 0;
    CHECK(NetApiBufferSize(bytes_, &byte_count) == NERR_Success);
    return byte_count;
  }

  // The string lies in the buffer with its terminator, and is this one.
  void check_has(NET_API_STRING string, std::string_view expected) const {
    const Text text = text_of(expected);
    const auto start = reinterpret_cast<std::uintptr_t>(string), buffer = reinterpret_cast<std::uintptr_t>(bytes_);
    REQUIRE(start >= buffer);
    REQUIRE(start + (text.size() + 1) * sizeof text[0] <= buffer + size());
    CHECK(Text(string) == text);
  }

 private:
  LPBYTE bytes_ = nullptr;
};

void check_user(const Buffer& buffer, const USER_INFO_1& info, const User& user) {
  buffer.check_has(info.usri1_name, user.name);
  CHECK(info.usri1_password == nullptr);
  CHECK(info.usri1_password_age == user.password_age_s);
  CHECK(info.usri1_priv == user.privilege);
  buffer.check_has(info.usri1_home_dir, user.home_directory);
  buffer.check_has(info.usri1_comment, user.comment);
  CHECK(info.usri1_flags == user.flags);
  buffer.check_has(info.usri1_script_path, user.script_path);
}

// NetUserEnum with what it stores. What was there before is no buffer, and would be taken for one.
struct Enumeration {
  Buffer buffer{};
  DWORD entries = 77;
  DWORD total = 77;

  NET_API_STATUS call(DWORD level, DWORD filter, DWORD preferred_length, DWORD* resume_handle,
                      NET_API_STRING server = nullptr) {
    *buffer.out() = reinterpret_cast<LPBYTE>(this);
    return NetUserEnum(server, level, filter, buffer.out(), preferred_length, &entries, &total, resume_handle);
  }

  void check_is_empty() const {
    CHECK(buffer.is_null());
    CHECK(entries == 0);
  }
};

}  // namespace

TEST_CASE("a string has the interface's form") {
  const Text text = text_of("\xC3\xBC\xF0\x9F\x94\x91");  // u with a diaeresis, and a key outside of the basic plane
  const std::vector<unsigned> utf_8 = {0xC3, 0xBC, 0xF0, 0x9F, 0x94, 0x91}, utf_16 = {0xFC, 0xD83D, 0xDD11};
  std::vector<unsigned> units;
  for (const auto unit : text) units.push_back(static_cast<std::make_unsigned_t<apibuf::remote::Character>>(unit));
  CHECK(units == (sizeof text[0] == 1 ? utf_8 : utf_16));
  CHECK(text_of("").empty());
}

TEST_CASE("NetUserGetInfo gives the name at level 0, in one buffer with the structure") {
  for (const User& user : users) {
    Buffer buffer;
    REQUIRE(NetUserGetInfo(nullptr, text_of(user.name).c_str(), 0, buffer.out()) == NERR_Success);
    buffer.check_has(buffer.infos<USER_INFO_0>()->usri0_name, user.name);
  }
}

TEST_CASE("NetUserGetInfo gives everything at level 1, in one buffer with the structure") {
  for (const User& user : users) {
    Buffer buffer;
    REQUIRE(NetUserGetInfo(text_of("").c_str(), text_of(user.name).c_str(), 1, buffer.out()) == NERR_Success);
    check_user(buffer, *buffer.infos<USER_INFO_1>(), user);
  }
}

TEST_CASE("NetUserGetInfo fails with a status of its own for each reason, and stores NULL") {
  const auto status_of = [](NET_API_STRING server, NET_API_STRING name, DWORD level) {
    LPBYTE bytes = reinterpret_cast<LPBYTE>(&bytes);
    const NET_API_STATUS status = NetUserGetInfo(server, name, level, &bytes);
    CHECK(bytes == nullptr);
    return status;
  };
  const Text guest = text_of("Guest");
  CHECK(status_of(nullptr, nullptr, 0) == ERROR_INVALID_PARAMETER);
  CHECK(status_of(nullptr, guest.c_str(), 2) == ERROR_INVALID_LEVEL);
  CHECK(status_of(nullptr, guest.c_str(), 0xFFFFFFFF) == ERROR_INVALID_LEVEL);
  CHECK(status_of(nullptr, text_of("Gues").c_str(), 0) == NERR_UserNotFound);
  CHECK(status_of(nullptr, text_of("").c_str(), 1) == NERR_UserNotFound);
  CHECK(status_of(text_of("\\\\elsewhere").c_str(), guest.c_str(), 0) == NERR_InvalidComputer);
  CHECK(NetUserGetInfo(nullptr, guest.c_str(), 0, nullptr) == ERROR_INVALID_PARAMETER);
}

TEST_CASE("NetUserEnum with MAX_PREFERRED_LENGTH gives everybody at once") {
  Enumeration names;
  REQUIRE(names.call(0, 0, MAX_PREFERRED_LENGTH, nullptr) == NERR_Success);
  REQUIRE(names.entries == users.size());
  CHECK(names.total == users.size());
  Enumeration infos;
  REQUIRE(infos.call(1, 0, MAX_PREFERRED_LENGTH, nullptr) == NERR_Success);
  REQUIRE(infos.entries == users.size());
  CHECK(infos.total == users.size());
  for (std::size_t index = 0; index < users.size(); ++index) {
    names.buffer.check_has(names.buffer.infos<USER_INFO_0>()[index].usri0_name, users[index].name);
    check_user(infos.buffer, infos.buffer.infos<USER_INFO_1>()[index], users[index]);
  }
}

TEST_CASE("NetUserEnum gives whole entries whatever the preferred length, and the resume handle leads through all") {
  constexpr DWORD enough = 4096;
  for (DWORD preferred_length = 0; preferred_length <= enough; preferred_length += 101) {
    CAPTURE(preferred_length);
    DWORD resume_handle = 0;
    std::size_t seen = 0;
    NET_API_STATUS status;
    do {
      Enumeration part;
      status = part.call(1, 0, preferred_length, &resume_handle);
      CHECK(part.total == users.size() - seen);
      if (status == NERR_BufTooSmall) {
        part.check_is_empty();
        break;
      }
      REQUIRE((status == NERR_Success || status == ERROR_MORE_DATA));
      REQUIRE(part.entries > 0);
      REQUIRE(seen + part.entries <= users.size());
      for (DWORD index = 0; index < part.entries; ++index, ++seen) {
        check_user(part.buffer, part.buffer.infos<USER_INFO_1>()[index], users[seen]);
      }
    } while (status == ERROR_MORE_DATA);
    if (status == NERR_Success) CHECK(seen == users.size());
    if (preferred_length == 0) CHECK(status == NERR_BufTooSmall);
    if (preferred_length + 101 > enough) CHECK(status == NERR_Success);
  }
}

TEST_CASE("NetUserEnum counts the strings against the preferred length") {
  constexpr DWORD characters = sizeof "Administrator";  // with the terminator
  const DWORD exactly = sizeof(USER_INFO_0) + sizeof(apibuf::remote::Character) * characters;
  Enumeration fits, too_small;
  CHECK(fits.call(0, 0, exactly, nullptr) == ERROR_MORE_DATA);
  CHECK(fits.entries == 1);
  CHECK(too_small.call(0, 0, exactly - 1, nullptr) == NERR_BufTooSmall);
  too_small.check_is_empty();
}

TEST_CASE("NetUserEnum gives the kinds of accounts that the filter asks for") {
  Enumeration workstations;
  REQUIRE(workstations.call(0, FILTER_WORKSTATION_TRUST_ACCOUNT, MAX_PREFERRED_LENGTH, nullptr) == NERR_Success);
  REQUIRE(workstations.entries == 1);
  workstations.buffer.check_has(workstations.buffer.infos<USER_INFO_0>()->usri0_name, "WORKSTATION$");
  Enumeration people;
  REQUIRE(people.call(0, FILTER_NORMAL_ACCOUNT, MAX_PREFERRED_LENGTH, nullptr) == NERR_Success);
  CHECK(people.entries == users.size() - 1);
}

TEST_CASE("NetUserEnum gives a buffer for no entries too") {
  Enumeration nobody;
  CHECK(nobody.call(1, 0x8, 0, nullptr) == NERR_Success);
  CHECK(nobody.entries == 0);
  CHECK(nobody.total == 0);
  CHECK_FALSE(nobody.buffer.is_null());
}

TEST_CASE("NetUserEnum without a resume handle starts at the first user each time") {
  for (int time = 0; time < 2; ++time) {
    Enumeration first;
    CHECK(first.call(0, 0, 64, nullptr) == ERROR_MORE_DATA);
    REQUIRE(first.entries > 0);
    first.buffer.check_has(first.buffer.infos<USER_INFO_0>()->usri0_name, "Administrator");
  }
}

TEST_CASE("NetUserEnum gives nothing after the end, and refuses a resume handle that it never gave") {
  DWORD resume_handle = 0;
  Enumeration all, rest, beyond;
  CHECK(all.call(0, 0, MAX_PREFERRED_LENGTH, &resume_handle) == NERR_Success);
  CHECK(rest.call(0, 0, MAX_PREFERRED_LENGTH, &resume_handle) == NERR_Success);
  CHECK(rest.entries == 0);
  resume_handle = static_cast<DWORD>(users.size()) + 1;
  CHECK(beyond.call(0, 0, MAX_PREFERRED_LENGTH, &resume_handle) == ERROR_INVALID_PARAMETER);
  CHECK(resume_handle == users.size() + 1);
  beyond.check_is_empty();
}

TEST_CASE("NetUserEnum fails with a status of its own for each reason, and stores no buffer") {
  Enumeration bad_level, bad_server;
  CHECK(bad_level.call(2, 0, MAX_PREFERRED_LENGTH, nullptr) == ERROR_INVALID_LEVEL);
  bad_level.check_is_empty();
  CHECK(bad_server.call(0, 0, MAX_PREFERRED_LENGTH, nullptr, text_of("elsewhere").c_str()) == NERR_InvalidComputer);
  bad_server.check_is_empty();
  LPBYTE bytes = nullptr;
  DWORD entries = 0, total = 0;
  CHECK(NetUserEnum(nullptr, 0, 0, nullptr, 64, &entries, &total, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(NetUserEnum(nullptr, 0, 0, &bytes, 64, nullptr, &total, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(NetUserEnum(nullptr, 0, 0, &bytes, 64, &entries, nullptr, nullptr) == ERROR_INVALID_PARAMETER);
  CHECK(bytes == nullptr);
}

TEST_CASE("without memory both give ERROR_NOT_ENOUGH_MEMORY and no buffer, and with memory they work again") {
  const Text guest = text_of("Guest");
  {
    Enumeration enumeration;
    LPBYTE bytes = reinterpret_cast<LPBYTE>(&bytes);
    NET_API_STATUS get_info, enumerate;
    {
      const c_library::NoMalloc no_malloc;
      get_info = NetUserGetInfo(nullptr, guest.c_str(), 1, &bytes);
      enumerate = enumeration.call(1, 0, MAX_PREFERRED_LENGTH, nullptr);
    }
    CHECK(get_info == ERROR_NOT_ENOUGH_MEMORY);
    CHECK(bytes == nullptr);
    CHECK(enumerate == ERROR_NOT_ENOUGH_MEMORY);
    enumeration.check_is_empty();
  }
  Buffer buffer;
  CHECK(NetUserGetInfo(nullptr, guest.c_str(), 1, buffer.out()) == NERR_Success);
}

TEST_CASE("neither touches the last error") {
  Buffer buffer;
  Enumeration enumeration;
  apibuf::last_error::set(1234);
  NetUserGetInfo(nullptr, text_of("Guest").c_str(), 1, buffer.out());
  const unsigned long after_get_info = apibuf::last_error::get();
  enumeration.call(1, 0, 1, nullptr);
  CHECK(after_get_info == 1234);
  CHECK(apibuf::last_error::get() == 1234);
}

TEST_CASE("both may be called from any thread at any time") {
  std::atomic<int> failures = 0;
  const auto work = [&] {
    for (int round = 0; round < 20; ++round) {
      LPBYTE one = nullptr, all = nullptr;
      DWORD entries = 0, total = 0;
      if (NetUserGetInfo(nullptr, text_of("Guest").c_str(), 1, &one) != NERR_Success) ++failures;
      if (NetUserEnum(nullptr, 1, 0, &all, MAX_PREFERRED_LENGTH, &entries, &total, nullptr) != NERR_Success) ++failures;
      if (entries != users.size()) ++failures;
      if (NetApiBufferFree(one) != NERR_Success || NetApiBufferFree(all) != NERR_Success) ++failures;
    }
  };
  std::vector<std::thread> threads(4);
  for (std::thread& thread : threads) thread = std::thread(work);
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
}

// And no other one beside it.
constexpr DWORD fits_the_first_user = sizeof(USER_INFO_1) + 600 * sizeof(apibuf::remote::Character);

TEST_CASE("one Free gives back all that a call took") {
  const auto round = [] {
    Enumeration all, part;
    Buffer buffer;
    CHECK(all.call(1, 0, MAX_PREFERRED_LENGTH, nullptr) == NERR_Success);
    CHECK(part.call(1, 0, fits_the_first_user, nullptr) == ERROR_MORE_DATA);
    CHECK(NetUserGetInfo(nullptr, text_of("x").c_str(), 1, buffer.out()) == NERR_Success);
  };
  round();
  const std::ptrdiff_t before = c_library::live_blocks();
  for (int count = 0; count < 100; ++count) round();
  CHECK(c_library::live_blocks() == before);
}
