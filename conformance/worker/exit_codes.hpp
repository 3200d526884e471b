// How the worker ends. PROTOCOL.md lists these; 0 to 5 mean the same as for `apibuf`.
#pragma once

namespace conformance::exit_code {

inline constexpr int success = 0;
inline constexpr int not_conforming = 1;
inline constexpr int wrong_usage = 2;
inline constexpr int could_not_run = 3;
inline constexpr int nothing_judged = 4;
inline constexpr int bad_input = 5;
inline constexpr int ended_by_implementation = 6;

}  // namespace conformance::exit_code
