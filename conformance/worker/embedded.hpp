// What the build found: the platform that it builds for, and the vector files. The definitions are generated
// (conformance/CMakeLists.txt).
#pragma once

#include <span>
#include <string_view>

namespace conformance {

// "linux-x86_64", "windows-i686" …, as result streams name platforms.
extern const char* const platform_name;

extern const char* const suite_version;
extern const char* const vectors_sha256;
extern const char* const requirements_text;

// One vector file. The group is its name, with which the ids of its cases begin.
struct EmbeddedVectors {
  std::string_view group;
  const char* text;
};

extern const std::span<const EmbeddedVectors> embedded_vectors;

}  // namespace conformance
