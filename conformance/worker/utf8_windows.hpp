// Texts between UTF-8, as the worker has them, and UTF-16, as Windows takes them.
#pragma once

#include <string>

namespace conformance::platform {

std::wstring wide(const std::string& utf8);
std::string narrow(const std::wstring& utf16);

}  // namespace conformance::platform
