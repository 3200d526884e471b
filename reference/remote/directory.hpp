// The users that the server knows: a fixed few, none of them a person, with strings of every kind.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "apibuffer_users.h"

namespace apibuf::remote {

// Strings are UTF-8.
struct User {
  std::string_view name;
  std::string_view comment;
  std::string_view home_directory;
  std::string_view script_path;
  std::uint32_t password_age_s;
  std::uint32_t privilege;  // USER_PRIV_*
  std::uint32_t flags;      // UF_*
};

inline constexpr std::uint32_t day_s = 24 * 60 * 60;

inline constexpr std::array users = {
    User{.name = "Administrator",
         // Calls are slow where they cross processes: what a leak of this one loses shows after a thousand.
         .comment = "Built-in account that administers the computer. It starts what is to be started and stops "
                    "what is to be stopped, reads what nobody else may read, and gives to others what they ask "
                    "for, if they may have it; what it could not do it tells in the morning, and what it never "
                    "does is listed in a file that lies beside the one that it reads first. The comment goes on "
                    "for as long as it does so that there is one that is longer than all the others, and so that "
                    "whoever gives room for a line of text, or for two hundred and fifty-six characters, learns "
                    "here that there may be more.",
         .home_directory = "",
         .script_path = "",
         .password_age_s = 400 * day_s,
         .privilege = USER_PRIV_ADMIN,
         .flags = UF_SCRIPT | UF_NORMAL_ACCOUNT | UF_DONT_EXPIRE_PASSWD},
    User{.name = "Guest",
         .comment = "",
         .home_directory = "",
         .script_path = "",
         .password_age_s = 0,
         .privilege = USER_PRIV_GUEST,
         .flags = UF_SCRIPT | UF_ACCOUNTDISABLE | UF_NORMAL_ACCOUNT},
    User{.name = "x",
         .comment = "y",
         .home_directory = "z",
         .script_path = "",
         .password_age_s = 1,
         .privilege = USER_PRIV_USER,
         .flags = UF_SCRIPT | UF_NORMAL_ACCOUNT},
    User{.name = "Prüfstand",
         .comment = "Ελληνικά, 日本語 and, outside of the basic plane, 🔑",
         .home_directory = "C:\\Prüfstände\\Größe",
         .script_path = "anmelden.cmd",
         .password_age_s = 3 * day_s,
         .privilege = USER_PRIV_USER,
         .flags = UF_SCRIPT | UF_NORMAL_ACCOUNT},
    User{.name = "Backup Service Level 2",
         .comment = "Copies what is worth keeping from here to there, every night at two",
         .home_directory = "\\\\server\\backup\\level-2",
         .script_path = "scripts\\backup.cmd",
         .password_age_s = 30 * day_s,
         .privilege = USER_PRIV_USER,
         .flags = UF_SCRIPT | UF_NORMAL_ACCOUNT | UF_DONT_EXPIRE_PASSWD},
    User{.name = "WORKSTATION$",
         .comment = "",
         .home_directory = "",
         .script_path = "",
         .password_age_s = 7 * day_s,
         .privilege = USER_PRIV_USER,
         .flags = UF_SCRIPT | UF_WORKSTATION_TRUST_ACCOUNT},
};

}  // namespace apibuf::remote
