package instruments

import (
	"path/filepath"
	"runtime"
	"strings"
)

// SamePath reports that two paths are of one port: Linux has links to ports, such as
// those of /dev/serial/by-id, and Windows does not mind the case of a name.
func SamePath(a, b string) bool {
	a, b = realPath(a), realPath(b)
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}

// realPath is the path itself where it leads nowhere.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// meant returns what was said of the endpoint by somebody who named it by the serial
// number of its cable or by a path of its port, be it a link: where nothing may be sent,
// no other name of the port lifts that.
func meant[V comparable](names map[string]V, e Endpoint) (v V) {
	for _, name := range []string{e.USBSerial, e.Path} {
		if said := names[name]; name != "" && said != v {
			return said
		}
	}
	for name, said := range names {
		if said != v && SamePath(name, e.Path) {
			return said
		}
	}
	return v
}
