#include <string>
#include <vector>

#include "worker/platform.hpp"
#include "worker/utf8_windows.hpp"

// The narrow arguments of a program are in a code page that lacks most characters.
extern "C" int wmain(int argument_count, wchar_t** arguments) {
  std::vector<std::string> texts;
  for (int i = 1; i < argument_count; ++i) texts.push_back(conformance::platform::narrow(arguments[i]));
  return conformance::worker_main(texts);
}
