package site

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Zone returns the zone with the IANA name, or for an empty name that of this
// machine. Records keep the name of the zone, which time.Local does not know;
// where the machine does not tell it, the zone is UTC.
func Zone(name string, getenv func(string) string) (*time.Location, error) {
	if name != "" {
		return time.LoadLocation(name)
	}
	for _, candidate := range []string{strings.TrimPrefix(getenv("TZ"), ":"), linkedZone(), namedZone()} {
		if candidate == "" || candidate == "Local" {
			continue
		}
		if zone, err := time.LoadLocation(candidate); err == nil {
			return zone, nil
		}
	}
	return time.UTC, nil
}

// linkedZone reads the name out of the link that /etc/localtime usually is.
func linkedZone() string {
	target, err := os.Readlink("/etc/localtime")
	if err != nil {
		return ""
	}
	_, name, _ := strings.Cut(filepath.ToSlash(target), "zoneinfo/")
	return name
}

// namedZone reads the name that Debian writes beside it.
func namedZone() string {
	text, err := os.ReadFile("/etc/timezone")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
