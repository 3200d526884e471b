#include "message.hpp"

#include <algorithm>
#include <cstring>

#include "server.hpp"

namespace apibuf::remote {
namespace {

enum class Procedure : std::uint32_t { get_info, enumerate };

void put(Message& message, std::uint32_t number) {
  const auto bytes = std::as_bytes(std::span(&number, 1));
  message.insert(message.end(), bytes.begin(), bytes.end());
}

void put(Message& message, std::span<const std::byte> bytes) {
  put(message, static_cast<std::uint32_t>(bytes.size()));
  message.insert(message.end(), bytes.begin(), bytes.end());
}

// Reads what put has written. Once something was missing, everything is.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> message) : rest_(message) {}

  std::uint32_t number() noexcept {
    std::uint32_t number = 0;
    const auto bytes = take(sizeof number);
    if (!bytes.empty()) std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }

  std::span<const std::byte> bytes() noexcept { return take(number()); }

  // Whether nothing was missing and nothing is left.
  bool is_done() const noexcept { return is_whole_ && rest_.empty(); }

 private:
  std::span<const std::byte> take(std::size_t size) noexcept {
    is_whole_ = is_whole_ && size <= rest_.size();
    if (!is_whole_) return {};
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  std::span<const std::byte> rest_;
  bool is_whole_ = true;
};

Answer answer_to_get_info(Reader& reader) {
  const auto name = reader.bytes();
  const std::uint32_t level = reader.number();
  if (!reader.is_done()) return {RPC_X_BAD_STUB_DATA};
  return get_info({reinterpret_cast<const Character*>(name.data()), name.size()}, level);
}

Answer answer_to_enumerate(Reader& reader) {
  const std::uint32_t level = reader.number();
  const std::uint32_t filter = reader.number();
  const std::uint32_t preferred_length = reader.number();
  const std::uint32_t resume_handle = reader.number();
  if (!reader.is_done()) return {RPC_X_BAD_STUB_DATA};
  return enumerate(level, filter, preferred_length, resume_handle);
}

Answer answer_to(std::span<const std::byte> request) {
  Reader reader(request);
  switch (static_cast<Procedure>(reader.number())) {
    case Procedure::get_info: return answer_to_get_info(reader);
    case Procedure::enumerate: return answer_to_enumerate(reader);
  }
  return {RPC_X_BAD_STUB_DATA};
}

}  // namespace

Message get_info_request(std::string_view name, std::uint32_t level) {
  Message message;
  put(message, static_cast<std::uint32_t>(Procedure::get_info));
  put(message, std::as_bytes(std::span(name)));
  put(message, level);
  return message;
}

Message enumerate_request(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                          std::uint32_t resume_handle) {
  Message message;
  put(message, static_cast<std::uint32_t>(Procedure::enumerate));
  put(message, level);
  put(message, filter);
  put(message, preferred_length);
  put(message, resume_handle);
  return message;
}

Message serve(std::span<const std::byte> request) { return message_of(answer_to(request)); }

Message message_of(const Answer& answer) {
  Message message;
  put(message, answer.status);
  put(message, answer.entries_read);
  put(message, answer.total_entries);
  put(message, answer.resume_handle);
  if (has_image(answer.status)) put(message, std::span<const std::byte>(answer.image.get(), answer.image_size));
  return message;
}

Answer answer_of(std::span<const std::byte> message) noexcept {
  Reader reader(message);
  Answer answer{reader.number()};
  answer.entries_read = reader.number();
  answer.total_entries = reader.number();
  answer.resume_handle = reader.number();
  const auto image = has_image(answer.status) ? reader.bytes() : std::span<const std::byte>();
  if (!reader.is_done()) return {RPC_X_BAD_STUB_DATA};
  if (!has_image(answer.status)) return answer;
  if (!answer.allocate_image(image.size())) return {ERROR_NOT_ENOUGH_MEMORY};
  std::ranges::copy(image, answer.image.get());
  return answer;
}

}  // namespace apibuf::remote
