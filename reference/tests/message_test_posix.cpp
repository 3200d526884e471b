// Replies and requests that are cut, lengthened or made up: an RPC error, nothing leaked, nothing read beyond them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "c_library.hpp"
#include "remote/client.hpp"
#include "remote/message.hpp"

namespace {

namespace remote = apibuf::remote;
using remote::Message;

constexpr std::uint32_t level = 1;
// The offsets of the numbers in a reply.
constexpr std::size_t status_at = 0, entries_at = 4, total_at = 8, size_at = 16, image_at = 20;

Message whole_reply() { return remote::serve(remote::enumerate_request(level, 0, MAX_PREFERRED_LENGTH, 0)); }
Message message_of_failure(std::uint32_t status, std::uint32_t entries = 0, std::uint32_t total = 0) {
  return remote::message_of({status, entries, total});
}
Message partial_reply() { return remote::serve(remote::enumerate_request(level, 0, 700, 0)); }

std::uint32_t number_at(const Message& message, std::size_t offset) {
  std::uint32_t number;
  std::memcpy(&number, &message[offset], sizeof number);
  return number;
}

Message with_number(Message message, std::size_t offset, std::uint32_t number) {
  std::memcpy(&message[offset], &number, sizeof number);
  return message;
}

// The client's result for a reply. If it is not a success, nothing of the reply is kept.
std::uint32_t status_of(const Message& message) {
  const std::ptrdiff_t before = c_library::live_blocks();
  remote::Answer answer = remote::answer_of(Message(message));
  remote::accept(answer, level);
  if (!remote::has_image(answer.status)) {
    CHECK(answer.image == nullptr);
    CHECK(c_library::live_blocks() == before);
  }
  return answer.status;
}

}  // namespace

TEST_CASE("a reply is accepted as it was sent") {
  CHECK(status_of(whole_reply()) == NERR_Success);
  CHECK(status_of(partial_reply()) == ERROR_MORE_DATA);
  CHECK(status_of(message_of_failure(NERR_UserNotFound)) == NERR_UserNotFound);
  CHECK(status_of(message_of_failure(NERR_BufTooSmall, 0, 3)) == NERR_BufTooSmall);
}

TEST_CASE("a reply that is cut anywhere is bad stub data, and so is one with something behind it") {
  for (const Message& message : {whole_reply(), partial_reply(), message_of_failure(NERR_UserNotFound)}) {
    for (std::size_t size = 0; size < message.size(); ++size) {
      CAPTURE(size);
      CHECK(status_of(Message(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size))) ==
            RPC_X_BAD_STUB_DATA);
    }
    Message longer = message;
    longer.push_back(std::byte{0});
    CHECK(status_of(longer) == RPC_X_BAD_STUB_DATA);
  }
}

TEST_CASE("an image that is cut anywhere is bad stub data though its size is told rightly") {
  const Message message = whole_reply();
  for (std::size_t size = 0; size + image_at < message.size(); ++size) {
    CAPTURE(size);
    const Message cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(image_at + size));
    const std::uint32_t status = status_of(with_number(cut, size_at, static_cast<std::uint32_t>(size)));
    CHECK(status == RPC_X_BAD_STUB_DATA);
  }
}

TEST_CASE("a size that the reply does not have is bad stub data") {
  const Message message = whole_reply();
  const std::uint32_t size = number_at(message, size_at);
  for (const std::uint32_t wrong : {0u, 1u, size - 1, size + 1, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFECu, 0xFFFFFFFFu}) {
    CAPTURE(wrong);
    CHECK(status_of(with_number(message, size_at, wrong)) == RPC_X_BAD_STUB_DATA);
  }
}

TEST_CASE("counts that do not fit each other, the status or the image are bad stub data") {
  for (const Message& message : {whole_reply(), partial_reply()}) {
    const std::uint32_t entries = number_at(message, entries_at), total = number_at(message, total_at);
    for (const std::uint32_t wrong : {0u, entries + 1, entries + 100, 0x04924925u, 0x80000000u, 0xFFFFFFFFu}) {
      CAPTURE(wrong);
      // The total matches, so only the image can be wrong; a partial reply may have any larger total.
      const Message both = with_number(with_number(message, entries_at, wrong), total_at, wrong + (total - entries));
      if (wrong != 0 || entries != total) CHECK(status_of(both) == RPC_X_BAD_STUB_DATA);
      CHECK(status_of(with_number(message, entries_at, wrong)) == RPC_X_BAD_STUB_DATA);
    }
    CHECK(status_of(with_number(message, total_at, entries - 1)) == RPC_X_BAD_STUB_DATA);
  }
  CHECK(status_of(with_number(whole_reply(), status_at, ERROR_MORE_DATA)) == RPC_X_BAD_STUB_DATA);
  CHECK(status_of(with_number(partial_reply(), status_at, NERR_Success)) == RPC_X_BAD_STUB_DATA);
  CHECK(status_of(message_of_failure(NERR_UserNotFound, 1, 1)) == RPC_X_BAD_STUB_DATA);
  CHECK(status_of(with_number(whole_reply(), status_at, NERR_UserNotFound)) == RPC_X_BAD_STUB_DATA);
}

TEST_CASE("any byte of a reply may be any other: what is accepted has its strings in it") {
  const Message message = whole_reply();
  for (std::size_t offset = 0; offset < message.size(); ++offset) {
    for (const std::byte change : {std::byte{0x01}, std::byte{0x80}, std::byte{0xFF}}) {
      Message changed = message;
      changed[offset] ^= change;
      remote::Answer answer = remote::answer_of(changed);
      remote::accept(answer, level);
      if (!remote::has_image(answer.status)) continue;
      const auto* const infos = reinterpret_cast<const USER_INFO_1*>(answer.image.get());
      for (std::uint32_t index = 0; index < answer.entries_read; ++index) {
        for (const char* const string :
             {infos[index].usri1_name, infos[index].usri1_password, infos[index].usri1_home_dir,
              infos[index].usri1_comment, infos[index].usri1_script_path}) {
          if (string != nullptr) CHECK(std::strlen(string) < answer.image_size);
        }
      }
    }
  }
}

TEST_CASE("a reply to a level that there is not is bad stub data") {
  remote::Answer answer = remote::answer_of(whole_reply());
  remote::accept(answer, 2);
  CHECK(answer.status == RPC_X_BAD_STUB_DATA);
  CHECK(answer.image == nullptr);
}

TEST_CASE("a reply about one user is accepted with one user only") {
  const auto status_for_one = [](const Message& message) {
    remote::Answer answer = remote::answer_of(message);
    remote::accept_one(answer, level);
    CHECK(remote::has_image(answer.status) == (answer.image != nullptr));
    return answer.status;
  };
  CHECK(status_for_one(remote::serve(remote::get_info_request("Guest", level))) == NERR_Success);
  CHECK(status_for_one(message_of_failure(NERR_UserNotFound)) == NERR_UserNotFound);
  CHECK(status_for_one(whole_reply()) == RPC_X_BAD_STUB_DATA);
  CHECK(status_for_one(partial_reply()) == RPC_X_BAD_STUB_DATA);
  CHECK(status_for_one(remote::serve(remote::enumerate_request(level, 0x8, 0, 0))) == RPC_X_BAD_STUB_DATA);
}

TEST_CASE("a reply for whose image there is no memory gives ERROR_NOT_ENOUGH_MEMORY") {
  const Message message = whole_reply();
  std::uint32_t status;
  {
    const c_library::NoMalloc no_malloc;
    remote::Answer answer = remote::answer_of(message);
    status = answer.status;
  }
  CHECK(status == ERROR_NOT_ENOUGH_MEMORY);
}

TEST_CASE("a request that is cut anywhere, goes on or asks for nothing known is answered with bad stub data") {
  for (const Message& message : {remote::get_info_request("Guest", 1), remote::enumerate_request(1, 0, 100, 0)}) {
    for (std::size_t size = 0; size < message.size(); ++size) {
      CHECK(status_of(remote::serve(std::span(message).first(size))) == RPC_X_BAD_STUB_DATA);
    }
    Message longer = message;
    longer.push_back(std::byte{0});
    CHECK(status_of(remote::serve(longer)) == RPC_X_BAD_STUB_DATA);
    CHECK(status_of(remote::serve(with_number(message, 0, 2))) == RPC_X_BAD_STUB_DATA);
  }
}
