// A connector for a DLL of Windows, in Go: netapi32.dll, or the one that is named as its argument.
//
//	GOTOOLCHAIN=go1.21.4 GOOS=windows GOARCH=amd64 go build -o connector.exe
//
// Programs of later Go versions need bcryptprimitives.dll, which Wine 8.0 does not have.
//
// conformance/CONNECTORS.md describes the protocol. The last error is not reported: Go sets it to 0 before each call.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"
)

// What a variable holds that the request leaves open. No address is odd, and nobody asks for a buffer of this size.
const (
	openPointer = ^uintptr(0)
	openDword   = uint32(0x5A5AA5A5)
)

// An out-parameter: nil passes NULL.
type variable struct {
	Holds json.RawMessage `json:"holds"`
}

type request struct {
	ID           json.RawMessage `json:"id"`
	Request      string          `json:"request"`
	ByteCount    json.RawMessage // a number, or a variable of size
	NewByteCount *uint32
	Buffer       json.RawMessage // a pointer, or a variable of allocate
	OldBuffer    json.RawMessage
	NewBuffer    json.RawMessage
	Handle       *string `json:"buffer"`
	Offset       *uint32 `json:"offset"`
	Bytes        *uint32 `json:"bytes"`
	Data         *string `json:"data"`
}

type answer map[string]any

// The variables that functions store to. Those of a Go function move with its stack, and an address does not follow.
var (
	storedPointer uintptr
	storedSize    uint32
)

var (
	dll       *syscall.LazyDLL
	functions = []string{
		"NetApiBufferAllocate", "NetApiBufferFree", "NetApiBufferReallocate", "NetApiBufferSize", "NetapipBufferAllocate",
	}
)

// malformed ends the work on a request whose members are wrong.
type malformed struct{ what string }

func refuse(what string) { panic(malformed{what}) }

// ---- members ----

func isNull(text json.RawMessage) bool { return string(text) == "null" }

// pointer is the address of a handle, which is the address in hexadecimal.
func pointer(text json.RawMessage) uintptr {
	var handle string
	if isNull(text) {
		return 0
	}
	if json.Unmarshal(text, &handle) != nil {
		refuse("a pointer is no handle")
	}
	return address(handle)
}

func address(handle string) uintptr {
	value, err := strconv.ParseUint(handle, 0, 8*int(unsafe.Sizeof(uintptr(0))))
	if err != nil {
		refuse("a handle is none of this connector")
	}
	return uintptr(value)
}

func handle(value uintptr) any {
	if value == 0 {
		return nil
	}
	return fmt.Sprintf("0x%x", value)
}

func number(text json.RawMessage) uint32 {
	var value *uint32
	if json.Unmarshal(text, &value) != nil || value == nil {
		refuse("a number is missing")
	}
	return *value
}

func variableOf(text json.RawMessage) *variable {
	if len(text) == 0 {
		refuse("a variable is missing")
	}
	if isNull(text) {
		return nil
	}
	result := new(variable)
	if json.Unmarshal(text, result) != nil {
		refuse("a variable is no object")
	}
	return result
}

// ---- calls ----

func call(name string, arguments ...uintptr) answer {
	procedure := dll.NewProc(name)
	if procedure.Find() != nil {
		return answer{"unsupported": name + " is not exported"}
	}
	status, _, _ := procedure.Call(arguments...)
	return answer{"status": uint32(status)}
}

// callStoringPointer calls a function whose last argument is the variable, called `member` in the answer.
func callStoringPointer(name, member string, text json.RawMessage, arguments ...uintptr) answer {
	out := variableOf(text)
	if out == nil {
		return call(name, append(arguments, 0)...)
	}
	stored := &storedPointer
	*stored = openPointer
	if len(out.Holds) > 0 {
		*stored = pointer(out.Holds)
	}
	before := *stored
	result := call(name, append(arguments, uintptr(unsafe.Pointer(stored)))...)
	if *stored != before {
		result[member] = handle(*stored)
	}
	return result
}

func size(asked *request) answer {
	out := variableOf(asked.ByteCount)
	buffer := pointer(asked.Buffer)
	if out == nil {
		return call("NetApiBufferSize", buffer, 0)
	}
	stored := &storedSize
	*stored = openDword
	if len(out.Holds) > 0 {
		*stored = number(out.Holds)
	}
	before := *stored
	result := call("NetApiBufferSize", buffer, uintptr(unsafe.Pointer(stored)))
	if *stored != before {
		result["ByteCount"] = *stored
	}
	return result
}

// ---- memory ----

func memory(asked *request, count uint32) []byte {
	if asked.Handle == nil || asked.Offset == nil {
		refuse("buffer or offset is missing")
	}
	start := address(*asked.Handle) + uintptr(*asked.Offset)
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&start))), count)
}

func read(asked *request) answer {
	if asked.Bytes == nil {
		refuse("bytes is missing")
	}
	return answer{"data": base64.StdEncoding.EncodeToString(memory(asked, *asked.Bytes))}
}

func write(asked *request) answer {
	if asked.Data == nil {
		refuse("data is missing")
	}
	data, err := base64.StdEncoding.DecodeString(*asked.Data)
	if err != nil {
		refuse("data is no base64")
	}
	copy(memory(asked, uint32(len(data))), data)
	return answer{}
}

// ---- requests ----

// version is that of Wine; empty on Windows.
func version() string {
	procedure := syscall.NewLazyDLL("ntdll.dll").NewProc("wine_get_version")
	if procedure.Find() != nil {
		return ""
	}
	text, _, _ := procedure.Call()
	result := ""
	for start := *(**byte)(unsafe.Pointer(&text)); *start != 0; start = (*byte)(unsafe.Add(unsafe.Pointer(start), 1)) {
		result += string(rune(*start))
	}
	return "wine-" + result
}

func start() answer {
	present := []string{}
	for _, name := range functions {
		if dll.NewProc(name).Find() == nil {
			present = append(present, name)
		}
	}
	architecture := map[string]string{"amd64": "x86_64", "386": "i686", "arm64": "aarch64"}[runtime.GOARCH]
	return answer{
		"protocol":       1,
		"platform":       "windows-" + architecture,
		"pointer_bits":   8 * unsafe.Sizeof(uintptr(0)),
		"implementation": answer{"name": dll.Name, "version": version()},
		"functions":      present,
		"last_error":     false,
		"addresses":      true,
	}
}

func answerTo(asked *request) (result answer) {
	defer func() {
		if fault := recover(); fault != nil {
			wrong, isMalformed := fault.(malformed)
			if !isMalformed {
				panic(fault)
			}
			result = answer{"error": wrong.what}
		}
	}()
	switch asked.Request {
	case "start":
		return start()
	case "allocate":
		return callStoringPointer("NetApiBufferAllocate", "Buffer", asked.Buffer, uintptr(number(asked.ByteCount)))
	case "netapip_allocate":
		return callStoringPointer("NetapipBufferAllocate", "Buffer", asked.Buffer, uintptr(number(asked.ByteCount)))
	case "free":
		return call("NetApiBufferFree", pointer(asked.Buffer))
	case "reallocate":
		if asked.NewByteCount == nil {
			refuse("NewByteCount is missing")
		}
		old := pointer(asked.OldBuffer)
		return callStoringPointer("NetApiBufferReallocate", "NewBuffer", asked.NewBuffer, old, uintptr(*asked.NewByteCount))
	case "size":
		return size(asked)
	case "read":
		return read(asked)
	case "write":
		return write(asked)
	case "address":
		if asked.Handle == nil {
			refuse("buffer is missing")
		}
		return answer{"address": handle(address(*asked.Handle))}
	case "stop":
		return answer{}
	}
	return answer{"error": "the request is none of this protocol"}
}

func main() {
	name := "netapi32.dll"
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	dll = syscall.NewLazyDLL(name)
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		asked := &request{ID: json.RawMessage("null")}
		var result answer
		if json.Unmarshal(line, asked) != nil {
			result = answer{"error": "the line is no request"}
		} else {
			result = answerTo(asked)
		}
		result["id"] = asked.ID
		text, _ := json.Marshal(result)
		os.Stdout.Write(append(text, '\n'))
		if asked.Request == "stop" {
			return
		}
	}
}
