// Bytes as base64 (RFC 4648, section 4), with padding.
#pragma once

#include <optional>
#include <string>

namespace conformance {

std::string base64_text(const std::string& data);

// The bytes of a text; nothing where it is no base64.
std::optional<std::string> base64_data(const std::string& text);

}  // namespace conformance
