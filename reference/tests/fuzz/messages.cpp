// For libFuzzer: whatever bytes arrive, the client reads nothing beyond them, leaks nothing, and gives its caller only
// strings that end in the buffer. The sanitizers see the reads and the leaks.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>

#include "remote/client.hpp"
#include "remote/message.hpp"

namespace {

namespace remote = apibuf::remote;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_string(const remote::Answer& answer, const char* string) {
  if (string == nullptr) return;
  const char* const buffer = reinterpret_cast<const char*>(answer.image.get());
  require(string >= buffer && string < buffer + answer.image_size);
  require(string + std::strlen(string) < buffer + answer.image_size);
}

void receive(std::span<const std::byte> message, std::uint32_t level) {
  remote::Answer answer = remote::answer_of(message);
  remote::accept(answer, level);
  require(remote::has_image(answer.status) == (answer.image != nullptr));
  if (answer.image == nullptr) return;
  for (std::uint32_t index = 0; index < answer.entries_read; ++index) {
    if (level == 0) {
      check_string(answer, reinterpret_cast<const USER_INFO_0*>(answer.image.get())[index].usri0_name);
      continue;
    }
    const USER_INFO_1& info = reinterpret_cast<const USER_INFO_1*>(answer.image.get())[index];
    for (const char* const string :
         {info.usri1_name, info.usri1_password, info.usri1_home_dir, info.usri1_comment, info.usri1_script_path}) {
      check_string(answer, string);
    }
  }
}

// An answer of the server's, with bytes of it changed as the input says: three bytes of the input for each.
remote::Message changed_answer(std::uint32_t level, std::uint32_t preferred_length,
                               std::span<const std::byte> changes) {
  remote::Message message = remote::serve(remote::enumerate_request(level, 0, preferred_length, 0));
  for (; changes.size() >= 3; changes = changes.subspan(3)) {
    const std::size_t offset =
        std::to_integer<std::size_t>(changes[0]) * 256 + std::to_integer<std::size_t>(changes[1]);
    message[offset % message.size()] = changes[2];
  }
  return message;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto input = std::as_bytes(std::span(data, size)).subspan(1);
  const std::uint32_t level = data[0] % 2;
  switch (data[0] / 2 % 4) {
    case 0: receive(input, level); break;
    case 1: receive(remote::serve(input), level); break;
    case 2: receive(changed_answer(level, MAX_PREFERRED_LENGTH, input), level); break;
    default: receive(changed_answer(level, 600, input), level); break;
  }
  return 0;
}
