// Package locale lets Fyne start without complaint where the system's language
// is "C.UTF-8", as it is in containers and on servers.
//
// Fyne looks the language up while its packages initialise, before main, and
// writes errors to standard error when it is no BCP 47 tag. Our command line
// must not say that, so this package replaces the value first. Go initialises
// packages that are ready in the order of their paths, and "aidpost" comes
// before "fyne.io". Import it for that effect alone.
package locale

import (
	"os"
	"strings"
)

func init() {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value, changed := plain(os.Getenv(name)); changed {
			_ = os.Setenv(name, value) // at worst the complaint is there
		}
	}
}

// plain returns the value that means the same to programs and that Fyne
// understands: the bare "C".
func plain(value string) (string, bool) {
	if base, _, cut := strings.Cut(value, "."); cut && (base == "C" || base == "POSIX") {
		return base, true
	}
	return value, false
}
