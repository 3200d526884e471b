/* A correct implementation for Windows, but for NetApiBufferFree, which does what HARM says and never returns as it
   should. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define EXPORT __declspec(dllexport)

typedef struct {
  size_t size;
  size_t unused;
} Header;

static void exits(void) { ExitProcess(0); }

static void aborts(void) { abort(); }

static void hangs(void) { Sleep(INFINITE); }

static void floods(void) {
  DWORD written;
  for (;;) WriteFile(GetStdHandle(STD_ERROR_HANDLE), "flood flood flood flood\n", 24, &written, NULL);
}

static void ends_its_thread(void) { ExitThread(7); }

static void leaves_a_child(void) {
  char command[] = "ping -n 601 127.0.0.1";
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION process;
  CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process);
  ExitProcess(0);
}

static void closes_handles(void) {
  for (uintptr_t handle = 4; handle < 4096; handle += 4) CloseHandle((HANDLE)handle);
}

/* As a process does that a busy machine lets end slowly. */
static void closes_its_channel_and_exits_late(void) {
  for (uintptr_t handle = 4; handle < 4096; handle += 4) {
    if (GetFileType((HANDLE)handle) == FILE_TYPE_PIPE) CloseHandle((HANDLE)handle);
  }
  Sleep(1500);
  ExitProcess(0);
}

static void eats_memory(void) {
  for (;;) {
    void* block = VirtualAlloc(NULL, 64 << 20, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (block != NULL) memset(block, 1, 64 << 20);
  }
}

static void corrupts_the_heap(void) {
  for (;;) {
    char* block = malloc(100);
    memset(block - 64, 0x55, 4096);
    free(block);
  }
}

static int overflows(volatile char* before) {
  volatile char here[4096];
  here[0] = before == NULL ? 0 : before[0];
  return overflows(here) + here[0];
}

static void overflows_its_stack(void) { overflows(NULL); }

static void throws(void) { RaiseException(0xE06D7363, 0, 0, NULL); }

static void terminates_itself(void) { TerminateProcess(GetCurrentProcess(), 0); }

EXPORT DWORD WINAPI NetApiBufferAllocate(DWORD size, void** buffer) {
  if (buffer == NULL) return ERROR_INVALID_PARAMETER;
  Header* header = malloc(sizeof *header + size);
  *buffer = header == NULL ? NULL : header + 1;
  if (header == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  header->size = size;
  return 0;
}

EXPORT DWORD WINAPI NetApiBufferFree(void* buffer) {
  (void)buffer;
  HARM();
  return ERROR_GEN_FAILURE;
}

EXPORT DWORD WINAPI NetApiBufferReallocate(void* old, DWORD size, void** buffer) {
  void* fresh;
  (void)old;
  return NetApiBufferAllocate(size, &fresh) == 0 ? (*buffer = fresh, 0) : ERROR_NOT_ENOUGH_MEMORY;
}

EXPORT DWORD WINAPI NetApiBufferSize(void* buffer, DWORD* size) {
  if (buffer == NULL) return ERROR_INVALID_PARAMETER;
  *size = (DWORD)((Header*)buffer - 1)->size;
  return 0;
}
