/* Two network management functions that return information about users, for C11 and C++20.
 *
 * They are here for their buffers: each lies in memory that the RPC run-time allocated through MIDL_user_allocate, in
 * one piece, the structures first and the strings that they point to behind them. One NetApiBufferFree frees all of it.
 * The users are a fixed few, made up for this library; nothing of the machine is looked at. What is said in apibuffer.h
 * of threads and of the last error holds here too.
 *
 * Strings are UTF-16 on Windows. Elsewhere they are UTF-8, and the structures have the members that Samba's libnetapi
 * gives them, since programs know no other convention there. */
#ifndef APIBUFFER_USERS_H
#define APIBUFFER_USERS_H

#include "apibuffer.h"

#ifdef _WIN32

#include <lmaccess.h>

typedef LPCWSTR NET_API_STRING;

#else

typedef uint8_t BYTE;
typedef BYTE* LPBYTE;
typedef const char* NET_API_STRING;

#define ERROR_INVALID_LEVEL 124
#define ERROR_MORE_DATA 234
#define RPC_X_BAD_STUB_DATA 1783
#define NERR_BufTooSmall 2123
#define NERR_UserNotFound 2221
#define NERR_InvalidComputer 2351

#define MAX_PREFERRED_LENGTH ((DWORD) - 1)

#define FILTER_NORMAL_ACCOUNT 0x2
#define FILTER_WORKSTATION_TRUST_ACCOUNT 0x10

#define USER_PRIV_GUEST 0
#define USER_PRIV_USER 1
#define USER_PRIV_ADMIN 2

#define UF_SCRIPT 0x1
#define UF_ACCOUNTDISABLE 0x2
#define UF_NORMAL_ACCOUNT 0x200
#define UF_WORKSTATION_TRUST_ACCOUNT 0x1000
#define UF_DONT_EXPIRE_PASSWD 0x10000

/* A user at level 0. */
typedef struct USER_INFO_0 {
  const char* usri0_name;
} USER_INFO_0;

/* A user at level 1. The password is always NULL: it is never reported. The age is in seconds. */
typedef struct USER_INFO_1 {
  const char* usri1_name;
  const char* usri1_password;
  uint32_t usri1_password_age;
  uint32_t usri1_priv;
  const char* usri1_home_dir;
  const char* usri1_comment;
  uint32_t usri1_flags;
  const char* usri1_script_path;
} USER_INFO_1;

#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Returns information about one user.
 *
 * servername  in, may be NULL    the computer to ask; only this one, NULL or "", exists
 * username    in, not NULL       the user's name, exactly as it is spelled
 * level       in                 0 for a USER_INFO_0, 1 for a USER_INFO_1
 * bufptr      out, not NULL      receives the buffer, or NULL where the status is not NERR_Success
 *
 * NERR_Success             *bufptr is the buffer: one structure, then its strings
 * ERROR_INVALID_PARAMETER  username or bufptr is NULL
 * ERROR_INVALID_LEVEL      the level is neither 0 nor 1
 * NERR_UserNotFound        the user does not exist
 * NERR_InvalidComputer     servername names another computer
 * ERROR_NOT_ENOUGH_MEMORY  the memory cannot be had
 * another error            the RPC run-time's own, such as RPC_X_BAD_STUB_DATA for a reply that makes no sense
 *
 * The caller owns the buffer until NetApiBufferFree takes it.
 *
 * Requirements: remote/system-allocates, remote/readable, free/net-buffers, size/net-buffers. Source:
 * nf-lmaccess-netusergetinfo; NULL arguments, and what a failure stores: the reference's choice. */
NET_API_STATUS NET_API_FUNCTION NetUserGetInfo(NET_API_STRING servername, NET_API_STRING username, DWORD level,
                                               LPBYTE* bufptr);

/* Returns information about all users, or about as many as a preferred length has room for.
 *
 * servername     in, may be NULL        the computer to ask; only this one, NULL or "", exists
 * level          in                     0 for USER_INFO_0 structures, 1 for USER_INFO_1 structures
 * filter         in                     0 for all users, or FILTER_* flags for the kinds of accounts that are wanted
 * bufptr         out, not NULL          receives the buffer, or NULL where the status is neither NERR_Success nor
 *                                       ERROR_MORE_DATA
 * prefmaxlen     in, bytes              how much the buffer may hold, strings included; MAX_PREFERRED_LENGTH for all
 * entriesread    out, not NULL          receives the number of structures in the buffer
 * totalentries   out, not NULL          receives the number of structures that there were from the resume handle on
 * resume_handle  in, out, may be NULL   0 in the first call and then left alone; NULL starts at the first user. Written
 *                                       with NERR_Success and ERROR_MORE_DATA only
 *
 * NERR_Success             *bufptr is the buffer: the structures, then their strings; there are no more of them
 * ERROR_MORE_DATA          the same, and there are more: call again with the resume handle
 * ERROR_INVALID_PARAMETER  a pointer is NULL that must not be, or *resume_handle is none that was given
 * ERROR_INVALID_LEVEL      the level is neither 0 nor 1
 * NERR_BufTooSmall         prefmaxlen has no room for the next structure and its strings
 * NERR_InvalidComputer     servername names another computer
 * ERROR_NOT_ENOUGH_MEMORY  the memory cannot be had
 * another error            the RPC run-time's own, such as RPC_X_BAD_STUB_DATA for a reply that makes no sense
 *
 * The caller owns the buffer, with ERROR_MORE_DATA too, until NetApiBufferFree takes it.
 *
 * Requirements: all of remote/, free/net-buffers, free/net-buffers-on-more-data, size/net-buffers. Source:
 * nf-lmaccess-netuserenum, network-management-function-buffer-lengths; NULL arguments, wrong resume handles, and what a
 * failure stores: the reference's choice. */
NET_API_STATUS NET_API_FUNCTION NetUserEnum(NET_API_STRING servername, DWORD level, DWORD filter, LPBYTE* bufptr,
                                            DWORD prefmaxlen, LPDWORD entriesread, LPDWORD totalentries,
                                            LPDWORD resume_handle);

#ifdef __cplusplus
}
#endif

#endif
